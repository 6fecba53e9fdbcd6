use super::Standing::{Broken, Holds, Unknown, Vacuous};
use super::*;
use crate::examples::named;
use crate::{Network, Verdict, trace};

const DATABASE: (&str, &str) = ("multi_az = true", "multi_az = true\npublic_address = true");
const OPEN: (&str, &str) = ("tcp 5432 from app", "tcp 5432 from 0.0.0.0/0");
const BASTION: &str = "[instances.bastion]\nsubnet = \"public-a\"\nsecurity_groups = [\"app\"]\ninstance_type = \"t3.nano\"\npublic_address = true\n\n[load_balancers.front]";
const BUCKET: &str = "[buckets.media]\n\n[load_balancers.front]";
const GATE: &str = "[endpoints.gate]\nservice = \"s3\"\nkind = \"gateway\"\nroute_tables = [\"app-a\", \"app-b\"]\n\n[load_balancers.front]";
const FRONT: &str = "[load_balancers.front]";

/// The example with texts replaced.
fn changed(name: &str, changes: &[(&str, &str)]) -> Design {
    let text = changes.iter().fold(named(name).unwrap().text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{name} has no {old}");
        text.replace(old, new)
    });
    Design::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// The mended example, changed, and what came of one of its invariants.
fn of(name: &str, changes: &[(&str, &str)]) -> Proved {
    let proof = prove(&changed("securewallet-fixed", changes), "x.toml");
    replays(&changed("securewallet-fixed", changes), &proof);
    proof.invariants.into_iter().find(|proved| proved.name == name).unwrap()
}

/// What the example says with one invariant of its own.
fn own(invariant: &str, changes: &[(&str, &str)]) -> Proved {
    let added = format!("[[invariants]]\nsays = \"so\"\n{invariant}\n\n{FRONT}");
    let changes: Vec<_> = changes.iter().copied().chain([(FRONT, added.as_str())]).collect();
    of("own", &changes)
}

/// Each counter-example shows in a trace what it says it shows.
fn replays(design: &Design, proof: &Proof) {
    for proved in proof.invariants.iter().filter(|proved| proved.standing == Broken) {
        let example = proved.counterexample.as_ref().unwrap();
        let trace =
            trace(&Network::new(design), &example.question()).unwrap_or_else(|e| panic!("{}: {e}", example.command));
        let (verdict, arrives) = match example.shows {
            "arrives and is answered" => (Verdict::Allowed, true),
            "arrives, but its answer is stopped" => (Verdict::Blocked, true),
            "is stopped" => (Verdict::Blocked, trace.arrives()),
            other => panic!("{other}"),
        };
        assert_eq!((trace.verdict, trace.arrives()), (verdict, arrives), "{}\n{trace}", example.command);
        assert!(!example.hops.is_empty());
    }
}

#[test]
fn the_examples_stand_as_they_are_drawn() {
    let standings = |name| prove(&changed(name, &[]), name).invariants.iter().map(|p| p.standing).collect::<Vec<_>>();
    // Those that always must hold, then those of the file.
    let (drawn, mended) = (standings("securewallet"), standings("securewallet-fixed"));
    assert_eq!(drawn[..6], [Holds, Holds, Holds, Holds, Vacuous, Broken]);
    assert_eq!(drawn[6..], [Holds, Broken, Broken, Holds, Holds]);
    assert_eq!(mended[..6], [Holds, Holds, Holds, Holds, Vacuous, Holds]);
    assert!(mended[6..].iter().all(|standing| *standing == Holds), "{mended:?}");
    assert!(
        prove(&changed("securewallet-fixed", &[]), "").holds() && !prove(&changed("securewallet", &[]), "").holds()
    );
}

#[test]
fn a_database_that_is_reached() {
    assert_eq!(of("stores-from-outside", &[DATABASE]).standing, Holds, "its group still keeps others out");
    assert_eq!(of("stores-from-outside", &[OPEN]).standing, Holds, "it still has no public address");
    let open = of("stores-from-outside", &[DATABASE, OPEN]);
    let example = open.counterexample.unwrap();
    assert_eq!((open.standing, example.port), (Broken, 5432));
    assert_eq!(
        example.command,
        "rawmill cloud trace x.toml --from internet --to 'wallet in private-db-a' --port 5432 --source-ip 198.51.100.1"
    );
    assert_eq!(example.shows, "arrives, but its answer is stopped", "no route leads out, but the packet is there");
}

