#!/usr/bin/env python3
"""What `rawmill cloud prove` and `trace` say of generated designs, against an encoding in z3 that shares no code with them.

    prove_z3.py JUDGE [--designs N] [--seed S] [--keep FILE]

JUDGE is `cargo build -p cloud --example judge`. Needs `pip install z3-solver`. Addresses and ports are bit-vectors; a verdict
is a question to the solver whether some packet breaks the invariant. Ends with counts and 1 where any verdict differs.

A public address that AWS chooses is free: holds means that no address and no packet breaks it; broken and unknown mean that
some do, and unknown is refused where no rule tells public addresses apart.
"""
import argparse, collections, ipaddress, json, random, subprocess, sys, tomllib
from z3 import And, BitVec, BitVecVal, BoolVal, Not, Or, Solver, ULE, sat

TCP, UDP, ICMP = "tcp", "udp", "icmp"
PROTOCOLS = (TCP, UDP, ICMP)
NOT_OUTSIDE = ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
               "192.168.0.0/16", "224.0.0.0/3"]
VPC = "10.0.0.0/16"


# ---- designs ---------------------------------------------------------------------------------------------------------------

def some(rng, ranges, groups, way):
    """A rule of a security group."""
    peer = rng.choice(groups + groups + ranges)
    kind = rng.choice(["tcp %s", "tcp %s", "tcp %s", "udp %s", "icmp", "all"])
    if "%s" in kind:
        kind %= rng.choice(["80", "443", "22", "5432", "1024-65535", "8000-8100", "any"])
    return f"{kind} {way} {peer}"


def entries(rng, ranges, way):
    """Entries of a network ACL, in order, most often with room for answers."""
    numbers = sorted(rng.sample(range(1, 400), rng.randint(1, 5)))
    said = []
    for number in numbers:
        kind = rng.choice(["tcp %s", "tcp %s", "udp %s", "icmp", "all"])
        if "%s" in kind:
            kind %= rng.choice(["80", "443", "22", "5432", "1024-65535", "32768-60999", "1024-40000", "any"])
        said.append(f"{number} {rng.choice(['allow', 'allow', 'allow', 'deny'])} {kind} {way} {rng.choice(ranges)}")
    if rng.random() < 0.8:
        said.append(f"{rng.choice([500, 500, 0]) or rng.choice([x for x in range(400, 499)])} allow tcp "
                    f"{rng.choice(['1024-65535', '1024-65535', '32768-60999', '32768-50000'])} {way} 0.0.0.0/0")
    if rng.random() < 0.5:
        said.append(f"600 allow all {way} 0.0.0.0/0")
    return said


