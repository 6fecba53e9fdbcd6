//! What a template says, and what it refuses to say. Others read templates in `tests/oracles/cloud_emit.py`.

use super::*;
use crate::examples::{EXAMPLES, named};

const SHOP: &str = include_str!("../../tests/designs/shop.toml");
const REPORTS: &str = include_str!("../../tests/designs/reports.toml");

fn template(text: &str) -> Result<String, EmitError> {
    emit(&Design::parse(text).unwrap_or_else(|e| panic!("{e}\n{text}")), Format::CloudFormation)
}

fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    EXAMPLES.iter().map(|example| (example.name, example.text)).chain([("shop", SHOP), ("reports", REPORTS)])
}

/// What is said of a design with `old` replaced.
fn refused(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old}");
    template(&text.replacen(old, new, 1)).unwrap_err().to_string()
}

/// The lines of a resource.
fn resource<'a>(template: &'a str, id: &str) -> &'a str {
    let start = template.find(&format!("\n  {id}:\n")).unwrap_or_else(|| panic!("there is no {id}")) + 1;
    template[start..].split("\n\n").next().unwrap()
}

#[test]
fn an_example_reads_as_it_did() {
    let text = template(named("securewallet-fixed").unwrap().text).unwrap();
    insta::assert_snapshot!("securewallet-fixed", text);
}

#[test]
fn the_same_design_gives_the_same_bytes_however_its_file_is_ordered() {
    for (name, text) in all() {
        let first = template(text).unwrap();
        assert_eq!(template(text).unwrap(), first, "{name}");
        assert_eq!(template(&Design::parse(text).unwrap().to_toml()).unwrap(), first, "{name}, as a file of its own");
    }
}

#[test]
fn no_template_has_an_account_or_a_secret() {
    for (name, text) in all() {
        let text = template(text).unwrap();
        let digits = text.split(|c: char| !c.is_ascii_digit());
        assert!(digits.clone().all(|number| number.len() != 12), "{name} has an account");
        assert!(!text.contains(" MasterUserPassword:"), "{name} has a password");
    }
}

#[test]
fn every_part_has_a_resource_with_its_name() {
    for (name, text) in all() {
        let (design, text) = (Design::parse(text).unwrap(), template(text).unwrap());
        let names = [
            design.subnets.keys().collect::<Vec<_>>(),
            design.route_tables.keys().collect(),
            design.nats.keys().collect(),
            design.network_acls.keys().collect(),
            design.security_groups.keys().collect(),
            design.endpoints.keys().collect(),
            design.load_balancers.keys().collect(),
            design.target_groups.keys().collect(),
            design.auto_scaling_groups.keys().collect(),
            design.instances.keys().collect(),
            design.databases.keys().collect(),
            design.caches.keys().collect(),
            design.queues.keys().collect(),
            design.buckets.keys().collect(),
            design.distributions.keys().collect(),
            design.roles.keys().collect(),
            design.alarms.keys().collect(),
        ];
        let named = text.matches("\n      rawmill:\n        name:").count();
        let records: usize = design.records.values().map(|record| record.targets.len()).sum();
        assert_eq!(named, names.iter().map(Vec::len).sum::<usize>() + records, "{name}");
    }
}

#[test]
fn a_group_without_outbound_rules_lets_nothing_out() {
    for (name, text) in all() {
        let text = template(text).unwrap();
        assert_eq!(
            text.matches("AWS::EC2::SecurityGroup\n").count(),
            text.matches("SecurityGroupEgress:\n").count(),
            "{name}"
        );
        assert!(!text.contains("SecurityGroupEgress: []"), "{name}");
    }
    let text = template(SHOP).unwrap();
    assert!(resource(&text, "StoreSecurityGroup").contains("CidrIp: 127.0.0.1/32"));
    assert!(!resource(&text, "NatSecurityGroup").contains("127.0.0.1"));
}

