//! Whoever changes a template of our own changes the design that it becomes: what resources say is read from them.

use crate::back::{read, written};
use crate::notes;
use cloud::Design;
use cloud::import::NoteKind;

const SHOP: &str = include_str!("../designs/shop.toml");
const REPORTS: &str = include_str!("../designs/reports.toml");

/// The template with the first `old` behind a logical id replaced.
fn edited(template: &str, id: &str, old: &str, new: &str) -> String {
    let quoted = [format!("\n  {id}:\n"), format!("\n  '{id}':\n")];
    let start = quoted.iter().find_map(|head| template.find(head)).unwrap_or_else(|| panic!("there is no {id}"));
    let (before, rest) = template.split_at(start);
    assert!(rest.contains(old), "{id} has no {old}");
    format!("{before}{}", rest.replacen(old, new, 1))
}

/// An edit of a template, by logical id, and the same edit of the design.
type Edit = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn check(text: &str, edits: &[Edit]) {
    let template = written(&Design::parse(text).unwrap());
    for (id, old, new, said, says) in edits {
        assert!(text.contains(said), "{said}");
        let expected = Design::parse(&text.replacen(said, says, 1)).unwrap_or_else(|error| panic!("{says}: {error}"));
        let found = read(&edited(&template, id, old, new)).design;
        assert_eq!(found, expected, "{id}: {new}\n{}", found.to_toml());
    }
}

#[test]
fn the_network_is_what_its_resources_say() {
    check(
        SHOP,
        &[
            ("Vpc", "10.20.0.0/16", "10.20.0.0/17", "10.20.0.0/16", "10.20.0.0/17"),
            ("PublicASubnet", "10.20.1.0/24", "10.20.5.0/24", "10.20.1.0/24", "10.20.5.0/24"),
            ("PublicASubnet", "Select [0", "Select [3", "zone = \"a\"", "zone = \"d\""),
            ("PrivateASubnetRouteTable", "PrivateRouteTable", "PublicRouteTable", "\"private\" }", "\"public\" }"),
            ("PublicASubnetNetworkAcl", "PublicASubnet\n", "PublicBSubnet\n", ", network_acl = \"edge\"", ""),
            (
                "Private19202024Route",
                "192.0.2.0/24",
                "192.0.2.0/25",
                "192.0.2.0/24\" = \"nat",
                "192.0.2.0/25\" = \"nat",
            ),
            ("EdgeInbound150", "deny", "allow", "150 deny", "150 allow"),
            ("EdgeInbound100", "RuleNumber: 100", "RuleNumber: 105", "100 allow", "105 allow"),
            ("EdgeInbound110", "From: 1024", "From: 32768", "tcp 1024-65535", "tcp 32768-65535"),
            ("EdgeInbound120", "Protocol: 17", "Protocol: 6", "allow udp any", "allow tcp any"),
            (
                "BalancerSecurityGroup",
                "0.0.0.0/0",
                "10.0.0.0/8",
                "[\"tcp 443 from 0.0.0.0/0",
                "[\"tcp 443 from 10.0.0.0/8",
            ),
            ("BalancerSecurityGroup", "ToPort: 443", "ToPort: 444", "[\"tcp 443 from 0", "[\"tcp 443-444 from 0"),
            (
                "WebGroupInbound1",
                "BalancerSecurityGroup",
                "ToolsSecurityGroup",
                "8080 from balancer",
                "8080 from tools",
            ),
            ("WebGroupOutbound2", "ToPort: 5432", "ToPort: 5433", "tcp 5432 to store", "tcp 5432-5433 to store"),
            ("NatNatInstance", "PublicASubnet", "PublicBSubnet", "subnet = \"public-a\"", "subnet = \"public-b\""),
            ("NatInstanceType", "t4g.nano", "t4g.small", "\"t4g.nano\"", "\"t4g.small\""),
        ],
    );
}

