//! Two colours of which one is live: what is said of a design counts the live one, and a template leads back to both.

use cloud::availability::availability;
use cloud::compare::capacity;
use cloud::cost::Plan;
use cloud::emit::{Format, emit};
use cloud::examples::named;
use cloud::findings::findings;
use cloud::import::{Imported, NoteKind, Options};
use cloud::packet::Protocol;
use cloud::prove::Standing;
use cloud::{Design, Network, Question, Verdict, cost, import, prove, trace};

/// Whoever asks for the other colour by its name.
const PREVIEW: &str = ", rules = [{ host = \"next.growth.example\", target = \"green\" }]";

fn text(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(named("growth-v4").unwrap().text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replace(old, new)
    })
}

fn design(changes: &[(&str, &str)]) -> Design {
    Design::parse(&text(changes)).unwrap_or_else(|error| panic!("{error}"))
}

/// The second of the two groups, green, with other figures.
fn green(old: &str, new: &str) -> Design {
    let whole = text(&[]);
    let (before, after) = whole.split_once("[auto_scaling_groups.green]").unwrap();
    assert!(after.contains(old), "{old}");
    let changed = format!("{before}[auto_scaling_groups.green]{}", after.replacen(old, new, 1));
    Design::parse(&changed).unwrap_or_else(|error| panic!("{error}"))
}

fn verdict(design: &Design, from: &str, to: &str, port: u16) -> Verdict {
    let question = Question { from: from.into(), to: to.into(), protocol: Protocol::Tcp, port, source: None };
    trace(&Network::new(design), &question).unwrap().verdict
}

/// Green listens where the balancer may not ask.
const DEAF: (&str, &str) = ("[target_groups.green]\nport = 8080", "[target_groups.green]\nport = 8081");

#[test]
fn requests_go_to_the_live_colour_alone_unless_a_rule_leads_to_the_other() {
    assert_eq!(verdict(&design(&[(PREVIEW, "")]), "internet", "front", 443), Verdict::Allowed);
    assert_eq!(verdict(&design(&[(PREVIEW, ""), DEAF]), "internet", "front", 443), Verdict::Allowed);
    assert_eq!(verdict(&design(&[DEAF]), "internet", "front", 443), Verdict::Blocked);
    // They change places.
    let swapped =
        [("live = \"blue\"", "live = \"green\""), ("idle = \"green\"", "idle = \"blue\""), (PREVIEW, ""), DEAF];
    let swapped: Vec<_> = swapped.into_iter().chain([("target = \"blue\"", "target = \"green\"")]).collect();
    assert_eq!(verdict(&design(&swapped), "internet", "front", 443), Verdict::Blocked);
}

#[test]
fn the_idle_colour_is_behind_the_balancer_and_nobody_else_reaches_it() {
    let standing = |design: &Design| {
        let proof = prove(design, "x.toml");
        proof.invariants.iter().find(|proved| proved.name == "behind-the-balancer").unwrap().standing
    };
    // A group of its own for green, that lets the bastion in where the balancer asks.
    let own = "[security_groups.loose]\ninbound = [\"tcp 8080 from front\", \"tcp 8080 from bastion\"]\noutbound = []\n\n[colours]";
    let bastion = ("\"tcp 22 to 10.0.0.0/16\"", "\"tcp 22 to 10.0.0.0/16\", \"tcp 8080 to 10.0.0.0/16\"");
    let whole = text(&[(PREVIEW, ""), ("[colours]", own), bastion]);
    let at = whole.find("[auto_scaling_groups.green]").unwrap();
    let (before, after) = whole.split_at(at);
    let loose = format!("{before}{}", after.replacen("[\"app\"]", "[\"loose\"]", 1));
    assert_eq!(standing(&design(&[(PREVIEW, "")])), Standing::Holds);
    assert_eq!(standing(&Design::parse(&loose).unwrap()), Standing::Broken);
}

#[test]
fn what_the_idle_colour_has_changes_nothing_that_is_borne_or_available() {
    let as_it_is = design(&[]);
    for (old, new) in [("max = 6", "max = 60"), ("min = 1", "min = 4"), ("[\"app-a\", \"app-b\"]", "[\"app-b\"]")] {
        let other = green(old, new);
        assert_eq!(capacity(&other), capacity(&as_it_is), "{new}");
        assert!((availability(&other).percent - availability(&as_it_is).percent).abs() < 1e-12, "{new}");
    }
    // Of the live one they do.
    let more = design(&[("max = 6", "max = 60")]);
    assert!(capacity(&more) > capacity(&as_it_is));
}

#[test]
fn findings_that_count_machines_count_those_of_the_live_colour() {
    let text = text(&[]);
    let found = findings(&Design::parse(&text).unwrap(), &text);
    let of = |rule: &str| -> Vec<&str> {
        found.findings.iter().filter(|finding| finding.rule == rule).map(|finding| finding.what.as_str()).collect()
    };
    let short = of("capacity-below-peak");
    assert_eq!(short.len(), 1, "{short:?}");
    assert!(short[0].starts_with("blue has "), "{short:?}");
    let alone = of("single-point-of-failure");
    assert!(!alone.is_empty() && alone.iter().all(|what| !what.contains("green")), "{alone:?}");
}