#[test]
fn a_backlog_is_divided_by_instances_whose_count_is_collected() {
    let text = template(REPORTS).unwrap();
    let policy = resource(&text, "WorkersScalingPolicy");
    assert!(
        policy.contains("Expression: 'IF(instances > 0, messages / instances, messages)'")
            || policy.contains("Expression: IF(instances > 0, messages / instances, messages)"),
        "{policy}"
    );
    assert!(resource(&text, "WorkersAutoScalingGroup").contains("- GroupInServiceInstances"));
    assert!(!resource(&text, "TotalAutoScalingGroup").contains("MetricsCollection"));
}

#[test]
fn rights_are_on_what_the_design_names() {
    let text = template(SHOP).unwrap();
    let policy = resource(&text, "WebPolicy");
    for line in [
        "${MediaBucket.Arn}/public/*",
        "Action: s3:ListBucket\n            Resource: !GetAtt MediaBucket.Arn",
        "${MediaBucket.Arn}/*",
    ] {
        assert!(policy.contains(line), "{line}\n{policy}");
    }
    assert!(!policy.contains("'*'"));
    let text = template(REPORTS).unwrap();
    assert!(resource(&text, "WorkerPolicy").contains("autoScalingGroupName/${WorkersAutoScalingGroup}"));
}

#[test]
fn what_cannot_be_said_is_refused_by_name() {
    let wallet = named("securewallet").unwrap().text;
    for (text, old, new, what) in [
        (
            wallet,
            "\"0.0.0.0/0\" = \"nat-b\"",
            "\"0.0.0.0/0\" = \"blackhole\"",
            "route `0.0.0.0/0` to `blackhole` of route table `app-b`",
        ),
        (wallet, "\"0.0.0.0/0\" = \"nat-b\"", "\"0.0.0.0/0\" = \"?\"", "route `0.0.0.0/0` to `?`"),
        (wallet, "tcp 80 from balancer", "tcp ? from balancer", "rule `tcp ? from balancer` of security group `app`"),
        (wallet, "tcp 80 from balancer", "tcp 80 from ?", "rule `tcp 80 from ?` of security group `app`"),
        (
            wallet,
            "100 allow tcp 80 from 10.0.1.0/24",
            "100 allow ? from ?",
            "entry `100 allow ? from ?` of network ACL `app`",
        ),
        (wallet, "zone = \"a\"", "zone = \"x\"", "zone `x` of subnet `public-a`"),
        (wallet, "security_groups = [\"database\"]", "security_groups = []", "`wallet` without a security group"),
        (SHOP, "protocol = \"http\"", "protocol = \"tcp\"", "listener 80 of `inner`"),
        (SHOP, "{ path = \"/metrics\", target", "{ target", "rule 2 of listener 443 of `front`"),
        (SHOP, "target = \"inner\"", "target = \"web\"", "target group `web`"),
        (SHOP, "nodes = 2", "nodes = 7", "cache `sessions` of 7 nodes"),
        (SHOP, "members = [\"web\"]", "members = [\"spare\"]", "scaling of `web` on requests"),
        (SHOP, "origins = [\"site\"]", "origins = [\"tools\"]", "origin `tools` of distribution `plain`"),
        (SHOP, "origins = [\"site\"]", "origins = []", "distribution `plain`"),
        (SHOP, "targets = [\"bastion\"]", "targets = [\"tools\"]", "record `bastion.shop.example.com` for `tools`"),
        (
            SHOP,
            "\"latency\", targets = [\"front\"]",
            "\"latency\", targets = [\"front\", \"edge\"]",
            "record `near.shop.example.com`, latency with 2 targets",
        ),
        (
            SHOP,
            "\"geolocation\", targets = [\"front\"]",
            "\"geolocation\", targets = [\"front\", \"edge\"]",
            "record `here.shop.example.com`, geolocation with 2 targets",
        ),
        (REPORTS, "role = \"worker\"", "", "protected `workers` without a role"),
        (REPORTS, "dead_letters = \"lost\"", "dead_letters = \"jobs\"", "dead letters of `jobs`"),
        (
            REPORTS,
            "[queues.lost]\n",
            "[queues.lost]\nreceives = 2\ndead_letters = \"jobs\"\n",
            "dead letters of `jobs`",
        ),
        (REPORTS, "cloudwatch:PutMetricData on *", "s3:GetObject on */a", "`s3:GetObject on */a` of role `worker`"),
        (REPORTS, "above = 100.0", "above = inf", "alarm `waiting` above inf"),
        (REPORTS, "target = 70.0", "target = nan", "scaling of `hungry` to NaN"),
        (SHOP, "peak_requests_per_s = 120.0", "peak_requests_per_s = inf", "a load without end"),
        (
            SHOP,
            "[instances.tools]",
            "[instances.\"Web\"]\nsubnet = \"private-a\"\nsecurity_groups = [\"web\"]\ninstance_type = \"t3.nano\"\n\n[instances.tools]",
            "parameter WebInstanceType for two parts",
        ),
        (SHOP, "all to prefix s3", "all to prefix s3\", \"all to prefix S-3", "parameter PrefixListS3 for two parts"),
        (
            REPORTS,
            "sqs:DeleteMessage on jobs",
            "sqs:DeleteMessage on jobs/1",
            "`sqs:DeleteMessage on jobs/1` of role `worker`",
        ),
    ] {
        let said = refused(text, old, new);
        assert!(said.starts_with(what) && said.contains(" is not supported: "), "{said}");
    }
}

