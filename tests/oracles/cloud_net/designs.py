"""Designs: the bundled ones, generated ones, and mutations of each."""
import copy, glob, os, tomllib

NETWORK = {"version", "name", "region", "vpc", "subnets", "route_tables", "nats", "network_acls", "security_groups",
           "endpoints", "load_balancers", "target_groups", "colours", "auto_scaling_groups", "instances", "databases", "caches"}
PORTS = [22, 80, 443, 5432, 6379, 8080]


def bundled(folder):
    """Each example, without what no packet meets."""
    for path in sorted(glob.glob(os.path.join(folder, "*.toml"))):
        with open(path, "rb") as file:
            design = tomllib.load(file)
        yield os.path.basename(path)[:-5], bare(design)


def bare(design):
    design = {k: v for k, v in design.items() if k in NETWORK}
    for kind in ("auto_scaling_groups", "instances"):
        for one in design.get(kind, {}).values():
            one.pop("role", None)
            one.pop("scale", None)
    for group in design.get("target_groups", {}).values():
        group.pop("health", None)
    design.get("colours", {}).pop("releases", None)
    return design


def generated(rng):
    """Tiers over one or two zones, with ACLs that mostly fit them."""
    zones = "ab"[:rng.choice([1, 2, 2])]
    tiers = ["public", "app", "data"][:rng.choice([2, 3, 3])]
    d = {"version": 1, "name": "generated", "region": "ap-northeast-2", "vpc": {"cidr": "10.0.0.0/16"}}
    d["subnets"], d["route_tables"], d["nats"], d["network_acls"], d["security_groups"] = {}, {}, {}, {}, {}
    d["endpoints"], d["load_balancers"], d["target_groups"] = {}, {}, {}
    d["auto_scaling_groups"], d["instances"], d["databases"] = {}, {}, {}
    for t, tier in enumerate(tiers):
        for z, zone in enumerate(zones):
            d["subnets"][f"{tier}-{zone}"] = {"zone": zone, "cidr": f"10.0.{10 * t + z}.0/24", "route_table": f"{tier}-{zone}"}
            d["route_tables"][f"{tier}-{zone}"] = {"0.0.0.0/0": "internet"} if tier == "public" else {}
    nats(d, rng, tiers, zones)
    machines(d, rng, tiers, zones)
    acls(d, rng, tiers, zones)
    if rng.random() < 0.6:
        tables = [n for n in d["route_tables"] if not n.startswith("public") and rng.random() < 0.8]
        d["endpoints"]["gate"] = {"service": "s3", "kind": "gateway", "route_tables": tables}
    if rng.random() < 0.3:
        d["security_groups"]["door"] = {"inbound": [f"tcp 443 from {rng.choice(['app', '10.0.0.0/16'])}"], "outbound": []}
        d["endpoints"]["door"] = {"service": "sqs", "kind": "interface", "subnets": [f"app-{zones[-1]}"], "security_groups": ["door"]}
    return d


def nats(d, rng, tiers, zones):
    how = rng.choice(["none", "one", "each", "each", "instance"])
    if how == "none":
        return
    for zone in zones if how == "each" else zones[:1]:
        d["nats"][f"nat-{zone}"] = {"subnet": f"public-{zone}"}
    if how == "instance":
        d["security_groups"]["nat"] = {"inbound": ["all from 10.0.0.0/16"], "outbound": [rng.choice(["all", "tcp 443"]) + " to 0.0.0.0/0"]}
        d["nats"]["nat-a"] |= {"kind": "instance", "instance_type": "t3.nano", "security_groups": ["nat"]}
    for name in d["route_tables"]:
        if name.startswith("app") or (name.startswith("data") and rng.random() < 0.3):
            nat = f"nat-{name[-1] if how == 'each' else 'a'}"
            d["route_tables"][name]["0.0.0.0/0"] = rng.choice([nat] * 8 + ["blackhole", "internet"])


