"""What a deployment is to the oracle: read from the template that is emitted for it.

The template's names lead back to those that questions use. All else is read as AWS would: what a property says.
"""
import yaml
from model import Deployment, Net, Rule, Subnet

PROTOCOLS = {"-1": "all", "1": "icmp", "6": "tcp", "17": "udp", "icmp": "icmp", "tcp": "tcp", "udp": "udp"}


class Loader(yaml.SafeLoader):
    """`!Ref X` and `!GetAtt X.Y` are the id X; `!If` is a triple; other functions are kept as they stand."""


def short(loader, tag, node):
    value = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence,
             yaml.MappingNode: loader.construct_mapping}[type(node)](node)
    return value.split(".")[0] if tag in ("Ref", "GetAtt") else tuple(value) if tag == "If" else value


Loader.add_multi_constructor("!", short)


class Template:
    def __init__(self, text):
        whole = yaml.load(text, Loader)
        self.resources = whole["Resources"]
        self.parameters, self.conditions = whole.get("Parameters", {}), whole.get("Conditions", {})

    def worth(self, value):
        """A value that may be chosen by whether a parameter has a certain value: its default is what it has."""
        if not isinstance(value, tuple):
            return value
        condition, yes, no = value
        parameter, wanted = self.conditions[condition]
        return yes if self.parameters[parameter]["Default"] == wanted else no

    def all(self, kind):
        """Id, name and properties of each resource of a kind."""
        for key, resource in self.resources.items():
            if resource["Type"] == "AWS::" + kind:
                yield key, self.name(key), resource.get("Properties", {})

    def name(self, key):
        return self.resources[key].get("Metadata", {}).get("rawmill", {}).get("name", key)

    def properties(self, key):
        return self.resources[key]["Properties"]


def read(text):
    t = Template(text)
    [(_, _, vpc)] = t.all("EC2::VPC")
    subnets = {name: Subnet(Net(p["CidrBlock"]), None, None) for _, name, p in t.all("EC2::Subnet")}
    for _, _, p in t.all("EC2::SubnetRouteTableAssociation"):
        subnets[t.name(p["SubnetId"])].table = t.name(p["RouteTableId"])
    for _, _, p in t.all("EC2::SubnetNetworkAclAssociation"):
        subnets[t.name(p["SubnetId"])].acl = t.name(p["NetworkAclId"])
    attached = any(True for _ in t.all("EC2::VPCGatewayAttachment"))
    it = Deployment(Net(vpc["CidrBlock"]), attached, subnets, tables(t), acls(t), groups(t), [], {}, False)
    place(it, t)
    return it


def tables(t):
    found = {name: [] for _, name, _ in t.all("EC2::RouteTable")}
    for _, _, p in t.all("EC2::Route"):
        to = Net(p["DestinationCidrBlock"]) if "DestinationCidrBlock" in p else service(p["DestinationPrefixListId"])
        target = "internet" if "GatewayId" in p else t.name(p.get("NatGatewayId") or p["InstanceId"])
        found[t.name(p["RouteTableId"])].append((to, target))
    for _, _, p in t.all("EC2::VPCEndpoint"):
        for table in p.get("RouteTableIds", []):
            found[t.name(table)].append(("service " + p["ServiceName"].split(".")[-1], "endpoint"))
    return found


def service(parameter):
    return "service " + parameter.removeprefix("PrefixList").lower()


def acls(t):
    found = {name: ([], []) for _, name, _ in t.all("EC2::NetworkAcl")}
    for _, _, p in t.all("EC2::NetworkAclEntry"):
        ports = p.get("PortRange")
        rule = Rule(PROTOCOLS[str(p["Protocol"])], ports and (ports["From"], ports["To"]), Net(p["CidrBlock"]),
                    p["RuleAction"] == "allow", p["RuleNumber"])
        found[t.name(p["NetworkAclId"])][bool(p["Egress"])].append(rule)
    for sides in found.values():
        for side in sides:
            side.sort(key=lambda rule: rule.number)
    return found


def groups(t):
    found = {}
    for _, name, p in t.all("EC2::SecurityGroup"):
        # Left out or empty, the list means that all goes out.
        outbound = p.get("SecurityGroupEgress") or [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]
        found[name] = ([rule(t, r) for r in p.get("SecurityGroupIngress", [])], [rule(t, r) for r in outbound])
    for side, kind in enumerate(["EC2::SecurityGroupIngress", "EC2::SecurityGroupEgress"]):
        for _, _, p in t.all(kind):
            found[t.name(p["GroupId"])][side].append(rule(t, p))
    return found


