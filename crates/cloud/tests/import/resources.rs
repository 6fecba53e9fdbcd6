//! What resources become, and what is unknown stays so.

use super::*;

const WEB: &str = "  Web: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Net, SecurityGroupIngress: [INGRESS]}}
  Public: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Net}}
  Out: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Public, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gate}}
  OfA: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !Ref Public, SubnetId: !Ref A}}
  Box: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref A, SecurityGroupIds: [!Ref Web], InstanceType: t3.nano}}
";

fn web(ingress: &str) -> Imported {
    let head = "Parameters: {P: {Type: String}}\nConditions: {Perhaps: !Equals [!Ref P, x]}\n";
    imported(&format!("{head}{}", with(&WEB.replace("INGRESS", ingress))))
}

#[test]
fn rules_say_who_and_what() {
    for (rule, port, expected) in [
        ("{IpProtocol: tcp, FromPort: 80, ToPort: 90, CidrIp: 0.0.0.0/0}", 85, Verdict::Allowed),
        ("{IpProtocol: tcp, FromPort: 80, ToPort: 90, CidrIp: 0.0.0.0/0}", 91, Verdict::Blocked),
        ("{IpProtocol: '6', FromPort: '80', ToPort: '80', CidrIp: 0.0.0.0/0}", 80, Verdict::Allowed),
        ("{IpProtocol: -1, CidrIp: 0.0.0.0/0}", 22, Verdict::Allowed),
        ("{IpProtocol: udp, FromPort: 0, ToPort: 65535, CidrIp: 0.0.0.0/0}", 80, Verdict::Blocked),
        ("{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8}", 80, Verdict::Blocked),
        ("{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIpv6: '::/0'}", 80, Verdict::Blocked),
        (
            "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !GetAtt Net.DefaultSecurityGroup}",
            80,
            Verdict::Blocked,
        ),
    ] {
        assert_eq!(verdict(&web(rule), "internet", "Box", port).0, expected, "{rule}");
    }
}

#[test]
fn rules_that_are_not_known_leave_the_verdict_open() {
    for rule in [
        "{IpProtocol: tcp, FromPort: !Ref P, ToPort: 80, CidrIp: 0.0.0.0/0}",
        "{IpProtocol: !Ref P, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: !Ref P}",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourcePrefixListId: pl-1}",
        "!If [Perhaps, {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}, !Ref 'AWS::NoValue']",
    ] {
        let imported = web(rule);
        assert_eq!(verdict(&imported, "internet", "Box", 80).0, Verdict::Unknown, "{rule}");
        let said = notes(&imported, NoteKind::Unknown);
        assert!(said.len() == 1 && said[0].starts_with("line 9: Web: not known: a rule inbound: "), "{said:?}");
    }
    let known = web("{IpProtocol: tcp, FromPort: !Ref P, ToPort: 80, CidrIp: 10.0.0.0/8}");
    assert_eq!(verdict(&known, "internet", "Box", 80).0, Verdict::Blocked, "whatever the ports, the range is another");
}

#[test]
fn routes_that_are_not_known_leave_the_verdict_open() {
    let peer = WEB.replace("INGRESS", "").replace("GatewayId: !Ref Gate", "TransitGatewayId: tgw-1");
    let imported = imported(&with(&peer));
    assert_eq!(verdict(&imported, "Box", "internet", 443).0, Verdict::Unknown);
    assert_eq!(notes(&imported, NoteKind::Unknown).len(), 1);
}

#[test]
fn a_machine_whose_group_is_not_known_may_be_reached_or_not() {
    let text = with(&WEB.replace("INGRESS", "").replace("[!Ref Web]", "[sg-0123]"));
    let imported = imported(&text);
    assert_eq!(verdict(&imported, "internet", "Box", 443).0, Verdict::Unknown);
}

#[test]
fn a_machine_without_group_has_that_of_its_network() {
    let text = with(&WEB.replace("INGRESS", "").replace(", SecurityGroupIds: [!Ref Web]", ""));
    let imported = imported(&text);
    assert_eq!(verdict(&imported, "internet", "Box", 443).0, Verdict::Blocked);
    assert_eq!(verdict(&imported, "Box", "internet", 443).0, Verdict::Allowed);
}

