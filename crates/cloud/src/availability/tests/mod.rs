//! What availability says.

mod chance;
mod failover;
mod family;
mod others;

use super::graph::{Effect, Kind};
use super::*;
use crate::examples::{EXAMPLES, named};

const SOUND: &str = include_str!("../../findings/tests/sound.toml");

/// The sound design with texts replaced.
fn changed(changes: &[(&str, &str)]) -> Design {
    let text = changes.iter().fold(SOUND.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "there is no {old}");
        text.replace(old, new)
    });
    Design::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn effect(design: &Design, part: &str) -> Effect {
    let faults = faults(design);
    let found = faults.iter().find(|fault| fault.part == part);
    found.unwrap_or_else(|| panic!("no {part} in {faults:?}")).effect.clone()
}

#[test]
fn every_promise_has_a_page_and_a_date_and_is_a_percentage() {
    let table = sla::table();
    for sla in &table {
        assert!(sla.url.starts_with("http") && sla.date.starts_with("20") && !sla.quote.is_empty(), "{sla:?}");
        assert!((90.0..=100.0).contains(&sla.percent), "{sla:?}");
        let same = table.iter().filter(|other| (&other.service, &other.scope) == (&sla.service, &sla.scope));
        assert_eq!(same.count(), 1, "{} {} is there once", sla.service, sla.scope);
    }
}

#[test]
fn the_example_is_what_its_promises_multiply_to() {
    // Balancer; two zones of instances, each with its NAT; EC2 over zones; the database.
    let zone = 0.995 * 0.999;
    let expected = 0.9999 * 0.9999 * (1.0 - (1.0 - zone) * (1.0 - zone)) * 0.9995;
    let judged = availability(&Design::parse(named("securewallet-fixed").unwrap().text).unwrap());
    assert!((judged.percent - 100.0 * expected).abs() < 1e-9, "{} {expected}", judged.percent);
    assert_eq!(judged.promises.len(), 7, "{:?}", judged.promises);
}

#[test]
fn every_example_says_what_its_figures_are() {
    for example in EXAMPLES {
        let judged = availability(&Design::parse(example.text).unwrap());
        assert!(judged.to_string().contains("SLA-composed, not measured"), "{}", example.name);
        assert_eq!(serde_json::to_value(&judged).unwrap()["basis"], "SLA-composed, not measured");
        assert!((0.0..=100.0).contains(&judged.percent), "{} {}", example.name, judged.percent);
    }
}

#[test]
fn classes_are_the_minutes_that_everybody_knows() {
    let minutes = |percent: f64| (downtime(percent).month_s / 60.0, downtime(percent).year_s / 60.0);
    let near = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < 0.01 && (a.1 - b.1).abs() < 0.01;
    assert!(near(minutes(99.0), (438.0, 5256.0)));
    assert!(near(minutes(99.9), (43.8, 525.6)));
    assert!(near(minutes(99.99), (4.38, 52.56)));
    assert!(near(minutes(99.999), (0.438, 5.256)));
}

#[test]
fn a_fault_does_what_the_design_says() {
    let sound = changed(&[]);
    for part in ["zone a", "zone b", "database wallet"] {
        assert!(matches!(effect(&sound, part), Effect::Gap(gaps) if gaps[0].contains("standby of wallet")), "{part}");
    }
    for part in ["NAT nat-a", "instance app 1", "instance workers 2", "standby of database wallet"] {
        assert_eq!(effect(&sound, part), Effect::Nothing, "{part}");
    }
    assert_eq!(effect(&sound, "region ap-northeast-2"), Effect::Stops);
    assert_eq!(effect(&changed(&[("multi_az = true", "multi_az = false")]), "database wallet"), Effect::Stops);
    let one_nat = changed(&[("app-b = { \"0.0.0.0/0\" = \"nat-b\" }", "app-b = { \"0.0.0.0/0\" = \"nat-a\" }")]);
    assert_eq!([effect(&one_nat, "NAT nat-a"), effect(&one_nat, "zone a")], [Effect::Stops, Effect::Stops]);
    assert!(matches!(effect(&one_nat, "zone b"), Effect::Gap(_)));
}

#[test]
fn a_database_in_one_of_two_zones_makes_both_of_them_single_points() {
    let single = changed(&[("multi_az = true", "multi_az = false")]);
    assert_eq!([effect(&single, "zone a"), effect(&single, "zone b")], [Effect::Stops, Effect::Stops]);
}

