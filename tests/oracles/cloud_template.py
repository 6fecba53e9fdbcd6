"""What moto does not make, compared with the design in the template itself: outbound rules of security groups, network ACLs,
and which subnet uses what."""
from cloud_readback import words

PROTOCOLS = {"-1": -1, "icmp": 1, "tcp": 6, "udp": 17}
# To itself: AWS would fill an empty list with a rule that allows all.
NOTHING = ("-1", None, None, "127.0.0.1/32")


class Template:
    def __init__(self, template):
        self.resources = template["Resources"]
        self.names = {key: r.get("Metadata", {}).get("rawmill", {}).get("name") for key, r in self.resources.items()}

    def of(self, kind):
        return [(key, r["Properties"]) for key, r in self.resources.items() if r["Type"] == kind]

    def named(self, value):
        """The name of the part that a reference leads to."""
        return self.names[value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]]

    def rule(self, rule):
        group, prefix = rule.get("DestinationSecurityGroupId"), rule.get("DestinationPrefixListId")
        peer = rule.get("CidrIp") or (self.named(group) if group else "prefix " + prefix["Ref"].removeprefix("PrefixList").lower())
        return rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort"), peer

    def outbound(self, key, group):
        own = [self.rule(rule) for rule in group["SecurityGroupEgress"]]
        between = [self.rule(r) for _, r in self.of("AWS::EC2::SecurityGroupEgress") if r["GroupId"]["Fn::GetAtt"][0] == key]
        return own, between


def unmade(design, template):
    read = Template(template)
    return [*outbound(design, read), *lists(design, read)]


def outbound(design, read):
    groups = {read.names[key]: read.outbound(key, group) for key, group in read.of("AWS::EC2::SecurityGroup")}
    for name, wanted in design.get("security_groups", {}).items():
        own, between = groups[name]
        if not own:
            yield f"security group {name} has an empty list, which AWS fills"
        found = sorted([rule for rule in own if rule != NOTHING] + between, key=str)
        if found != sorted(map(words, wanted["outbound"]), key=str):
            yield f"outbound rules of {name}: expected {wanted['outbound']}, found {found}"


def entry(text):
    number, verb, *rest = text.split()
    protocol, first, last, peer = words(" ".join(rest))
    return int(number), verb, PROTOCOLS[protocol], *((None, None) if protocol in ("-1", "icmp") else (first, last)), peer


def lists(design, read):
    found = {(name, way): [] for name in design.get("network_acls", {}) for way in (False, True)}
    for _, e in read.of("AWS::EC2::NetworkAclEntry"):
        ports = e.get("PortRange", {})
        row = e["RuleNumber"], e["RuleAction"], e["Protocol"], ports.get("From"), ports.get("To"), e["CidrBlock"]
        found[read.named(e["NetworkAclId"]), e["Egress"]].append(row)
    for (name, egress), rows in found.items():
        wanted = design["network_acls"][name]["outbound" if egress else "inbound"]
        if rows != list(map(entry, wanted)):
            yield f"entries of network ACL {name}: expected {wanted}, found {rows}"
    yield from uses(design, read, "network_acl", "NetworkAclId", "AWS::EC2::SubnetNetworkAclAssociation")
    yield from uses(design, read, "route_table", "RouteTableId", "AWS::EC2::SubnetRouteTableAssociation")


def uses(design, read, key, property, kind):
    """Which subnet uses which list or table."""
    found = {read.named(a["SubnetId"]): read.named(a[property]) for _, a in read.of(kind)}
    wanted = {name: subnet[key] for name, subnet in design["subnets"].items() if key in subnet}
    if found != wanted:
        yield f"{key} of subnets: expected {wanted}, found {found}"