def generated(rng):
    """A small design with one to three tiers, at random."""
    gateway = rng.random() < 0.93
    zones = rng.choice(["a", "ab", "ab"])
    subnets, number = {}, 0
    for tier in ("public", "app", "db"):
        for zone in zones:
            number += 1
            subnets[f"{tier}-{zone}"] = {"zone": zone, "cidr": f"10.0.{number}.0/24"}
    public_ranges = ["203.0.113.0/24", "8.0.0.0/7"] if rng.random() < 0.25 else []
    own = [s["cidr"] for s in subnets.values()]
    ranges = ["0.0.0.0/0", "0.0.0.0/0", VPC, *own, *public_ranges] + (["10.0.1.128/25", "10.0.3.0/26"] if rng.random() < 0.2 else [])
    acls = {f"acl{n}": {"inbound": entries(rng, ranges, "from"), "outbound": entries(rng, ranges, "to")} for n in range(rng.randint(0, 3))}
    for acl in acls.values():
        for way in acl:
            acl[way] = list({e.split()[0]: e for e in acl[way]}.values())
    for s in subnets.values():
        if acls and rng.random() < 0.4:
            s["network_acl"] = rng.choice(list(acls))
    nats, tables = {}, {}
    for zone in zones:
        if rng.random() < 0.85:
            nats[f"nat-{zone}"] = {"subnet": f"public-{zone}"}
            if rng.random() < 0.25:
                nats[f"nat-{zone}"] |= {"kind": "instance", "instance_type": "t3.micro", "security_groups": ["nat"]}
    tables["public"] = {"0.0.0.0/0": "internet"} if gateway else {}
    if gateway and public_ranges and rng.random() < 0.5:
        tables["public"] = {"203.0.113.0/24": "blackhole", "0.0.0.0/0": "internet"}
    for zone in zones:
        near = f"nat-{zone}" if f"nat-{zone}" in nats else None
        target = rng.choice([near, near, near, *nats, "blackhole", "internet" if gateway else None])
        tables[f"app-{zone}"] = {"0.0.0.0/0": target} if target else {}
        if rng.random() < 0.15 and nats:
            tables[f"app-{zone}"]["8.0.0.0/7"] = rng.choice(list(nats))
        subnets[f"public-{zone}"]["route_table"] = "public"
        if rng.random() < 0.93:
            subnets[f"app-{zone}"]["route_table"] = f"app-{zone}"
        if rng.random() < 0.15:
            subnets[f"db-{zone}"]["route_table"] = rng.choice(["public", f"app-{zone}"])
    names = ["balancer", "app", "db", "other"]
    wide = ["0.0.0.0/0", "0.0.0.0/0", VPC, *own, *public_ranges]
    groups = {
        "balancer": {"inbound": ["tcp 443 from 0.0.0.0/0"], "outbound": ["tcp 80 to app"]},
        "app": {"inbound": ["tcp 80 from balancer"], "outbound": ["tcp 5432 to db", "tcp 443 to 0.0.0.0/0"]},
        "db": {"inbound": ["tcp 5432 from app"], "outbound": []},
        "other": {"inbound": [], "outbound": ["all to 0.0.0.0/0"]},
        "nat": {"inbound": ["all from " + rng.choice(["0.0.0.0/0", VPC, own[-1]])], "outbound": ["all to 0.0.0.0/0"]},
    }
    for group in names:
        for way, word in (("inbound", "from"), ("outbound", "to")):
            if rng.random() < 0.3:
                groups[group][way] = groups[group][way] + [some(rng, wide, names, word)]
            if rng.random() < 0.1:
                groups[group][way] = groups[group][way][1:]
    design = {"version": 1, "name": "generated", "region": "us-east-1", "vpc": {"cidr": VPC, "internet_gateway": gateway},
              "subnets": subnets, "route_tables": tables, "nats": nats, "network_acls": acls, "security_groups": groups}
    app = [f"app-{z}" for z in zones]
    design["auto_scaling_groups"] = {"app": {"subnets": app, "security_groups": ["app"], "instance_type": "t3.small", "min": 1,
                                             "max": 4, "public_address": rng.random() < 0.1}}
    if rng.random() < 0.8:
        scheme = rng.choice(["internet-facing", "internet-facing", "internal"])
        where = [f"{'public' if scheme == 'internet-facing' else 'app'}-{z}" for z in zones]
        design["load_balancers"] = {"front": {"scheme": scheme, "subnets": where, "security_groups": ["balancer"], "listeners": [
            {"port": rng.choice([443, 443, 80, 22]), "target": "servers"}]}}
        design["target_groups"] = {"servers": {"port": 80, "members": rng.choice([["app"], ["app"], []])}}
    if rng.random() < 0.85:
        design["databases"] = {"wallet": {"engine": "postgres", "subnets": [f"db-{z}" for z in zones], "security_groups": ["db"],
                                          "instance_class": "db.t3.small", "public_address": rng.random() < 0.2}}
    if rng.random() < 0.4:
        design["instances"] = {"bastion": {"subnet": rng.choice(list(subnets)), "security_groups": rng.choice(
            [["other"], ["other", "app"], ["db"]]), "instance_type": "t3.nano", "public_address": rng.random() < 0.7}}
    if rng.random() < 0.3:
        design["caches"] = {"sessions": {"subnets": [f"db-{z}" for z in zones], "security_groups": ["db"], "node_type": "cache.t3.micro"}}
    if rng.random() < 0.5:
        design["buckets"] = {"media": {}}
    if rng.random() < 0.4:
        design["endpoints"] = {"gate": {"service": "s3", "kind": "gateway", "route_tables": [t for t in tables if rng.random() < 0.6]}}
    places = ["internet", "app", *subnets, *design.get("load_balancers", {}), *design.get("databases", {}), *design.get("instances", {})]
    weights = [6, 6] + [1] * (len(places) - 2)
    design["invariants"] = []
    for n in range(4):
        own_invariant = {"says": f"own {n}", "from": rng.choices(places, weights)[0], "to": rng.choices(places + ["s3"], weights + [1])[0],
                         "expect": rng.choice(["reachable", "unreachable"])}
        if rng.random() < 0.85:
            own_invariant["protocol"] = rng.choice([TCP, TCP, TCP, UDP, ICMP])
        if rng.random() < 0.8:
            own_invariant["ports"] = rng.choice(["80", "443", "5432", "22", "1-1023", "any"])
        design["invariants"].append(own_invariant)
    return design