#[test]
fn names_that_become_one_are_refused() {
    let said = refused(SHOP, "[route_tables]\n", "[route_tables]\n\"Pri_vate\" = {}\n\"pri-vate\" = {}\n");
    assert_eq!(said, "`Pri_vate` and `pri-vate` both become PriVateRouteTable in a template: rename one of them");
}

#[test]
fn too_many_resources_are_refused() {
    let group = |n| format!("[security_groups.g{n}]\ninbound = []\noutbound = []\n\n");
    let many: String = (1..=600).map(group).collect();
    let wallet =
        named("securewallet").unwrap().text.replacen("[security_groups.app]", &(many + "[security_groups.app]"), 1);
    assert!(template(&wallet).unwrap_err().to_string().contains("a template has 500 at most"));
}

fn growth() -> &'static str {
    named("growth-v4").unwrap().text
}

/// Target groups of an action with the weights that they have when the design's live colour is live, and when it is not.
fn weights(resource: &str) -> Vec<(String, String, String)> {
    let groups = resource.split("- TargetGroupArn: !Ref ").skip(1);
    let tuple = |text: &str| {
        let (name, rest) = text.split_once('\n').unwrap();
        let row = rest.trim().strip_prefix("Weight: !If ['BlueIsLive', ").unwrap().split(']').next().unwrap();
        let (now, then) = row.split_once(", ").unwrap();
        (name.to_owned(), now.to_owned(), then.to_owned())
    };
    groups.map(tuple).collect()
}

#[test]
fn what_leads_to_a_colour_follows_the_parameter() {
    let text = template(growth()).unwrap();
    assert!(text.contains("\n  BlueIsLive: !Equals [!Ref 'Live', 'blue']\n"));
    let tuple = |name: &str, now: &str, then: &str| (format!("{name}TargetGroup"), now.to_owned(), then.to_owned());
    let listener = weights(resource(&text, "FrontListener443"));
    assert_eq!(listener, [tuple("Blue", "100", "0"), tuple("Green", "0", "100")]);
    let rule = weights(resource(&text, "FrontListener443Rule1"));
    assert_eq!(rule, [tuple("Blue", "0", "100"), tuple("Green", "100", "0")]);
    // Nothing else does.
    assert_eq!(text.matches("ForwardConfig:").count(), 2);
    assert!(all().filter(|(name, _)| *name != "growth-v4").all(|(_, text)| !template(text).unwrap().contains("Live")));
}

#[test]
fn machines_of_each_colour_fetch_its_own_release_and_no_others_do() {
    let text = template(growth()).unwrap();
    for (id, object) in [("Blue", "blue"), ("Green", "green")] {
        let launch = resource(&text, &format!("{id}LaunchTemplate"));
        assert!(launch.contains(&format!("'s3://${{ReleasesBucket}}/{object}/release.tar.gz'")), "{launch}");
    }
    assert_eq!(text.matches("release.tar.gz' - | tar").count(), 2);
    let without = template(&growth().replace("releases = \"releases\"\n", "")).unwrap();
    assert!(!without.contains("release.tar.gz") && !without.contains("ReleaseRole") && !without.contains("Repository"));
    assert!(without.contains("BlueIsLive"));
}

