"""From questions and verdicts to probes: what must be answered, and what must not.

Allowed means from every place to every place on every source port, so ports at the ends of the sender's range and at
random are tried, and those of a NAT likewise. Blocked means that one fails: the one that the trace names. Where it says
that the packet there is stopped, no source port matters, and several must fail.
"""
import re
from model import ANYONE, SERVICES
from probe import Probe, Server

MOST = 8  # probes a question
SERVING = {5432, 6379, 8080, 8443}  # where machines listen, so that nobody asks from there


class Plan:
    """Probes for several questions about one deployment."""

    def __init__(self, deployment, rng):
        self.it, self.rng = deployment, rng
        self.claims = []  # (question, what is sent, must it be answered)
        self.pins = {}  # (protocol, source, port) -> port of a NAT
        self.taken = set()  # (protocol, port of a NAT, destination): two would be one connection
        self.used = set()  # (protocol, source, port, destination)
        self.outside = set()

    def ask(self, question, trace):
        """Adds what this verdict claims."""
        for name, who in ((question["from"], "anyone"), (question["to"], "anyone else")):
            if name in self.it.subnets:
                self.it.anyone(name, who)
        if trace["verdict"] == "allowed":
            ways = [(a, b, target) for a, b in self.pairs(question, trace) for target in self.behind(b, question)]
            share = max(1, MOST // max(1, len(ways)))
            for way in self.some(ways):
                for n in range(share):
                    self.add(question, way, self.ports_of(way, n), True)
            return
        blocked_leg = next(leg for leg in trace["legs"] if leg["blocked"])
        blocked, second = blocked_leg["blocked"], blocked_leg is not trace["legs"][0]
        a, b = self.end(trace["legs"][0]["from"]), self.end(trace["legs"][0]["to"])
        targets = self.behind(b, question)
        if second:
            there, port = self.end(blocked_leg["to"]), int(hops_of(blocked_leg)[0]["packet"].rsplit(":", 1)[1])
            targets = [t for t in targets if t == (there, port)] or [None]
        elif not blocked["back"]:
            targets = targets[:1]
        named = self.named(blocked_leg, second)
        self.add(question, (a, b, targets[0]), named, False, exact=blocked["back"])
        if not blocked["back"]:
            for n in range(MOST - 2):
                self.add(question, (a, b, targets[0]), self.ports_of((a, b, targets[0]), n), False)

    def some(self, ways):
        return ways if len(ways) <= MOST else self.rng.sample(ways, MOST)

    # Places.

    def end(self, label):
        """An interface, or an address outside."""
        for i in self.it.interfaces:
            if label == (i.owner if i.kind == "anyone" else f"{i.owner} in {i.subnet}"):
                return i
        if re.fullmatch(r"[\d.]+", label):
            return label
        return SERVICES[label]

    def pairs(self, question, trace):
        first = trace["legs"][0]
        froms = self.places(question["from"], "anyone", first["from"])
        tos = self.places(question["to"], "anyone else", first["to"])
        return [(a, b) for a in froms for b in tos if a is not b]

    def places(self, name, who, label):
        if name in self.it.subnets:
            return [self.it.anyone(name, who)]
        doors = [i for owner in self.it.doors.get(name, []) for i in self.it.of(owner)]
        return self.it.of(name) + doors or [self.end(label)]

    def behind(self, b, question):
        """Whom a balancer asks on."""
        if isinstance(b, str) or b.kind != "balancer" or question["protocol"] != "tcp":
            return [None]
        members = b.listens.get(question["port"], [])
        return [(target, port) for owner, port in members for target in self.it.of(owner)] or [None]

    # Ports.

    def ports_of(self, way, n):
        """Of the sender, of a NAT on the way, of a balancer: the lowest, the highest, any."""
        a = way[0]
        of = lambda span: span[n] if n < 2 else self.rng.randint(*span)
        return of(span_of(a)), of(ANYONE), of(ANYONE)

    def named(self, leg, second):
        """The ports of the packet that the trace names."""
        hops = hops_of(leg)
        sport = lambda hop: int(m.group(1)) if (m := re.match(r"\w+ [^ ]+:(\d+) >", hop["packet"])) else 0
        first = sport(hops[0])
        nat = next((sport(h) for h in hops if h["rule"] == "the source becomes the NAT's"), None)
        return (self.rng.randint(40000, 60000), nat, first) if second else (first, nat, self.rng.randint(*ANYONE))

    # Probes.

    def add(self, question, way, ports, must, exact=False):
        """One claim. Where no other ports than those given would show it, it is left out if they are in use."""
        (a, b, target), (own, nat, lb), protocol = way, ports, question["protocol"]
        within, outwards = not isinstance(a, str), isinstance(b, str) or not b.inner
        source, port = a.address if within else a, question.get("port", 0)
        if not within:
            self.outside.add(a)
        elif isinstance(b, str):
            self.outside.add(b)
        if protocol == "icmp":
            own = 0
            if any(asked is question and way[:2] == (a, b) for asked, way, _ in self.claims):
                return
        else:
            there = b if isinstance(b, str) else b.owner + b.subnet
            own = self.free(protocol, a, source, own, nat if within and outwards else None, (there, port), exact)
            if target:
                lb = self.free("tcp", b, b.address, lb, None, (target[0].address, target[1]), exact)
        if own is not None and lb is not None:
            self.claims.append((question, (a, b, own, protocol, port, target, lb), must))

    def free(self, protocol, a, source, own, nat, to, exact):
        """A source port that no other probe to there has, and from which a NAT sends on from the port that is wanted."""
        span = span_of(a)
        for _ in range(1 if exact else 30):
            key = (protocol, source, own)
            fits = nat is None or self.pins.get(key, nat) == nat and (protocol, nat, to) not in self.taken
            if fits and key + (to,) not in self.used and own not in SERVING:
                self.used.add(key + (to,))
                if nat is not None:
                    self.pins[key] = nat
                    self.taken.add((protocol, nat, to))
                return own
            if nat is not None and (protocol, nat, to) in self.taken:
                nat = self.rng.randint(*ANYONE)
            own = self.rng.randint(*span)
        return None

    # What is sent, once the world stands.

    def probes(self, world):
        """Each claim as a probe, and who answers them."""
        servers, found = set(), []
        for question, (a, b, own, protocol, port, target, lb), must in self.claims:
            namespace, source = (world.net, a) if isinstance(a, str) else (a.namespace, a.address)
            destination = self.address(world, a, b)
            relay = (target[0].address, target[1], lb) if target else None
            found.append((question, Probe(protocol, namespace, source, own, destination, port, relay), must))
            if protocol == "icmp":
                continue
            if isinstance(b, str):
                servers |= set() if isinstance(a, str) else {Server(protocol, ns, b, port) for ns in self.homes(world, b)}
            elif b.kind != "balancer":
                servers.add(Server(protocol, b.namespace, b.address, port))
            elif protocol == "tcp" and port in b.listens:
                servers.add(Server("tcp", b.namespace, b.address, port, relays=True))
            if target:
                servers.add(Server("tcp", target[0].namespace, target[0].address, target[1]))
        return found, servers

    def homes(self, world, address):
        return [world.net, world.gate] if address in SERVICES.values() else [world.net]

    def address(self, world, a, b):
        """Where a name leads: within, to the private address, but for balancers of the internet."""
        if isinstance(b, str):
            return b
        outer = isinstance(a, str) or not b.inner
        return world.public.get(b.address, b.address) if outer else b.address



def hops_of(leg):
    return leg["there"] + [leg["blocked"]["hop"]]


def span_of(a):
    return ANYONE if isinstance(a, str) else a.ports
