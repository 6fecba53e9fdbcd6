"""What a deployment is to the oracle: read from the text of a design, by nothing that the analyser uses."""
import ipaddress, tomllib
from dataclasses import dataclass, field

Net = ipaddress.IPv4Network
ANYONE = (1024, 65535)  # balancers, NATs, clients of whatever system
LINUX = (32768, 60999)
# Services of AWS and the addresses that they have here.
SERVICES = {name: f"198.18.{n}.1" for n, name in enumerate(
    ["s3", "dynamodb", "sqs", "sns", "ssm", "ecr", "logs", "monitoring", "secretsmanager", "kms", "sts"], start=1)}


@dataclass
class Rule:
    """One line of a group or an ACL. `peer` is a range, `group NAME` or `service NAME`."""
    protocol: str
    ports: tuple
    peer: object
    allow: bool = True
    number: int = 0


@dataclass
class Subnet:
    net: Net
    table: str
    acl: str


@dataclass
class Interface:
    owner: str
    kind: str  # machine, balancer, gateway (of NAT), forwarder (an instance that does NAT), anyone
    subnet: str
    address: str
    public: bool
    groups: list  # None: it has none, and all passes
    listens: dict = field(default_factory=dict)  # of a balancer: port -> [(member, port)]
    inner: bool = True  # its name leads to its private address for those within

    @property
    def ports(self):
        return LINUX if self.kind in ("machine", "forwarder") else ANYONE


@dataclass
class Deployment:
    cidr: Net
    internet: bool
    subnets: dict
    tables: dict  # name -> [(range or `service NAME`, target)]
    acls: dict  # name -> ([inbound], [outbound])
    groups: dict
    interfaces: list
    doors: dict  # service -> owners of interface endpoints
    unknown: bool  # something in it is written as ?

    def of(self, name):
        return [i for i in self.interfaces if i.owner == name]

    def members(self, group):
        return [i.address for i in self.interfaces if i.groups and group in i.groups]

    def place(self, owner, kind, subnets, public, groups, **more):
        for name in subnets:
            taken = sum(i.subnet == name for i in self.interfaces)
            address = str(self.subnets[name].net.network_address + 4 + taken)
            self.interfaces.append(Interface(owner, kind, name, address, public, groups, **more))

    def anyone(self, subnet, who):
        """Somebody who may stand in this subnet."""
        owner = f"{who} in {subnet}"
        if not self.of(owner):
            self.place(owner, "anyone", [subnet], True, None)
        return self.of(owner)[0]


def read(text):
    """A design as it is written."""
    d = tomllib.loads(text)
    get = lambda key: d.get(key, {})
    subnets = {n: Subnet(Net(s["cidr"]), s.get("route_table"), s.get("network_acl")) for n, s in get("subnets").items()}
    pair = lambda rules, of: ([of(r) for r in rules["inbound"]], [of(r) for r in rules["outbound"]])
    acls = {n: tuple(sorted(side, key=lambda r: r.number) for side in pair(a, entry)) for n, a in get("network_acls").items()}
    groups = {n: pair(g, rule) for n, g in get("security_groups").items()}
    deployment = Deployment(Net(d["vpc"]["cidr"]), d["vpc"].get("internet_gateway", True), subnets, tables(d), acls, groups,
                            [], {}, has_unknown(d))
    place(deployment, d)
    return deployment


def place(deployment, d):
    get = lambda key: sorted(d.get(key, {}).items())
    for n, nat in get("nats"):
        forwards = nat.get("kind", "gateway") == "instance"
        kind, groups = ("forwarder", nat.get("security_groups", [])) if forwards else ("gateway", None)
        deployment.place(n, kind, [nat["subnet"]], True, groups)
    for n, lb in get("load_balancers"):
        public = lb.get("scheme", "internet-facing") == "internet-facing"
        deployment.place(n, "balancer", lb["subnets"], public, lb["security_groups"], inner=not public,
                         listens={l["port"]: targets(d, l) for l in lb["listeners"]})
    for n, group in get("auto_scaling_groups"):
        deployment.place(n, "machine", group["subnets"], group.get("public_address", False), group["security_groups"])
    for n, one in get("instances"):
        deployment.place(n, "machine", [one["subnet"]], one.get("public_address", False), one["security_groups"])
    for n, database in get("databases"):
        deployment.place(n, "machine", database["subnets"], database.get("public_address", False), database["security_groups"])
    for n, cache in get("caches"):
        deployment.place(n, "machine", cache["subnets"], False, cache["security_groups"])
    for n, endpoint in get("endpoints"):
        deployment.place(n, "machine", endpoint.get("subnets", []), False, endpoint.get("security_groups", []))
        if endpoint["kind"] == "interface" and endpoint["service"] not in ("s3", "dynamodb"):
            deployment.doors.setdefault(endpoint["service"], []).append(n)


def targets(d, listener):
    """Members behind a listener: those of its own target group and of its rules."""
    names = [listener["target"]] + [rule["target"] for rule in listener.get("rules", [])]
    groups = [d["target_groups"][name] for name in names]
    return [(member, group["port"]) for group in groups for member in group["members"]]


def tables(d):
    """Routes by table; a gateway endpoint is one more."""
    found = {}
    for name, routes in d.get("route_tables", {}).items():
        to = lambda text: "service " + text.split()[1] if text.startswith("prefix ") else Net(text)
        found[name] = [(to(text), target) for text, target in routes.items()]
    for name, endpoint in d.get("endpoints", {}).items():
        for table in endpoint.get("route_tables", []):
            found[table].append(("service " + endpoint["service"], "endpoint"))
    return found


def rule(text):
    words = text.split()
    protocol, rest = words[0], words[1:]
    ports = span(rest.pop(0)) if protocol in ("tcp", "udp") else None
    rest.pop(0)  # from, to
    if rest[0] == "prefix":
        peer = "service " + rest[1]
    else:
        peer = Net(rest[0]) if "/" in rest[0] else "group " + rest[0]
    return Rule(protocol, ports, peer)


def entry(text):
    number, verb, rest = text.split(maxsplit=2)
    found = rule(rest)
    found.number, found.allow = int(number), verb == "allow"
    return found


def span(text):
    if text == "any":
        return (0, 65535)
    first, _, last = text.partition("-")
    return (int(first), int(last or first)) if text != "?" else None


def has_unknown(value):
    if isinstance(value, dict):
        return any(has_unknown(v) for v in value.values())
    if isinstance(value, list):
        return any(has_unknown(v) for v in value)
    return isinstance(value, str) and "?" in value.split()


def written(design):
    """A design as TOML: each part is a section, each value on one line."""
    import json

    def value(v):
        if isinstance(v, dict):
            return "{ " + ", ".join(f"{json.dumps(k)} = {value(x)}" for k, x in v.items()) + " }"
        return "[" + ", ".join(map(value, v)) + "]" if isinstance(v, list) else json.dumps(v)

    lines = [f"{k} = {value(v)}" for k, v in design.items() if not isinstance(v, dict)]
    for title, part in design.items():
        if not isinstance(part, dict):
            continue
        lines.append(f"[{title}]")
        lines += [f"{json.dumps(k)} = {value(v)}" for k, v in part.items()]
    # Invariants and the like are lists of tables, which the first loop has written inline.
    return "\n".join(lines) + "\n"
