"""Which questions of a design are worth packets."""
import itertools

OUTSIDE = ["internet", "internet", "s3", "dynamodb", "sqs"]
NOWHERE = ["192.168.7.7", "10.0.250.9", "172.16.3.3"]
INSIDE = ["10.0.11.9", "192.168.1.1"]


def candidates(deployment, rng, count):
    owners = sorted({i.owner for i in deployment.interfaces if i.kind != "anyone"})
    senders = sorted({i.owner for i in deployment.interfaces if i.kind in ("machine", "balancer")})
    subnets, ports = list(deployment.subnets), ports_of(deployment)
    found = directed(deployment)
    for _ in range(count):
        from_ = rng.choice(senders * 3 + subnets + ["internet"] * 5) if senders else "internet"
        # What is outside at both ends is no matter of ours.
        outside = OUTSIDE + NOWHERE[:1 + rng.randrange(3)] if from_ != "internet" else []
        to = rng.choice(owners * 3 + subnets + outside)
        protocol, port = rng.choice(ports)
        question = {"from": from_, "to": to, "protocol": protocol, "port": port}
        if from_ == "internet" and rng.random() < 0.1:
            question["source"] = rng.choice(INSIDE)
        if question not in found:
            found.append(question)
    rng.shuffle(found)
    return found


def directed(deployment):
    """What every deployment is asked: balancers and machines from outside, machines outwards."""
    ask = lambda from_, to, protocol, port: {"from": from_, "to": to, "protocol": protocol, "port": port}
    found, all_ = [], {i.owner: i for i in deployment.interfaces}.values()
    for i in all_:
        if i.kind == "balancer":
            found += [ask(other.owner, i.owner, "tcp", port) for other in all_ if other.kind == "machine" for port in i.listens]
            found += [ask("internet", i.owner, "tcp", port) for port in [*i.listens, 8443]]
            found += [ask("internet", i.owner, "udp", 443), ask("internet", i.owner, "icmp", 0)]
        elif i.kind == "machine":
            found += [ask(i.owner, to, protocol, 443) for to in ("internet", "s3") for protocol in ("tcp", "udp")]
            found += [ask("internet", i.owner, "tcp", port) for port in (22, 5432)]
    return found


def ports_of(deployment):
    """What rules and listeners speak of, most often, and what they do not."""
    rules = [r for sides in deployment.groups.values() for side in sides for r in side]
    named = [(r.protocol, r.ports[0] or 80) for r in rules if r.protocol in ("tcp", "udp")]
    heard = [("tcp", port) for i in deployment.interfaces for port in i.listens]
    return named * 2 + heard * 3 + [("icmp", 0), ("icmp", 0), ("udp", 443), ("udp", 53), ("tcp", 443), ("tcp", 22), ("tcp", 8443)]


def chosen(asked, seen, count):
    """As many allowed as blocked; of the blocked, the reasons seen least first."""
    good = [(q, t) for q, t in asked if "error" not in t and t["verdict"] != "unknown" and not supposes(t)]
    allowed = [a for a in good if a[1]["verdict"] == "allowed"]
    blocked = [b for b in good if b[1]["verdict"] == "blocked"]
    blocked.sort(key=lambda b: seen[reason(b[1])])
    by_reason = itertools.chain.from_iterable(itertools.zip_longest(*grouped(blocked)))
    blocked = [b for b in by_reason if b]
    return blocked[:count] + allowed[:count]


def supposes(trace):
    """Does the packet that it names end behind a NAT, at a second one: a NAT of AWS may refuse it, that of Linux does not."""
    leg = next((leg for leg in trace["legs"] if leg["blocked"]), None)
    translated = leg and any(hop["rule"] == "the source becomes the NAT's" for hop in leg["there"])
    return translated and leg["blocked"]["reason"] == "BAD_STATE_ROUTE"


def grouped(blocked):
    groups = {}
    for one in blocked:
        groups.setdefault(reason(one[1]), []).append(one)
    return groups.values()


def reason(trace):
    leg = next((leg for leg in trace["legs"] if leg["blocked"]), None)
    return leg and leg["blocked"]["reason"] + (" (answer)" if leg["blocked"]["back"] else "")