def rule(t, p):
    group = p.get("SourceSecurityGroupId") or p.get("DestinationSecurityGroupId")
    prefix = p.get("SourcePrefixListId") or p.get("DestinationPrefixListId")
    peer = "group " + t.name(group) if group else service(prefix) if prefix else Net(p["CidrIp"])
    protocol = PROTOCOLS[str(p["IpProtocol"])]
    return Rule(protocol, (p["FromPort"], p["ToPort"]) if protocol in ("tcp", "udp") else None, peer)


def place(it, t):
    """Interfaces, in the order in which those of a design are counted."""
    names = lambda keys: [t.name(key) for key in keys]
    sorted_of = lambda kind: sorted(t.all(kind), key=lambda found: found[1])
    addresses = [p["InstanceId"] for _, _, p in t.all("EC2::EIP") if "InstanceId" in p]
    forwards = lambda p: p.get("SourceDestCheck") is False
    nats = [(name, "gateway", [p["SubnetId"]], None, True) for _, name, p in t.all("EC2::NatGateway")]
    nats += [(name, "forwarder", [p["SubnetId"]], names(p["SecurityGroupIds"]), key in addresses)
             for key, name, p in t.all("EC2::Instance") if forwards(p)]
    for name, kind, where, which, public in sorted(nats):
        it.place(name, kind, names(where), public, which)
    for key, name, p in sorted_of("ElasticLoadBalancingV2::LoadBalancer"):
        public = p["Scheme"] == "internet-facing"
        it.place(name, "balancer", names(p["Subnets"]), public, names(p["SecurityGroups"]), inner=not public, listens=listens(t, key))
    for _, name, p in sorted_of("AutoScaling::AutoScalingGroup"):
        [interface] = t.properties(p["LaunchTemplate"]["LaunchTemplateId"])["LaunchTemplateData"]["NetworkInterfaces"]
        it.place(name, "machine", names(p["VPCZoneIdentifier"]), interface["AssociatePublicIpAddress"], names(interface["Groups"]))
    for key, name, p in sorted_of("EC2::Instance"):
        if not forwards(p):
            [one] = p.get("NetworkInterfaces", [{"SubnetId": p.get("SubnetId"), "GroupSet": p.get("SecurityGroupIds")}])
            it.place(name, "machine", [t.name(one["SubnetId"])], one.get("AssociatePublicIpAddress", False), names(one["GroupSet"]))
    for _, name, p in sorted_of("RDS::DBInstance"):
        where = t.properties(p["DBSubnetGroupName"])["SubnetIds"]
        it.place(name, "machine", names(where), p["PubliclyAccessible"], names(p["VPCSecurityGroups"]))
    for _, name, p in sorted_of("ElastiCache::ReplicationGroup"):
        where = t.properties(p["CacheSubnetGroupName"])["SubnetIds"]
        it.place(name, "machine", names(where), False, names(p["SecurityGroupIds"]))
    for _, name, p in sorted_of("EC2::VPCEndpoint"):
        it.place(name, "machine", names(p.get("SubnetIds", [])), False, names(p.get("SecurityGroupIds", [])))
        if p.get("PrivateDnsEnabled") and (to := p["ServiceName"].split(".")[-1]) not in ("s3", "dynamodb"):
            it.doors.setdefault(to, []).append(name)


def listens(t, balancer):
    """Port -> members and where they listen, of a listener's own target groups and those of its rules."""
    found = {}
    for key, _, p in t.all("ElasticLoadBalancingV2::Listener"):
        if p["LoadBalancerArn"] == balancer:
            actions = p["DefaultActions"] + [a for _, _, r in t.all("ElasticLoadBalancingV2::ListenerRule")
                                             if r["ListenerArn"] == key for a in r["Actions"]]
            groups = [group for action in actions for group in forwarded(t, action)]
            found[p["Port"]] = [(member, t.properties(g)["Port"]) for g in groups for member in members(t, g)]
    return found


def forwarded(t, action):
    """Who gets requests: a weight of 0 is nobody."""
    if "ForwardConfig" not in action:
        return [action["TargetGroupArn"]]
    return [one["TargetGroupArn"] for one in action["ForwardConfig"]["TargetGroups"] if t.worth(one["Weight"]) > 0]


def members(t, group):
    registered = [t.name(target["Id"]) for target in t.properties(group).get("Targets", [])]
    return registered + [name for _, name, p in t.all("AutoScaling::AutoScalingGroup") if group in p.get("TargetGroupARNs", [])]