#[test]
fn machines_are_what_their_resources_say() {
    check(
        SHOP,
        &[
            ("WebAutoScalingGroup", "MinSize: '2'", "MinSize: '3'", "min = 2", "min = 3"),
            ("WebAutoScalingGroup", "Warmup: 300", "Warmup: 60", "min = 2", "warm_up_s = 60\nmin = 2"),
            (
                "WebAutoScalingGroup",
                "        - !Ref PrivateBSubnet\n",
                "",
                SUBNETS,
                "subnets = [\"private-a\"]\nsecurity_groups = [\"web\"]",
            ),
            ("WebInstanceType", "t3.medium", "t3.large", "\"t3.medium\"", "\"t3.large\""),
            ("WebLaunchTemplate", "VolumeSize: 8", "VolumeSize: 9", "min = 2", "disk_gb = 9\nmin = 2"),
            ("SpareLaunchTemplate", "MarketType: spot", "MarketType: capacity-block", "purchase = \"spot\"\n", ""),
            ("SpareScalingPolicy", "TargetValue: 62.5", "TargetValue: 70", "62.5", "70.0"),
            (
                "BastionInstance",
                "IpAddress: true",
                "IpAddress: false",
                "\"t3.nano\"\npublic_address = true",
                "\"t3.nano\"",
            ),
            ("BastionInstance", "WebInstanceProfile", "None", "role = \"web\"\n\n[databases", "\n[databases"),
            (
                "FrontLoadBalancer",
                "internet-facing",
                "internal",
                "[load_balancers.front]",
                "[load_balancers.front]\nscheme = \"internal\"",
            ),
            ("FrontListener443", "Port: 443", "Port: 8443", "port = 443", "port = 8443"),
            ("FrontListener443Rule2", "/metrics", "/figures", "/metrics", "/figures"),
            ("FrontListener443Rule1", "Priority: 1", "Priority: 7", RULES, TURNED),
            ("WebTargetGroup", "Seconds: 10", "Seconds: 11", "interval_s = 10", "interval_s = 11"),
            ("OrdersDatabase", "MultiAZ: true", "MultiAZ: false", "multi_az = true", "multi_az = false"),
            ("ArchiveDatabase", "'3307'", "'3308'", "3307", "3308"),
            ("ArchiveDatabase", "'100'", "'200'", "storage_gb = 100", "storage_gb = 200"),
            ("SessionsCache", "Clusters: 2", "Clusters: 3", "nodes = 2", "nodes = 3"),
        ],
    );
}