def machines(d, rng, tiers, zones):
    groups, port = d["security_groups"], rng.choice([80, 8080])
    out = rng.choice([["all to 0.0.0.0/0"], ["tcp 443 to 0.0.0.0/0", "tcp 5432 to data", "icmp to 10.0.0.0/16"]])
    groups["app"] = {"inbound": [f"tcp {port} from front", "tcp 22 from bastion", "icmp from 10.0.0.0/16"], "outbound": out}
    groups["data"] = {"inbound": ["tcp 5432 from app", "udp 53 from 10.0.0.0/16"], "outbound": []}
    groups["bastion"] = {"inbound": ["tcp 22 from 0.0.0.0/0"], "outbound": ["tcp 22 to 10.0.0.0/16", "tcp 443 to 0.0.0.0/0"]}
    doors = rng.choice([["tcp 443 from 0.0.0.0/0", "udp 443 from 0.0.0.0/0"], ["all from 0.0.0.0/0"],
                        ["tcp any from 0.0.0.0/0"], ["tcp 443 from app", "tcp 443 from bastion"]])
    groups["front"] = {"inbound": doors, "outbound": [f"tcp {port} to app"]}
    subnets = [f"app-{zone}" for zone in zones]
    d["auto_scaling_groups"]["app"] = {"subnets": subnets, "security_groups": ["app"], "instance_type": "t3.micro", "min": 1, "max": 4}
    d["instances"]["bastion"] = {"subnet": "public-a", "security_groups": ["bastion"], "instance_type": "t3.nano", "public_address": True}
    if "data" in tiers:
        d["databases"]["data"] = {"engine": "postgres", "subnets": [f"data-{z}" for z in zones], "security_groups": ["data"],
                                  "instance_class": "db.t3.micro", "public_address": rng.random() < 0.2}
    d["target_groups"]["pool"] = {"port": port, "members": ["app"] if rng.random() < 0.85 else []}
    d["load_balancers"]["front"] = {"subnets": [f"public-{z}" for z in zones], "security_groups": ["front"],
                                    "scheme": rng.choice(["internet-facing", "internet-facing", "internal"]),
                                    "listeners": [{"port": 443, "target": "pool"}]}


def acls(d, rng, tiers, zones):
    """Entries that let the tiers' traffic and its answers pass, in numbers with room between them."""
    for tier in tiers:
        if rng.random() < 0.35:
            continue
        answers = rng.choice(["1024-65535", "1024-65535", "32768-60999", "32768-65535", "any"])
        inbound = [f"100 allow tcp {p} from {rng.choice(['0.0.0.0/0', '10.0.0.0/16'])}" for p in PORTS]
        inbound += [f"100 allow udp {rng.choice(['53', 'any'])} from 10.0.0.0/16", "100 allow icmp from 0.0.0.0/0",
                    f"100 allow tcp {answers} from 0.0.0.0/0"]
        outbound = ["100 allow tcp 443 to 0.0.0.0/0", "100 allow tcp 5432 to 10.0.0.0/16", f"100 allow tcp {answers} to 0.0.0.0/0",
                    "100 allow icmp to 0.0.0.0/0", f"100 allow udp {rng.choice(['any', '1024-65535'])} to 10.0.0.0/16"]
        if rng.random() < 0.4:
            inbound.insert(rng.randrange(3), f"100 deny tcp {rng.choice(PORTS)} from {rng.choice(['10.0.0.0/24', '198.51.100.0/24'])}")
        if rng.random() < 0.5:  # says what the last rule of every list says
            inbound.append("100 deny all from 0.0.0.0/0")
            outbound.append("100 deny all to 0.0.0.0/0")
        keep = lambda rules: [numbered(r, 10 * n + 100) for n, r in enumerate(rules) if rng.random() < 0.93]
        d["network_acls"][tier] = {"inbound": keep(inbound), "outbound": keep(outbound)}
        for zone in zones:
            d["subnets"][f"{tier}-{zone}"]["network_acl"] = tier


def numbered(rule, number):
    return f"{number} {rule.split(maxsplit=1)[1]}"


# Mutations: each changes one thing, or says that there is none of its kind.

def rules_of(d, section):
    return [(one[way], n) for one in d.get(section, {}).values() for way in ("inbound", "outbound") for n in range(len(one[way]))]


def is_ephemeral(rule):
    words = rule.split()
    return words[2] in ("tcp", "udp") and ("-" in words[3] or words[3] == "any")


def ephemeral_dropped(d, rng):
    rules, n = rng.choice([(r, n) for r, n in rules_of(d, "network_acls") if is_ephemeral(r[n])])
    del rules[n]


def ephemeral_narrowed(d, rng):
    rules, n = rng.choice([(r, n) for r, n in rules_of(d, "network_acls") if is_ephemeral(r[n])])
    words = rules[n].split()
    words[3] = rng.choice(["32768-60999", "1025-65535", "1024-65534", "49152-65535", "1024-50000", "32769-60998"])
    rules[n] = " ".join(words)


def numbers_swapped(d, rng):
    rules = rng.choice([r for r, _ in rules_of(d, "network_acls") if len(r) > 1])
    a, b = rng.sample(range(len(rules)), 2)
    x, y = rules[a].split()[0], rules[b].split()[0]
    rules[a], rules[b] = numbered(rules[a], y), numbered(rules[b], x)