#[test]
fn one_address_of_all_is_found() {
    let narrow = ("tcp 5432 from app", "tcp 5433 from 203.0.113.77/32");
    let example = of("stores-from-outside", &[DATABASE, narrow]).counterexample.unwrap();
    assert_eq!((example.port, example.source_ip.unwrap().to_string()), (5433, "203.0.113.77".to_owned()));
}

#[test]
fn ssh_coming_in() {
    let bastion = (FRONT, BASTION);
    assert_eq!(of("ssh-from-outside", &[bastion]).standing, Holds);
    let open = |rule| of("ssh-from-outside", &[bastion, ("\"tcp 80 from balancer\"", rule)]).standing;
    assert_eq!(open("\"tcp 80 from balancer\", \"tcp 22 from 203.0.113.0/24\""), Broken);
    assert_eq!(open("\"tcp 80 from balancer\", \"tcp 0-21 from 0.0.0.0/0\", \"tcp 23-65535 from 0.0.0.0/0\""), Holds);
}

#[test]
fn the_application_is_reached_by_its_balancer_alone() {
    let with = |rule| of("behind-the-balancer", &[("\"tcp 80 from balancer\"", rule)]);
    let wide = with("\"tcp 80 from 10.0.1.0/24\"");
    let example = wide.counterexample.unwrap();
    assert_eq!(
        (wide.standing, example.from.as_str(), example.to.as_str()),
        (Broken, "public-a", "app in private-app-a")
    );
    assert_eq!(with("\"tcp 80 from app\"").standing, Holds, "its own kind");
    assert_eq!(with("\"tcp 81 from 10.0.0.0/16\"").standing, Holds, "another port, within the network");
    assert_eq!(of("behind-the-balancer", &[("members = [\"app\"]", "members = []")]).standing, Vacuous);
}

#[test]
fn an_address_that_the_sender_could_have_is_enough() {
    // The first address of the subnet is 10.0.1.4, so a trace that asks by name alone would not see it.
    let cut = [("\"tcp 80 from balancer\"", "\"tcp 80 from 10.0.1.128/25\"")];
    let found = of("behind-the-balancer", &cut);
    assert_eq!((found.standing, found.counterexample.unwrap().from.as_str()), (Broken, "public-a at 10.0.1.128"));
}

#[test]
fn what_is_private_leaves_by_the_nat_of_its_zone() {
    let shared = [("\"0.0.0.0/0\" = \"nat-b\"", "\"0.0.0.0/0\" = \"nat-a\"")];
    let found = of("leaving-by-the-nat", &shared);
    assert_eq!((found.standing, found.counterexample.unwrap().from.as_str()), (Broken, "app in private-app-b"));
    let none = [("\"0.0.0.0/0\" = \"nat-b\"", ""), ("\"0.0.0.0/0\" = \"nat-a\"", "")];
    assert_eq!(of("leaving-by-the-nat", &none).standing, Vacuous, "nothing leaves");
    let hidden = of("leaving-by-the-nat", &[("\"0.0.0.0/0\" = \"nat-b\"", "\"0.0.0.0/0\" = \"?\"")]);
    assert_eq!(hidden.standing, Unknown);
    assert!(!hidden.unknown.is_empty());
}

#[test]
fn s3_past_the_nat() {
    assert_eq!(of("s3-past-the-nat", &[]).standing, Vacuous);
    assert_eq!(of("s3-past-the-nat", &[(FRONT, BUCKET)]).standing, Broken);
    assert_eq!(of("s3-past-the-nat", &[(FRONT, GATE)]).standing, Holds);
    let one = GATE.replace("\"app-a\", \"app-b\"", "\"app-a\"");
    assert_eq!(of("s3-past-the-nat", &[(FRONT, &one)]).standing, Broken, "the other zone has no route to it");
}

#[test]
fn one_source_port_without_an_answer() {
    let narrow = of("answers", &[("tcp 32768-60999 from", "tcp 32768-60998 from")]);
    assert_eq!(narrow.standing, Broken);
    let stopped = narrow.counterexample.unwrap().hops.pop().unwrap();
    assert!(stopped.packet.ends_with(":60999"), "{stopped:?}");
}