const TIERS: &str = "  Balancer: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Net, SecurityGroupIngress: {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}}}
  App: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Net}}
  AppIn: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !GetAtt App.GroupId, IpProtocol: tcp, FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: !Ref Balancer}}
  Db: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Net, SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !Ref App}]}}
  Public: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Net}}
  Out: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Public, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gate}}
  OfA: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !Ref Public, SubnetId: !Ref A}}
  OfB: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !Ref Public, SubnetId: !Ref B}}
  Front: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Subnets: [!Ref A, !Ref B], SecurityGroups: [!Ref Balancer]}}
  Pool: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 8080, Protocol: HTTP, VpcId: !Ref Net}}
  Https: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Front, Port: 443, Protocol: HTTPS, DefaultActions: [{Type: fixed-response}]}}
  Rule: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref Https, Actions: [{Type: forward, TargetGroupArn: !Ref Pool}], Conditions: [{Field: path-pattern, Values: [/api/*]}]}}
  Launch: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {InstanceType: t3.small, SecurityGroupIds: [!Ref App]}}}
  Group: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {VPCZoneIdentifier: [!Ref A, !Ref B], LaunchTemplate: {LaunchTemplateId: !Ref Launch, Version: 1}, MinSize: 1, MaxSize: 4, TargetGroupARNs: [!Ref Pool]}}
  DbSubnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref A, !Ref B]}}
  Store: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, DBInstanceClass: db.t3.small, DBSubnetGroupName: !Ref DbSubnets, VPCSecurityGroups: [!Ref Db], PubliclyAccessible: false}}
  Dead: {Type: AWS::SQS::Queue}
  Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 900, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}}}
  Files: {Type: AWS::S3::Bucket}
  Role: {Type: AWS::IAM::Role}
";

#[test]
fn three_tiers_are_traced_as_they_stand() {
    // Its subnets differ in who gets a public address, so the group is told to give none.
    let text = with(&TIERS.replace(
        "SecurityGroupIds: [!Ref App]",
        "NetworkInterfaces: [{AssociatePublicIpAddress: false, Groups: [!Ref App]}]",
    ));
    let imported = imported(&text);
    for (from, to, port, expected) in [
        ("internet", "Front", 443, Verdict::Allowed),
        ("internet", "Front", 80, Verdict::Blocked),
        ("internet", "Store", 5432, Verdict::Blocked),
        ("Group", "Store", 5432, Verdict::Allowed),
        ("Front", "Store", 5432, Verdict::Blocked),
    ] {
        assert_eq!(
            verdict(&imported, from, to, port).0,
            expected,
            "{from} > {to}:{port}\n{}",
            imported.design.to_toml()
        );
    }
    let queue = &imported.design.queues["Jobs"];
    assert_eq!((queue.visibility_s, queue.receives), (900, Some(3)));
    assert_eq!(notes(&imported, NoteKind::Unsupported), ["line 26: Role: not supported: AWS::IAM::Role"]);
    assert_eq!(imported.resources, imported.resolved, "{:?}", imported.notes);
}

#[test]
fn what_has_no_form_is_left_out_with_its_reason() {
    let said = notes(&imported(&with(TIERS)), NoteKind::LeftOut);
    assert_eq!(said, ["line 20: Group: left out: whether it gets a public address is not known: its subnets differ"]);
}

#[test]
fn the_default_acl_holds_where_no_other_does() {
    let deny = "  Shut: {Type: AWS::EC2::NetworkAclEntry, Properties: {NetworkAclId: !GetAtt Net.DefaultNetworkAcl, RuleNumber: 1, Protocol: 6, RuleAction: deny, CidrBlock: 0.0.0.0/0, PortRange: {From: 22, To: 22}}}\n";
    let imported = imported(&with(deny));
    assert_eq!(verdict(&imported, "A", "B", 22), (Verdict::Blocked, "SUBNET_ACL_RESTRICTION".to_owned()));
    assert_eq!(verdict(&imported, "A", "B", 80).0, Verdict::Allowed);
}

#[test]
fn what_goes_out_is_all_unless_the_group_says_otherwise() {
    let asked = |egress: &str| {
        let group = format!("VpcId: !Ref Net{egress}, SecurityGroupIngress: []");
        let text = WEB.replace("VpcId: !Ref Net, SecurityGroupIngress: [INGRESS]", &group);
        verdict(&imported(&with(&text)), "Box", "internet", 443).0
    };
    assert_eq!(asked(""), Verdict::Allowed);
    assert_eq!(
        asked(", SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]"),
        Verdict::Allowed
    );
    assert_eq!(
        asked(", SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]"),
        Verdict::Blocked
    );
    assert_eq!(asked(", SecurityGroupEgress: [{IpProtocol: -1, CidrIp: 127.0.0.1/32}]"), Verdict::Blocked);
}