const SUBNETS: &str = "subnets = [\"private-a\", \"private-b\"]\nsecurity_groups = [\"web\"]";
const RULES: &str = "  { host = \"tools.shop.example.com\", path = \"/graphs/*\", target = \"tools\" },
  { path = \"/metrics\", target = \"tools\" },";
const TURNED: &str = "  { path = \"/metrics\", target = \"tools\" },
  { host = \"tools.shop.example.com\", path = \"/graphs/*\", target = \"tools\" },";

#[test]
fn services_are_what_their_resources_say() {
    check(
        SHOP,
        &[
            ("WebPolicy", "s3:PutObject", "s3:DeleteObject", "s3:PutObject", "s3:DeleteObject"),
            ("WebPolicy", "/public/*", "/private/*", "/public/*", "/private/*"),
            ("SiteBucket", "BlockPublicPolicy: false", "BlockPublicPolicy: true", "public = true\n\n", "\n"),
            ("SiteBucketPolicy", "Effect: Allow", "Effect: Deny", "public = true\n\n", "\n"),
            (
                "NearShopExampleComFrontRecord",
                "Region: !Ref AWS::Region",
                "GeoLocation: {CountryCode: DE}",
                "\"latency\"",
                "\"geolocation\"",
            ),
            (
                "EdgeDistribution",
                "MediaBucket.Regional",
                "SiteBucket.Regional",
                "\"front\", \"media\"]",
                "\"front\", \"site\"]",
            ),
        ],
    );
    check(
        REPORTS,
        &[
            (
                "JobsQueue",
                "VisibilityTimeout: 900",
                "VisibilityTimeout: 1000",
                "visibility_s = 900",
                "visibility_s = 1000",
            ),
            ("JobsQueue", "maxReceiveCount: 3", "maxReceiveCount: 4", "receives = 3", "receives = 4"),
            ("WaitingAlarm", "Threshold: 100", "Threshold: 0.5", "above = 100.0", "above = 0.5"),
            ("WaitingAlarm", "JobsQueue", "LostQueue", "queue = \"jobs\"\nabove", "queue = \"lost\"\nabove"),
            (
                "WorkersScalingPolicy",
                "JobsQueue",
                "LostQueue",
                "target = 10.0, queue = \"jobs\"",
                "target = 10.0, queue = \"lost\"",
            ),
            ("WorkerPolicy", "SetInstanceProtection", "DetachInstances", "protected = true\n", ""),
            ("OriginalsBucketPolicy", "StringNotEquals", "StringEquals", "only_through = \"s3-way\"\n", ""),
            ("ResultsBucket", "OwnershipControls", "BucketEncryption", "encrypted = false\n", ""),
            (
                "S3WayEndpoint",
                "WorkRouteTable",
                "YesRouteTable",
                "route_tables = [\"work\"]",
                "route_tables = [\"yes\"]",
            ),
            ("SqsWayEndpoint", "Region}.sqs", "Region}.sns", "service = \"sqs\"", "service = \"sns\""),
        ],
    );
}

#[test]
fn the_primary_is_the_one_that_its_record_says() {
    let template = written(&Design::parse(SHOP).unwrap());
    let turned = edited(&template, "ApiShopExampleComFrontRecord", "PRIMARY", "SECONDARY");
    let turned = edited(&turned, "ApiShopExampleComEdgeRecord", "SECONDARY", "PRIMARY");
    let expected = SHOP.replace("[\"front\", \"edge\"], health", "[\"edge\", \"front\"], health");
    assert_eq!(read(&turned).design, Design::parse(&expected).unwrap());
}

#[test]
fn a_type_that_the_design_left_open_shows_when_it_is_changed() {
    let open = Design::parse(&SHOP.replace("instance_type = \"t4g.nano\"\n", "")).unwrap();
    let changed = read(&edited(&written(&open), "NatInstanceType", "t4g.nano", "t4g.small")).design;
    assert_eq!(changed, Design::parse(&SHOP.replace("t4g.nano", "t4g.small")).unwrap());
}

#[test]
fn a_group_that_rules_cannot_name_is_not_known_in_them() {
    let template = written(&Design::parse(SHOP).unwrap());
    let back = read(&edited(&template, "StoreSecurityGroup", "name: store", "name: a b"));
    assert_eq!(back.design.security_groups["web"].outbound[1].get_ref().to_string(), "tcp 5432 to ?");
    assert!(notes(&back, NoteKind::Unknown).iter().any(|note| note.contains("rules cannot name `a b`")));
}

#[test]
fn a_name_in_the_metadata_is_a_name_and_no_more() {
    let template = written(&Design::parse(SHOP).unwrap());
    let named = edited(&template, "StoreSecurityGroup", "name: store", "name: kept");
    let renamed = SHOP.replace("security_groups.store", "security_groups.kept").replace("[\"store\"]", "[\"kept\"]");
    let renamed = renamed.replace(" to store", " to kept");
    assert_eq!(read(&named).design, Design::parse(&renamed).unwrap());
    let twice = read(&edited(&template, "StoreSecurityGroup", "name: store", "name: web"));
    assert_eq!(
        notes(&twice, NoteKind::Assumed).iter().map(|note| note.split_once(": ").unwrap().1).collect::<Vec<_>>(),
        ["WebSecurityGroup: assumed: something else is called `web`, so this is called WebSecurityGroup"]
    );
    assert_eq!(twice.design.security_groups.len(), Design::parse(SHOP).unwrap().security_groups.len());
    let world = read(&edited(&template, "BastionInstance", "name: bastion", "name: internet"));
    assert!(world.design.instances.contains_key("BastionInstance"));
}

#[test]
fn metadata_that_says_nothing_of_sense_is_named_and_left_out() {
    let template = written(&Design::parse(REPORTS).unwrap());
    for (id, old, new, said) in [
        (
            "JobsQueue",
            "heartbeat_s: 60",
            "heartbeat_s: often",
            "JobsQueue: not known: expected a number, found `often`",
        ),
        (
            "WorkersAutoScalingGroup",
            "rawmill:\n",
            "rawmill:\n        processes: [[a]]\n",
            "WorkersAutoScalingGroup: not known: expected a text",
        ),
    ] {
        let back = read(&edited(&template, id, old, new));
        assert!(back.notes.iter().any(|note| note.to_string().ends_with(said)), "{said}: {:?}", back.notes);
        assert_eq!(back.resources - back.resolved, 1);
    }
    let shop = written(&Design::parse(SHOP).unwrap());
    for (old, new, said) in [
        ("egress_gb: 0.0", "egress_gb: much", "load in the metadata: expected a number for `egress_gb`"),
        ("egress_gb: 0.0", "gravity: 0.0", "load in the metadata: unknown field `gravity`"),
        ("expect: unreachable", "expect: unheard", "an invariant in the metadata: unknown variant `unheard`"),
        ("expect: unreachable", "expect: unreachable\n        ports: '9-1'", "an invariant in the metadata: "),
        ("- orders\n", "- gone\n", "`gone`, in the metadata as `needs`, is not in the design"),
    ] {
        assert!(shop.contains(old), "{old}");
        let back = read(&shop.replacen(old, new, 1));
        let left_out = notes(&back, NoteKind::LeftOut);
        assert!(left_out.len() == 1 && left_out[0].contains(said), "{said}: {left_out:?}");
    }
}

#[test]
fn what_a_design_cannot_say_is_named_with_its_line() {
    let shop = written(&Design::parse(SHOP).unwrap());
    let reports = written(&Design::parse(REPORTS).unwrap());
    for (template, id, old, new, said) in [
        (&shop, "WebPolicy", "Effect: Allow", "Effect: Deny", "left out: a right: a design has none that denies"),
        (
            &shop,
            "WebRole",
            "ec2.amazonaws.com",
            "lambda.amazonaws.com",
            "not supported: AWS::IAM::Role: somebody else than instances",
        ),
        (&shop, "WebRole", "AssumeRole", "ManagedPolicyArns: [x]\n      AssumeRole", "left out: policies of others"),
        (
            &shop,
            "SpareScalingPolicy",
            "TargetTrackingScaling",
            "StepScaling",
            "not supported: AWS::AutoScaling::ScalingPolicy: it does not keep",
        ),
        (
            &shop,
            "EdgeDistribution",
            "!GetAtt FrontLoadBalancer.DNSName",
            "elsewhere.example",
            "not supported: AWS::CloudFront::Distribution: the origin in line",
        ),
        (
            &shop,
            "NearShopExampleComFrontRecord",
            "Type: A\n",
            "Type: AAAA\n",
            "not supported: AWS::Route53::RecordSet: a record of the type AAAA",
        ),
        (
            &shop,
            "NearShopExampleComFrontRecord",
            "Region: !Ref AWS::Region",
            "Weight: 3",
            "not supported: AWS::Route53::RecordSet: a record chosen by Weight",
        ),
        (
            &reports,
            "WaitingAlarm",
            "GreaterThan",
            "LessThan",
            "not supported: AWS::CloudWatch::Alarm: a design has alarms above",
        ),
        (
            &reports,
            "WorkersScalingPolicy",
            "messages / instances",
            "instances / messages",
            "not supported: AWS::AutoScaling::ScalingPolicy: the expression",
        ),
    ] {
        let edited = edited(template, id, old, new);
        let back = read(&edited);
        let note = back.notes.iter().find(|note| note.of == id && note.to_string().contains(said));
        let note = note.unwrap_or_else(|| panic!("{said}: {:?}", back.notes));
        let head = edited.lines().position(|line| line == format!("  {id}:")).unwrap() + 1;
        assert!(note.line >= head && note.line < head + 60, "{note}, {id} in line {head}");
    }
}