#[test]
fn requests_whose_answers_meet_no_acl_count_as_well() {
    // Nothing but the balancer's own subnet and the database is left: one request, and no ACL on its way.
    let shut = [
        ("\"tcp 443 to 0.0.0.0/0\"", "\"tcp 444 to 192.0.2.0/32\""),
        ("\"tcp 443 from 0.0.0.0/0\"", "\"tcp 443 from app\""),
        ("members = [\"app\"]", "members = []"),
        (", network_acl = \"app\"", ""),
        ("\"0.0.0.0/0\" = \"nat-a\"", ""),
        ("\"0.0.0.0/0\" = \"nat-b\"", ""),
    ];
    assert_eq!(of("answers", &shut).standing, Holds);
}

#[test]
fn invariants_of_ones_own() {
    let app = "from = \"app\"\nto = \"wallet\"\nprotocol = \"tcp\"\n";
    let expect =
        |ports: &str, expect: &str| own(&format!("{app}ports = \"{ports}\"\nexpect = \"{expect}\""), &[]).standing;
    assert_eq!(expect("5432", "reachable"), Holds);
    assert_eq!(expect("5432-5433", "reachable"), Broken);
    assert_eq!(expect("5433-65535", "unreachable"), Holds);
    assert_eq!(expect("any", "unreachable"), Broken);
    let outside = "from = \"internet\"\nto = \"front\"\nprotocol = \"tcp\"\nports = \"443\"\nexpect = \"reachable\"";
    assert_eq!(own(outside, &[]).standing, Holds);
    let some = [("\"tcp 443 from 0.0.0.0/0\"", "\"tcp 443 from 128.0.0.0/1\"")];
    assert_eq!(own(outside, &some).standing, Broken, "for one half of the world");
    let closed = [("\"tcp 80 from balancer\"", "\"tcp 81 from balancer\"")];
    assert_eq!(own(outside, &closed).standing, Broken, "what stands behind the balancer has to answer as well");
}

#[test]
fn an_invariant_that_speaks_of_nothing_is_vacuous() {
    for (invariant, why) in [
        ("from = \"nat-a\"\nto = \"nat-a\"\nexpect = \"reachable\"", "one place"),
        (
            "from = \"app\"\nto = \"wallet\"\nprotocol = \"icmp\"\nports = \"80\"\nexpect = \"unreachable\"",
            "icmp has no ports",
        ),
    ] {
        let found = own(invariant, &[]);
        assert_eq!(found.standing, Vacuous);
        assert!(found.why.as_ref().unwrap().contains(why), "{found:?}");
    }
    let shut = [
        ("cidr = \"10.0.0.0/16\"", "cidr = \"10.0.0.0/16\"\ninternet_gateway = false"),
        ("public = { \"0.0.0.0/0\" = \"internet\" }", "public = {}"),
    ];
    for name in ["stores-from-outside", "ssh-from-outside"] {
        assert_eq!(of(name, &shut).standing, Vacuous, "{name}");
    }
    let outside = "from = \"internet\"\nto = \"front\"\nexpect = \"unreachable\"";
    assert_eq!(own(outside, &shut).standing, Vacuous);
}

#[test]
fn what_is_not_known_makes_an_invariant_unknown() {
    let hidden = [DATABASE, ("tcp 5432 from app", "tcp 5432 from ?")];
    let found = of("stores-from-outside", &hidden);
    assert_eq!(found.standing, Unknown);
    assert!(found.unknown[0].contains("`tcp 5432 from ?`"), "{:?}", found.unknown);
    assert_eq!(of("ssh-from-outside", &hidden).standing, Holds, "it is not about that");
    assert!(!prove(&changed("securewallet-fixed", &hidden), "").holds());
}

#[test]
fn a_proof_is_told_in_words_and_in_json() {
    let proof = prove(&changed("securewallet", &[]), "my wallet.toml");
    let text = proof.to_string();
    assert!(
        text.contains("$ rawmill cloud trace 'my wallet.toml' --from 'app in private-app-a' --to internet --port 443"),
        "{text}"
    );
    assert!(text.ends_with("securewallet: 7 holds, 3 broken, 1 vacuous, 0 unknown\n"), "{text}");
    let json = serde_json::to_value(&proof).unwrap();
    let last = &json["invariants"][5];
    assert_eq!((last["standing"].as_str(), last["counterexample"]["port"].as_u64()), (Some("broken"), Some(443)));
    assert!(json["invariants"][4]["why"].as_str().unwrap().contains("no bucket"));
}