#[test]
fn a_group_of_one_is_replaced_and_a_single_instance_is_not() {
    let one = changed(&[("min = 2\nmax = 6", "min = 1\nmax = 6")]);
    assert!(
        matches!(effect(&one, "instance app 1"), Effect::Gap(gaps) if gaps == ["the group starts another instance of app"])
    );
    let machine = "[instances.app]\nsubnet = \"app-a\"\nsecurity_groups = [\"app\"]\ninstance_type = \"t3.medium\"\nprocesses = [\"nginx\", \"app\"]\n\n[auto_scaling_groups.idle]";
    let alone = changed(&[("[auto_scaling_groups.app]", machine)]);
    for part in ["instance app", "nginx on app", "zone a"] {
        assert_eq!(effect(&alone, part), Effect::Stops, "{part}");
    }
}

#[test]
fn who_is_let_in_is_who_is_needed() {
    // Nobody may ask the database any more: neither it nor its zones matter.
    let apart = changed(&[("inbound = [\"tcp 5432 from app\", \"tcp 5432 from worker\"]", "inbound = []")]);
    let names: Vec<String> = faults(&apart).into_iter().map(|fault| fault.part).collect();
    assert!(!names.iter().any(|name| name.contains("wallet")), "{names:?}");
    assert_eq!(effect(&apart, "zone a"), Effect::Nothing);
}

#[test]
fn ways_in_are_names_then_edges_then_balancers_then_public_instances() {
    let names = |changes: &[(&str, &str)]| {
        let graph = graph(&changed(changes), 0);
        graph.parts.into_iter().filter(|part| part.kind == Kind::Managed).map(|part| part.name).collect::<Vec<_>>()
    };
    let edge = (
        "[load]",
        "[distributions.edge]\norigins = [\"front\", \"media\"]\n\n[records.\"www\"]\ntargets = [\"edge\"]\n\n[load]",
    );
    let with = names(&[edge]);
    assert!(
        ["Route 53", "CloudFront", "balancer front", "S3", "SQS"].iter().all(|n| with.iter().any(|w| w == n)),
        "{with:?}"
    );
    assert!(!names(&[]).iter().any(|name| name == "CloudFront"));
    let twice = with.iter().filter(|name| *name == "balancer front").count();
    assert_eq!(twice, 1, "led to by the edge, it is no way in of its own");
}

#[test]
fn a_mend_buys_what_the_mended_design_has() {
    let single = changed(&[("multi_az = true", "multi_az = false"), ("min = 2\nmax = 6", "min = 1\nmax = 6")]);
    let judged = availability(&single);
    let whats: Vec<&str> = judged.fixes.iter().map(|fix| fix.what.as_str()).collect();
    assert_eq!(whats.last(), Some(&"all of them"));
    let of =
        |what: &str| judged.fixes.iter().find(|fix| fix.what == what).unwrap_or_else(|| panic!("{whats:?}")).percent;
    let mended = |changes: &[(&str, &str)]| availability(&changed(changes)).percent;
    assert_eq!(of("Multi-AZ for the database wallet"), mended(&[("min = 2\nmax = 6", "min = 1\nmax = 6")]));
    assert_eq!(of("a second instance of app"), mended(&[("multi_az = true", "multi_az = false")]));
    assert_eq!(of("all of them"), mended(&[]));
    assert!(judged.fixes.windows(2).all(|two| two[0].percent >= two[1].percent || two[1].what == "all of them"));
}

#[test]
fn a_nat_and_a_zone_more_are_mends_too() {
    let nat = changed(&[("app-b = { \"0.0.0.0/0\" = \"nat-b\" }", "app-b = { \"0.0.0.0/0\" = \"nat-a\" }")]);
    let judged = availability(&nat);
    assert_eq!(
        (judged.fixes[0].what.as_str(), judged.fixes[0].percent),
        ("a NAT for each zone", availability(&changed(&[])).percent)
    );
    let one_zone = [
        ("subnets = [\"public-a\", \"public-b\"]", "subnets = [\"public-a\"]"),
        ("[\"app-a\", \"app-b\"]\nsecurity_groups = [\"app\"]", "[\"app-a\"]\nsecurity_groups = [\"app\"]"),
    ];
    let judged = availability(&changed(&one_zone));
    let whats: Vec<&str> = judged.fixes.iter().map(|fix| fix.what.as_str()).collect();
    assert_eq!(whats, ["app in a second zone, two at least", "balancer front in a second zone", "all of them"]);
    assert_eq!(judged.fixes[2].percent, availability(&changed(&[])).percent);
}