#[test]
fn the_idle_colour_is_paid_for_at_its_least() {
    let design = design(&[]);
    let bill = cost(&design, Plan::OnDemand).unwrap();
    let machines = |name: &str| {
        let line = bill.lines.iter().find(|line| line.name == name && line.item == "ec2.t4g.micro").unwrap();
        line.quantity
    };
    let (live, idle) = (machines("blue"), machines("green"));
    assert_eq!(idle.mean, Some(idle.least));
    assert_eq!((idle.least, idle.most), (live.least, live.most));
    // 30 requests a second, of which an instance bears 40.
    assert_eq!(live.mean, Some(live.least));
    let busy = text(&[("\nrequests_per_s = 30", "\nrequests_per_s = 90")]);
    let bill = cost(&Design::parse(&busy).unwrap(), Plan::OnDemand).unwrap();
    let mean = |name: &str| {
        let line = bill.lines.iter().find(|line| line.name == name && line.item == "ec2.t4g.micro").unwrap();
        line.amount.unwrap().mean.unwrap().number()
    };
    assert!((mean("blue") / mean("green") - 3.0).abs() < 1e-9);
}

fn brought_back(design: &Design, live: Option<&str>) -> Imported {
    let template = emit(design, Format::CloudFormation).unwrap();
    let parameters = live.map(|live| ("Live".to_owned(), live.to_owned())).into_iter().collect();
    let options = Options { region: Some(design.region.clone()), parameters, ..Options::default() };
    import(&template, &options).unwrap_or_else(|error| panic!("{error}"))
}

/// What a name of an import was before: names may have the kind of their resource behind them.
fn is(name: &str, wanted: &str) -> bool {
    name.to_ascii_lowercase().starts_with(wanted)
}

#[test]
fn an_import_reads_the_colours_from_the_weights() {
    for (live, [first, second]) in
        [(None, ["blue", "green"]), (Some("blue"), ["blue", "green"]), (Some("green"), ["green", "blue"])]
    {
        let imported = brought_back(&design(&[]), live);
        let colours = imported.design.colours.as_ref().unwrap();
        assert!(is(colours.live.get_ref(), first) && is(colours.idle.get_ref(), second), "{live:?}: {colours:?}");
        let [listener] = imported.design.load_balancers.values().next().unwrap().listeners.as_slice() else { panic!() };
        assert!(is(listener.target.get_ref(), first), "{live:?}: {listener:?}");
        let [rule] = listener.rules.as_slice() else { panic!("{listener:?}") };
        assert!(is(rule.target.get_ref(), second) && rule.host.as_deref() == Some("next.growth.example"), "{rule:?}");
    }
    assert_eq!(
        brought_back(&design(&[(PREVIEW, "")]), None).design.load_balancers.values().next().unwrap().listeners[0].rules,
        []
    );
}

const PAIR: &str = "Resources:
  Net: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Net, CidrBlock: 10.0.1.0/24, AvailabilityZone: us-east-1a}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Net, CidrBlock: 10.0.2.0/24, AvailabilityZone: us-east-1b}}
  Open: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Net}}
  Front: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Subnets: [!Ref A, !Ref B], SecurityGroups: [!Ref Open]}}
  One: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 80, VpcId: !Ref Net}}
  Two: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 80, VpcId: !Ref Net}}
  Http: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Front, Port: 80, Protocol: HTTP, DefaultActions: [{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref One, Weight: FIRST}, {TargetGroupArn: !Ref Two, Weight: SECOND}]}}]}}
";

#[test]
fn weights_that_are_no_colours_are_what_they_are() {
    let brought = |first: &str, second: &str| {
        let text = PAIR.replace("FIRST", first).replace("SECOND", second);
        import(&text, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
    };
    // Both get requests: both are asked.
    let shared = brought("90", "10");
    let listener = &shared.design.load_balancers["Front"].listeners[0];
    assert!(shared.design.colours.is_none());
    assert_eq!(listener.targets().map(|target| target.get_ref().as_str()).collect::<Vec<_>>(), ["Two", "One"]);
    // One gets none, and has no machines that a release could replace.
    let bare = brought("0", "100");
    assert!(bare.design.colours.is_none());
    assert_eq!(bare.design.load_balancers["Front"].listeners[0].target.get_ref(), "Two");
    let said: Vec<String> =
        bare.notes.iter().filter(|n| n.kind == NoteKind::LeftOut).map(ToString::to_string).collect();
    let what = "line 9: Http: left out: `One`, which gets no requests beside `Two`: each colour has one auto-scaling group of its own";
    assert_eq!(said, [what]);
}