def mutated(rng, design):
    """One of the mistakes that people make."""
    kind = rng.choice(["ephemeral", "numbers", "route", "range for group"])
    acls, groups = design["network_acls"], design["security_groups"]
    if kind == "ephemeral" and acls:
        acl, way = rng.choice(list(acls.values())), rng.choice(["inbound", "outbound"])
        acl[way] = [e for e in acl[way] if "1024-" not in e and "32768-" not in e]
    elif kind == "numbers" and acls:
        acl, way = rng.choice(list(acls.values())), rng.choice(["inbound", "outbound"])
        numbers = [e.split(" ", 1)[0] for e in acl[way]]
        acl[way] = [f"{n} {e.split(' ', 1)[1]}" for n, e in zip(reversed(numbers), acl[way])]
    elif kind == "route":
        table = rng.choice(list(design["route_tables"]))
        design["route_tables"][table] = {}
    else:
        kind = "range for group"
        group = rng.choice(list(groups.values()))
        cidr = rng.choice(list(design["subnets"].values()))["cidr"]
        group["inbound"] = [" ".join([*r.split()[:-1], cidr]) for r in group["inbound"]]
    return kind


def toml(value, key=None):
    """As TOML: tables inline, so that it stays short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value)


def file_of(design):
    return "".join(f"{key} = {toml(value)}\n" for key, value in design.items())


# ---- the encoding ------------------------------------------------------------------------------------------------------------

Interface = collections.namedtuple("Interface", "owner kind subnet public groups address")


def bits(net):
    net = ipaddress.ip_network(net)
    return int(net.network_address), int(net.netmask), net


def in_range(address, net):
    base, mask, _ = bits(net)
    return BoolVal(True) if mask == 0 else (address & BitVecVal(mask, 32)) == BitVecVal(base, 32)


def is_outside(address):
    return And(*[Not(in_range(address, net)) for net in NOT_OUTSIDE])


class Model:
    def __init__(self, text):
        d = self.d = tomllib.loads(text)
        self.gateway = d["vpc"].get("internet_gateway", True)
        self.subnets, self.tables, self.acls = d["subnets"], d.get("route_tables", {}), d.get("network_acls", {})
        self.interfaces, self.constraints = [], []
        self.sport, self.nport, self.dport = BitVec("sport", 16), BitVec("nport", 16), BitVec("dport", 16)
        self.src, self.dst = BitVec("src", 32), BitVec("dst", 32)
        for name, nat in d.get("nats", {}).items():
            gateway = nat.get("kind", "gateway") == "gateway"
            self.place(name, "nat-gateway" if gateway else "nat-instance", [nat["subnet"]], True, None if gateway else nat["security_groups"])
        for name, x in sorted(d.get("load_balancers", {}).items()):
            self.place(name, "balancer", x["subnets"], x.get("scheme", "internet-facing") == "internet-facing", x["security_groups"])
        for table, kind in (("auto_scaling_groups", "instance"), ("instances", "instance"), ("databases", "store"), ("caches", "store")):
            for name, x in sorted(d.get(table, {}).items()):
                self.place(name, kind, x.get("subnets") or [x["subnet"]], x.get("public_address", False), x["security_groups"])
        self.real = list(range(len(self.interfaces)))
        self.anyone = {s: self.place(f"anyone in {s}", "anyone", [s], True, None) for s in self.subnets}
        self.anyone_else = {s: self.place(f"anyone else in {s}", "anyone", [s], True, None) for s in self.subnets}
        self.public_address = {i: BitVec(f"public{i}", 32) for i in range(len(self.interfaces))}
        self.s3 = BitVec("s3", 32)
        self.constraints += [is_outside(a) for a in [*self.public_address.values(), self.s3]]

    def place(self, owner, kind, subnets, public, groups):
        for subnet in subnets:
            i = len(self.interfaces)
            taken = sum(x.subnet == subnet for x in self.interfaces)
            net = ipaddress.ip_network(self.subnets[subnet]["cidr"])
            self.interfaces.append(Interface(owner, kind, subnet, public, groups, net.network_address + 4 + taken))
        return i

    def of(self, owner):
        return [i for i, x in enumerate(self.interfaces) if x.owner == owner]

    def somewhere(self, i, address):
        """Any address that AWS gives out in the subnet of an interface."""
        net = ipaddress.ip_network(self.subnets[self.interfaces[i].subnet]["cidr"])
        low, high = int(net.network_address) + 4, int(net.broadcast_address) - 1
        return And(ULE(BitVecVal(low, 32), address), ULE(address, BitVecVal(high, 32)))

    def from_ports(self, i, port):
        """Whence an interface, or somebody outside, begins connections."""
        linux = i is not None and self.interfaces[i].kind in ("instance", "nat-instance", "store")
        low, high = (32768, 60999) if linux else (1024, 65535)
        return And(ULE(BitVecVal(low, 16), port), ULE(port, BitVecVal(high, 16)))

    @staticmethod
    def traffic(words, protocol, port):
        """Does it cover the protocol and port; and the words that follow."""
        kind = words.pop(0)
        if kind == "all":
            return BoolVal(True)
        ports = words.pop(0) if kind in (TCP, UDP) else None
        if kind != protocol:
            return BoolVal(False)
        if ports in (None, "any"):
            return BoolVal(True)
        low, _, high = ports.partition("-")
        return And(ULE(BitVecVal(int(low), 16), port), ULE(port, BitVecVal(int(high or low), 16)))

    def group(self, i, inbound, protocol, port, address, peer=None):
        """The security groups of an interface; `peer` is the interface behind a private address."""
        groups = self.interfaces[i].groups
        if groups is None:
            return BoolVal(True)
        said = []
        for name in groups:
            for rule in self.d["security_groups"][name]["inbound" if inbound else "outbound"]:
                words = rule.split()
                covers = self.traffic(words, protocol, port)
                whom = words[1]
                if "/" in whom:
                    said.append(And(covers, in_range(address, whom)))
                elif peer is not None and whom in (self.interfaces[peer].groups or []):
                    said.append(covers)
        return Or(*said) if said else BoolVal(False)

    def acl(self, subnet, inbound, protocol, port, address):
        """The lowest entry that covers it decides."""
        name = self.subnets[subnet].get("network_acl")
        if name is None:
            return BoolVal(True)
        verdict = BoolVal(False)
        entries = [e.split() for e in self.acls[name]["inbound" if inbound else "outbound"]]
        for words in sorted(entries, key=lambda words: -int(words[0])):
            allow, rest = words[1] == "allow", words[2:]
            covers = And(self.traffic(rest, protocol, port), in_range(address, rest[1]))
            verdict = Or(And(covers, BoolVal(allow)), And(Not(covers), verdict))
        return verdict

    def route(self, subnet, address, target, service=None):
        """Does the longest prefix lead there."""
        table = self.subnets[subnet].get("route_table")
        if table is None:
            return BoolVal(False)
        for gate in self.d.get("endpoints", {}).values():
            if service == gate["service"] and table in gate["route_tables"]:
                return BoolVal(target == "endpoint")
        routes = sorted(self.tables[table].items(), key=lambda r: bits(r[0])[2].prefixlen)
        verdict = BoolVal(False)
        for to, led in routes:
            covers = in_range(address, to)
            verdict = Or(And(covers, BoolVal(led == target)), And(Not(covers), verdict))
        return verdict

    def listens(self, j, protocol):
        """A balancer takes what it listens for, and answers pings itself."""
        if self.interfaces[j].kind != "balancer":
            return BoolVal(True)
        ports = [x["port"] for x in self.d["load_balancers"][self.interfaces[j].owner]["listeners"]]
        return Or(BoolVal(protocol == ICMP), And(BoolVal(protocol == TCP), Or(*[self.dport == port for port in ports])))

    def local(self, i, j, protocol, a, b, dport=None):
        """From one interface at address a to another at b: there, and back."""
        port = self.dport if dport is None else BitVecVal(dport, 16)
        x, y = self.interfaces[i].subnet, self.interfaces[j].subnet
        there = And(self.group(i, False, protocol, port, b, j), self.group(j, True, protocol, port, a, i))
        if x == y:
            return there, BoolVal(True)
        back = And(self.acl(y, False, protocol, self.sport, a), self.acl(x, True, protocol, self.sport, b))
        return And(there, self.acl(x, False, protocol, port, b), self.acl(y, True, protocol, port, a)), back

    def come_in(self, j, protocol, address, port):
        """From outside to an interface at its public address: there, and back to this source port."""
        x = self.interfaces[j]
        if not (self.gateway and x.public) or x.kind == "nat-gateway":
            return BoolVal(False), BoolVal(False)
        there = And(self.acl(x.subnet, True, protocol, self.dport, address), self.group(j, True, protocol, self.dport, address))
        back = And(self.route(x.subnet, address, "internet"), self.acl(x.subnet, False, protocol, port, address))
        return there, back

    def leave(self, i, protocol, a, address, service=None, public=None):
        """From an interface outwards: a list of (by what, there, back). `public` is an interface that is called by its public address."""
        x, ways = self.interfaces[i], []
        begins = And(self.group(i, False, protocol, self.dport, address), self.acl(x.subnet, False, protocol, self.dport, address))
        heard = self.acl(x.subnet, True, protocol, self.sport, address)
        only = lambda target: self.route(x.subnet, address, target, service)
        if x.public:
            into = self.come_in(public, protocol, self.public_address[i], self.sport) if public is not None else (BoolVal(True),) * 2
            ways.append(("internet", And(begins, only("internet"), into[0]), And(heard, into[1])))
        ways.append(("endpoint", And(begins, only("endpoint"), BoolVal(protocol != UDP)), heard))
        for nat in self.d.get("nats", {}):
            n = self.of(nat)[0]
            y = self.interfaces[n]
            there = [self.group(i, False, protocol, self.dport, address), only(nat)]
            back = [self.acl(y.subnet, True, protocol, self.nport, address)]
            if y.subnet != x.subnet:
                there += [self.acl(x.subnet, False, protocol, self.dport, address), self.acl(y.subnet, True, protocol, self.dport, a)]
                back += [self.acl(y.subnet, False, protocol, self.sport, a), self.acl(x.subnet, True, protocol, self.sport, address)]
            there += [self.group(n, True, protocol, self.dport, a, i), self.group(n, False, protocol, self.dport, address)]
            end = self.route(y.subnet, address, "internet", service)
            out = And(end, self.acl(y.subnet, False, protocol, self.dport, address))
            # An endpoint of the NAT's own table takes the packet as well.
            gate = And(self.route(y.subnet, address, "endpoint", service), self.acl(y.subnet, False, protocol, self.dport, address), BoolVal(protocol != UDP))
            into = self.come_in(public, protocol, self.public_address[n], self.nport) if public is not None else (BoolVal(True),) * 2
            ways.append((nat, And(*there, Or(And(out, into[0]), gate)), And(*back, into[1])))
        return ways

    def connection(self, i, j, protocol, a, b):
        """Between two interfaces as names lead: a public balancer by its public address."""
        if self.interfaces[j].kind == "balancer" and self.interfaces[j].public:
            ways = self.leave(i, protocol, a, self.public_address[j], public=j)
            there, back = Or(*[t for _, t, _ in ways]), Or(*[And(t, k) for _, t, k in ways])
        else:
            there, back = self.local(i, j, protocol, a, b)
        return And(there, self.listens(j, protocol)), back

    def outwards(self, i, protocol, a, address, service=None):
        ways = self.leave(i, protocol, a, address, service)
        return Or(*[t for _, t, _ in ways]), Or(*[And(t, k) for _, t, k in ways])

    def solvable(self, formula):
        solver = Solver()
        solver.set("timeout", 60000)
        solver.add(*self.constraints, formula)
        result = solver.check()
        assert str(result) != "unknown", "the solver gave up"
        return result == sat

    # -- invariants: each gives what breaks it, and what it speaks of ----------------------------------------------------------

    def ports_ok(self, i, protocol):
        if protocol == ICMP:
            return And(self.dport == 0, self.sport == 0, self.nport == 0)
        return And(self.from_ports(i, self.sport), self.from_ports(None, self.nport))

    def inbound(self, j, protocol):
        there, back = self.come_in(j, protocol, self.src, self.sport)
        return And(is_outside(self.src), self.ports_ok(None, protocol), there, self.listens(j, protocol)), back

    def stores(self):
        found = [j for j in self.real if self.interfaces[j].kind == "store"]
        speaks = BoolVal(bool(found) and self.gateway)
        return Or(*[self.inbound(j, p)[0] for j in found for p in PROTOCOLS]), speaks

    def ssh(self):
        found = [j for j in self.real if self.interfaces[j].kind != "nat-gateway"]
        return Or(*[And(self.inbound(j, TCP)[0], self.dport == 22) for j in found]), BoolVal(bool(found) and self.gateway)

    def behind(self):
        behind = collections.defaultdict(set)
        for name, x in self.d.get("load_balancers", {}).items():
            for listener in x["listeners"]:
                group = self.d["target_groups"][listener["target"]]
                for member in group["members"]:
                    for j in self.of(member):
                        behind[j, group["port"]].add(name)
        wrong = []
        for (j, port), balancers in behind.items():
            wrong += [self.inbound(j, p)[0] for p in PROTOCOLS]
            others = [i for i in [*self.real, *self.anyone.values()] if self.interfaces[i].kind != "nat-gateway"]
            for i in others:
                x = self.interfaces[i]
                if x.owner != self.interfaces[j].owner and not (x.kind == "balancer" and x.owner in balancers):
                    there, _ = self.local(i, j, TCP, self.src, self.dst, port)
                    wrong.append(And(there, self.somewhere(i, self.src), self.somewhere(j, self.dst)))
        return Or(*wrong), BoolVal(bool(behind))

    def senders(self):
        return [i for i in self.real if self.interfaces[i].kind in ("instance", "nat-instance", "store")]

    def services(self):
        used = {"s3"} if self.d.get("buckets") else set()
        return sorted(used | {endpoint["service"] for endpoint in self.d.get("endpoints", {}).values()})

    def leaving(self):
        wrong, speaks = [], []
        for i in self.senders():
            x = self.interfaces[i]
            if "internet" in self.tables.get(self.subnets[x.subnet].get("route_table"), {}).values():
                continue
            for p in PROTOCOLS:
                ways = [(w, t, is_outside(self.dst)) for w, t, _ in self.leave(i, p, self.src, self.dst)]
                ways += [(w, t, BoolVal(True)) for s in self.services() for w, t, _ in self.leave(i, p, self.src, self.s3, s)]
                for by, there, whither in ways:
                    sent = And(there, whither, self.somewhere(i, self.src), self.ports_ok(i, p))
                    speaks.append(sent)
                    zone = self.subnets[self.interfaces[self.of(by)[0]].subnet]["zone"] if by in self.d.get("nats", {}) else None
                    if by != "endpoint" and zone != self.subnets[x.subnet]["zone"]:
                        wrong.append(sent)
        return Or(*wrong), Or(*speaks)

    def s3_by_nat(self):
        wrong, speaks = [], []
        for i in self.senders() if self.services() else []:
            for p in PROTOCOLS:
                for by, there, _ in self.leave(i, p, self.src, self.s3, "s3"):
                    sent = And(there, self.somewhere(i, self.src), self.ports_ok(i, p))
                    speaks.append(sent)
                    if by in self.d.get("nats", {}):
                        wrong.append(sent)
        return Or(*wrong), Or(*speaks)

    def answers(self):
        wrong, speaks = [], []

        def ask(there, back, *bounds):
            speaks.append(And(there, *bounds))
            wrong.append(And(there, Not(back), *bounds))

        for j in self.real:
            for p in PROTOCOLS:
                ask(*self.inbound(j, p))
        for i in self.senders():
            for p in PROTOCOLS:
                ports, here = self.ports_ok(i, p), self.somewhere(i, self.src)
                ask(*self.outwards(i, p, self.src, self.dst), is_outside(self.dst), ports, here)
                for service in self.services():
                    ask(*self.outwards(i, p, self.src, self.s3, service), ports, here)
                for j in self.real:
                    if j != i and self.interfaces[j].kind != "nat-gateway":
                        ask(*self.connection(i, j, p, self.src, self.dst), ports, here, self.somewhere(j, self.dst))
        for name, x in self.d.get("load_balancers", {}).items():
            for i in self.of(name):
                for listener in x["listeners"]:
                    group = self.d["target_groups"][listener["target"]]
                    for j in [j for member in group["members"] for j in self.of(member)]:
                        there, back = self.local(i, j, TCP, self.src, self.dst, group["port"])
                        ask(there, back, self.ports_ok(i, TCP), self.somewhere(i, self.src), self.somewhere(j, self.dst))
        return Or(*wrong), Or(*speaks)

    # -- own ones and traces ----------------------------------------------------------------------------------------------------

    def ends(self, name, receives):
        """Interfaces of a name, or a word; none where nothing has the name."""
        if name in ("internet", "s3"):
            return [name] if name == "internet" or receives else None
        if name in self.subnets:
            return [(self.anyone_else if receives else self.anyone)[name]]
        return [i for i in self.of(name) if i in self.real] or None

    def pair(self, i, j, p, fixed=False):
        """Of one pair of ends: bounds, there, back; everything behind a balancer belongs to back."""
        here = lambda k, v: v == BitVecVal(int(self.interfaces[k].address), 32) if fixed else self.somewhere(k, v)
        stranger = lambda v: v == BitVecVal(int(ipaddress.ip_address("198.51.100.1")), 32) if fixed else is_outside(v)
        if i == "internet":
            bounds = [stranger(self.src), self.ports_ok(None, p)]
            if j in ("internet", "s3"):
                return And(*bounds), BoolVal(False), BoolVal(False)
            there, back = self.come_in(j, p, self.src, self.sport)
            there = And(there, self.listens(j, p))
        else:
            bounds = [here(i, self.src), self.ports_ok(i, p)]
            if j == "internet":
                bounds.append(stranger(self.dst))
                there, back = self.outwards(i, p, self.src, self.dst)
            elif j == "s3":
                there, back = self.outwards(i, p, self.src, self.s3, "s3")
            else:
                there, back = self.connection(i, j, p, self.src, self.dst)
                bounds.append(here(j, self.dst))
        if j not in ("internet", "s3") and self.interfaces[j].kind == "balancer" and p != ICMP:
            back = And(back, self.passes_on(j))
        return And(*bounds), there, back

    def passes_on(self, j):
        """A balancer reaches every target, from every port; it stands at the address that the network gives it."""
        listeners = self.d["load_balancers"][self.interfaces[j].owner]["listeners"]
        all_ways = []
        for listener in listeners:
            group = self.d["target_groups"][listener["target"]]
            targets = [t for member in group["members"] for t in self.of(member)]
            mine, way = BitVecVal(int(self.interfaces[j].address), 32), []
            for t in targets:
                there, back = self.local(j, t, TCP, mine, BitVecVal(int(self.interfaces[t].address), 32), group["port"])
                # Every source port of the balancer: a question of its own, with nothing else free in it.
                fails = Solver()
                fails.add(self.from_ports(j, self.sport), Not(And(there, back)))
                way.append(BoolVal(fails.check() != sat))
            all_ways.append(Or(self.dport != listener["port"], And(BoolVal(bool(targets)), *way)))
        return And(*all_ways)

    def own(self, x, fixed=False):
        froms, tos = self.ends(x["from"], False), self.ends(x["to"], True)
        if froms is None or tos is None or (x["from"] == "internet" and not self.gateway and not fixed):
            return BoolVal(False), BoolVal(False)
        ports = x.get("ports")
        low, _, high = ("0-65535" if ports in (None, "any") else ports).partition("-")
        within = And(ULE(BitVecVal(int(low), 16), self.dport), ULE(self.dport, BitVecVal(int(high or low), 16)))
        wrong, speaks = [], []
        for p in [x["protocol"]] if "protocol" in x else PROTOCOLS:
            if p == ICMP and ports is not None:
                continue
            for i in froms:
                for j in tos:
                    if i == j and i != "internet":
                        continue
                    bounds, there, back = self.pair(i, j, p, fixed)
                    bounds = And(bounds, within) if p != ICMP else bounds
                    speaks.append(bounds)
                    wrong.append(And(bounds, there if x["expect"] == "unreachable" else Not(And(there, back))))
        return Or(*wrong), Or(*speaks)


ALWAYS = {"stores-from-outside": Model.stores, "ssh-from-outside": Model.ssh, "behind-the-balancer": Model.behind,
          "leaving-by-the-nat": Model.leaving, "s3-past-the-nat": Model.s3_by_nat, "answers": Model.answers}


# ---- the comparison ------------------------------------------------------------------------------------------------------------

class Judge:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def agrees(standing, breaks, speaks, told_apart):
    if standing in ("broken", "unknown"):
        return breaks and speaks and (standing == "broken" or told_apart)
    return not breaks and speaks == (standing == "holds")


def compare(judge, rng, text, tally, say):
    answer = judge.ask({"design": text})
    assert "error" not in answer, f"{answer}\n{text}"
    model, proof = Model(text), judge.ask({"prove": "x.toml"})
    told_apart = "203.0.113.0/24" in text or "8.0.0.0/7" in text
    own = iter(model.d["invariants"])
    for proved in proof["invariants"]:
        name, standing = proved["name"], proved["standing"]
        breaks, speaks = model.own(next(own)) if name == "own" else ALWAYS[name](model)
        breaks, speaks = model.solvable(breaks), model.solvable(speaks)
        fits = agrees(standing, breaks, speaks, told_apart)
        tally[f"prove {name} {standing}"] += 1
        tally["prove agrees" if fits else "PROVE DIFFERS"] += 1
        if not fits:
            say(f"{name} ({proved['says']}): {standing}, but z3: breaks {breaks}, speaks {speaks}", proved, text)
        if standing == "broken":
            replay(judge, proved, tally, say, text)
    for _ in range(8):
        question(judge, rng, model, told_apart, tally, say, text)


def replay(judge, proved, tally, say, text):
    """A counter-example shows in trace what it says."""
    x = proved["counterexample"]
    seen = judge.ask({"from": x["from"], "to": x["to"], "protocol": x["protocol"], "port": x["port"], "source": x.get("source_ip")})
    fits = {"arrives and is answered": lambda: seen["verdict"] == "allowed",
            "arrives, but its answer is stopped": lambda: seen["verdict"] == "blocked" and seen["arrives"],
            "is stopped": lambda: seen["verdict"] == "blocked"}.get(x["shows"], lambda: seen["verdict"] == "unknown")
    arrives = proved["name"] in ("stores-from-outside", "ssh-from-outside", "behind-the-balancer")
    good = "verdict" in seen and fits() and (seen["arrives"] or not arrives)
    tally["replays" if good else "DOES NOT REPLAY"] += 1
    if not good:
        say(f"the counter-example of {proved['name']} shows {seen}", proved, text)


def question(judge, rng, model, told_apart, tally, say, text):
    places = ["internet", *{x.owner for i, x in enumerate(model.interfaces) if i in model.real and x.kind != "nat-gateway"}, *model.subnets]
    places.sort()
    asked = {"from": rng.choice(places), "to": rng.choice(places + ["s3"]), "protocol": rng.choice([TCP, TCP, TCP, UDP, ICMP]),
             "port": rng.choice([80, 80, 443, 443, 5432, 22, 8080, 1024, 33000])}
    asked["port"] *= asked["protocol"] != ICMP
    seen = judge.ask(asked)
    if "error" in seen:
        tally["trace refused"] += 1
        return
    x = {**asked, "expect": "reachable"}
    if asked["protocol"] != ICMP:
        x["ports"] = str(asked.pop("port"))
    wrong, _ = model.own(x, fixed=True)
    fails = model.solvable(wrong)
    fits = {"allowed": not fails, "blocked": fails, "unknown": told_apart}[seen["verdict"]]
    tally[f"trace {seen['verdict']}"] += 1
    tally["trace agrees" if fits else "TRACE DIFFERS"] += 1
    if not fits:
        say(f"trace of {x}: {seen}, but z3: {'fails' if fails else 'passes'}", seen, text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("judge")
    parser.add_argument("--designs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="where the first design whose verdicts differ is kept")
    args = parser.parse_args()
    judge, tally = Judge(args.judge), collections.Counter()
    try:
        for seed in range(args.seed, args.seed + args.designs):
            one(judge, seed, tally, args.keep)
    except KeyboardInterrupt:
        print("broken off")
    for what, count in sorted(tally.items()):
        print(f"{count:6}  {what}")
    done = sum(count for what, count in tally.items() if what.startswith("design ")) == args.designs
    sys.exit(not done or any("DIFFER" in what or "NOT" in what for what in tally))


def one(judge, seed, tally, keep):
    """Generates, changes every second one, compares."""
    rng = random.Random(seed)
    design, kind = generated(rng), "as generated"
    if seed % 2:
        kind = mutated(rng, design)
    tally[f"design {kind}"] += 1

    def say(what, detail, text):
        print(f"seed {seed} ({kind}): {what}\n  {json.dumps(detail)[:600]}", flush=True)
        if keep:
            open(keep, "w").write(text)

    compare(judge, rng, file_of(design), tally, say)
    if seed % 50 == 0:
        print(f"{seed} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