#[test]
fn a_release_is_trusted_for_one_repository_in_one_environment() {
    let text = template(growth()).unwrap();
    let role = resource(&text, "ReleaseRole");
    for line in [
        "Condition: ReleasesFromGitHub",
        "Action: sts:AssumeRoleWithWebIdentity",
        "StringEquals:\n                token.actions.githubusercontent.com:aud: sts.amazonaws.com\n                \
         token.actions.githubusercontent.com:sub: !Sub 'repo:${Repository}:environment:${Environment}'\n",
    ] {
        assert!(role.contains(line), "{line}\n{role}");
    }
    assert!(!role.contains("StringLike"));
}

#[test]
fn a_workflow_names_what_the_template_has_and_nothing_secret() {
    let design = Design::parse(growth()).unwrap();
    let (text, template) = (emit(&design, Format::GitHubActions).unwrap(), template(growth()).unwrap());
    assert_eq!(emit(&design, Format::GitHubActions).unwrap(), text);
    assert!(text.contains("\nname: Release of growth-v4\n") && text.contains("aws-region: ap-northeast-2\n"));
    assert!(!text.contains("secrets") && !text.contains(['<', '\t']), "{text}");
    assert!(text.split(|c: char| !c.is_ascii_digit()).all(|number| number.len() != 12));
    let outputs = template.split("\nOutputs:\n").nth(1).unwrap();
    let asked: Vec<&str> = text.split("for key in ").skip(1).filter_map(|rest| rest.split("; do").next()).collect();
    let asked = asked.iter().filter(|keys| !keys.contains('$')).flat_map(|keys| keys.split(' '));
    let mut count = 0;
    for key in asked {
        assert!(outputs.contains(&format!("\n  {key}:\n")) || outputs.starts_with(&format!("  {key}:\n")), "{key}");
        count += 1;
    }
    assert_eq!(count, 9);
}

#[test]
fn a_workflow_takes_nothing_from_a_name_but_a_name() {
    let named = |name: &str| growth().replacen("name = \"growth-v4\"", &format!("name = {name}"), 1);
    let workflow = |text: &str| emit(&Design::parse(text).unwrap(), Format::GitHubActions);
    let text = workflow(&named("\"a\\non: <BUCKET> # '\"")).unwrap();
    assert!(text.contains("\nname: \"Release of a\\non: <BUCKET> # '\"\n"), "{text}");
    let region = growth().replacen("\"ap-northeast-2\"", "\"${{ x }}\"", 1);
    assert!(workflow(&region).unwrap_err().to_string().starts_with("region `${{ x }}` is not supported: "));
}

#[test]
fn a_colour_is_a_word_in_scripts_whatever_it_is_called() {
    let odd = growth().replace("\"green\"", "\"gr'een\"").replace("target_groups.green", "target_groups.\"gr'een\"");
    let odd =
        odd.replace("members = [\"gr'een\"]", "members = [\"green\"]").replace("from = \"gr'een\"", "from = \"green\"");
    let text = template(&odd).unwrap();
    assert!(text.contains("AllowedValues:\n      - blue\n      - GrEenColour\n"), "{text}");
    assert!(resource(&text, "GreenLaunchTemplate").contains("'s3://${ReleasesBucket}/GrEenColour/release.tar.gz'"));
}

#[test]
fn a_release_without_colours_or_bucket_is_refused() {
    let workflow = |text: &str| emit(&Design::parse(text).unwrap(), Format::GitHubActions).unwrap_err().to_string();
    assert!(workflow(SHOP).contains("it has no [colours]"), "{}", workflow(SHOP));
    let without = growth().replace("releases = \"releases\"\n", "");
    assert!(workflow(&without).contains("[colours] names no bucket for `releases`"), "{}", workflow(&without));
}