def entry_turned(d, rng):
    rules, n = rng.choice(rules_of(d, "network_acls"))
    words = rules[n].split()
    words[1] = "deny" if words[1] == "allow" else "allow"
    rules[n] = " ".join(words)


def deny_first(d, rng):
    rules = rng.choice([r for r, _ in rules_of(d, "network_acls")])
    way = rules[0].split()[-2]
    rules.append(f"{rng.randint(1, 99)} deny {rng.choice(['tcp ' + str(rng.choice(PORTS)), 'icmp', 'tcp 40000-50000'])} {way} "
                 f"{rng.choice(['10.0.0.0/16', '0.0.0.0/0', '10.0.0.0/24'])}")


def acl_empty(d, rng):
    rng.choice(list(d["network_acls"].values()))[rng.choice(["inbound", "outbound"])].clear()


def acl_elsewhere(d, rng):
    rng.choice(list(d["subnets"].values()))["network_acl"] = rng.choice(list(d["network_acls"]))


def route_missing(d, rng):
    table = rng.choice([t for t in d["route_tables"].values() if t])
    del table[rng.choice(list(table))]


def route_wrong(d, rng):
    table = rng.choice(list(d["route_tables"].values()))
    table["0.0.0.0/0"] = rng.choice(["internet", "blackhole"] + list(d.get("nats", {})))


def route_narrow(d, rng):
    table = rng.choice(list(d["route_tables"].values()))
    table[rng.choice(["198.51.100.0/24", "128.0.0.0/1", "198.0.0.0/8"])] = rng.choice(["blackhole", "internet"] + list(d.get("nats", {})))


def nat_elsewhere(d, rng):
    rng.choice(list(d["nats"].values()))["subnet"] = rng.choice(list(d["subnets"]))


def table_elsewhere(d, rng):
    rng.choice(list(d["subnets"].values()))["route_table"] = rng.choice(list(d["route_tables"]))


def range_for_group(d, rng):
    rules, n = rng.choice([(r, n) for r, n in rules_of(d, "security_groups") if "/" not in r[n].split()[-1]])
    words = rules[n].split()
    words[-1] = rng.choice([s["cidr"] for s in d["subnets"].values()] + [d["vpc"]["cidr"]])
    rules[n] = " ".join(words)


def group_for_range(d, rng):
    rules, n = rng.choice([(r, n) for r, n in rules_of(d, "security_groups") if "/" in r[n].split()[-1]])
    words = rules[n].split()
    words[-1] = rng.choice(list(d["security_groups"]))
    rules[n] = " ".join(words)


def rule_dropped(d, rng):
    rules, n = rng.choice(rules_of(d, "security_groups"))
    del rules[n]


def group_empty(d, rng):
    rng.choice(list(d["security_groups"].values()))[rng.choice(["inbound", "outbound"])].clear()


def group_open(d, rng):
    group = rng.choice(list(d["security_groups"].values()))
    group["inbound"], group["outbound"] = ["all from 0.0.0.0/0"], ["all to 0.0.0.0/0"]


def address_turned(d, rng):
    one = rng.choice([i for k in ("instances", "auto_scaling_groups", "databases") for i in d.get(k, {}).values()])
    one["public_address"] = not one.get("public_address", False)


def members_gone(d, rng):
    rng.choice(list(d["target_groups"].values()))["members"].clear()


def rules_gone(d, rng):
    del rng.choice([listener for lb in d["load_balancers"].values() for listener in lb["listeners"] if "rules" in listener])["rules"]


def listener_moved(d, rng):
    rng.choice(list(d["load_balancers"].values()))["listeners"][0]["port"] = rng.choice(PORTS)


def scheme_turned(d, rng):
    lb = rng.choice(list(d["load_balancers"].values()))
    lb["scheme"] = "internal" if lb.get("scheme", "internet-facing") == "internet-facing" else "internet-facing"


def endpoint_elsewhere(d, rng):
    gate = rng.choice([e for e in d["endpoints"].values() if e["kind"] == "gateway"])
    gate["route_tables"] = [t for t in d["route_tables"] if rng.random() < 0.5]


MUTATIONS = [ephemeral_dropped, ephemeral_narrowed, numbers_swapped, entry_turned, deny_first, acl_empty, acl_elsewhere, route_missing,
             route_wrong, route_narrow, nat_elsewhere, table_elsewhere, range_for_group, group_for_range, rule_dropped, group_empty,
             group_open, address_turned, members_gone, rules_gone, listener_moved, scheme_turned, endpoint_elsewhere]


def mutated(design, mutation, rng):
    """A copy with one thing changed, or None where there is nothing of this kind."""
    design = copy.deepcopy(design)
    try:
        mutation(design, rng)
    except (IndexError, KeyError):
        return None
    return design
