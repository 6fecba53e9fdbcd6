"""A deployment as namespaces.

`vpc` is the router that AWS has in every subnet: a bridge a subnet, a route table a bridge, ACLs without state where a
packet goes from one bridge to another. Each interface has a namespace with its security groups as rules with state. `igw`
translates addresses one to one, `net` is everybody outside, `gate` the services behind gateway endpoints.
"""
import os
import kernel, model

INNER, OUTER, GATE = "100.127.0", "100.127.1", "100.127.2"  # vpc to igw, igw to net, vpc to gate
SERVICES = "198.18.0.0/16"
PUBLIC = "192.0.2"
PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
R = ' comment "r"'
serial = 0


class World:
    """The namespaces of one deployment. `pins` says from which port a NAT sends on what came from an address and port,
    `outside` which addresses somebody has outside."""

    def __init__(self, deployment, pins=(), outside=()):
        global serial
        serial += 1
        self.it, self.pins, self.outside = deployment, list(pins), set(outside)
        self.base = f"{kernel.PREFIX}{os.getpid()}-{serial}-"
        self.vpc, self.igw, self.net, self.gate = (self.base + name for name in ("vpc", "igw", "net", "gate"))
        self.bridge = {name: f"s{n}" for n, name in enumerate(deployment.subnets)}
        for n, interface in enumerate(deployment.interfaces):
            interface.namespace = f"{self.base}i{n}"
        public = [i for i in deployment.interfaces if i.public and deployment.internet]
        self.public = {i.address: f"{PUBLIC}.{n}" for n, i in enumerate(public, start=1)}

    def __enter__(self):
        try:
            self.links()
            self.routes()
            self.rules()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        kernel.remove([name for name in kernel.names() if name.startswith(self.base)])

    # Links and addresses.

    def links(self):
        hubs = [self.vpc, self.igw, self.net, self.gate]
        kernel.ip([f"netns add {name}" for name in hubs + [i.namespace for i in self.it.interfaces]])
        for hub in hubs:
            kernel.sysctl(hub, ipv4__ip_forward=1, ipv4__conf__all__rp_filter=0, ipv4__conf__default__rp_filter=0,
                          ipv4__conf__all__send_redirects=0, ipv4__conf__default__send_redirects=0, ipv4__icmp_ratelimit=0)
        router = ["link set lo up"]
        for name, subnet in self.it.subnets.items():
            bridge, length = self.bridge[name], subnet.net.prefixlen
            router += [f"link add {bridge} type bridge forward_delay 0 stp_state 0", f"link set {bridge} up",
                       f"addr add {subnet.net.network_address + 1}/{length} dev {bridge}"]
        for n, i in enumerate(self.it.interfaces):
            router += [f"link add p{n} type veth peer name eth0 netns {i.namespace}",
                       f"link set p{n} master {self.bridge[i.subnet]} up"]
        router += [f"link add out type veth peer name in netns {self.igw}", f"addr add {INNER}.1/30 dev out", "link set out up",
                   f"link add gate type veth peer name in netns {self.gate}", "link set gate up", f"addr add {GATE}.1/30 dev gate"]
        kernel.ip(router, self.vpc)
        for i in self.it.interfaces:
            net = self.it.subnets[i.subnet].net
            kernel.ip(["link set lo up", "link set eth0 up", f"addr add {i.address}/{net.prefixlen} dev eth0",
                       f"route add default via {net.network_address + 1}"], i.namespace)
            forwards = i.kind in ("gateway", "forwarder")
            kernel.sysctl(i.namespace, ipv4__ip_forward=int(forwards), ipv4__conf__all__rp_filter=0,
                          ipv4__conf__eth0__rp_filter=0, ipv4__conf__all__send_redirects=0, ipv4__conf__eth0__send_redirects=0)
        kernel.ip(["link set lo up", "link set in up", f"addr add {INNER}.2/30 dev in",
                   f"link add out type veth peer name in netns {self.net}", "link set out up", f"addr add {OUTER}.1/30 dev out",
                   f"route add {self.it.cidr} via {INNER}.1", f"route add default via {OUTER}.2"], self.igw)
        # The world outside has whatever addresses are asked for, and those of services; so has the gate.
        world = ["link set lo up", "link set in up", f"route add local {SERVICES} dev lo table local"]
        strangers = [f"route add local {address}/32 dev lo table local" for address in sorted(self.outside)]
        ways = [f"route add {net} via {OUTER}.1" for net in [f"{PUBLIC}.0/24"] + PRIVATE]
        kernel.ip(world + [f"addr add {OUTER}.2/30 dev in"] + strangers + ways, self.net)
        kernel.ip(world + [f"addr add {GATE}.2/30 dev in", f"route add {self.it.cidr} via {GATE}.1"], self.gate)

    def routes(self):
        lines = [f"route add default via {INNER}.2"]
        for n, (name, subnet) in enumerate(self.it.subnets.items(), start=100):
            bridge = self.bridge[name]
            lines += [f"rule add iif {bridge} lookup {n} pref {n}", f"rule add iif {bridge} blackhole pref {1000 + n}",
                      f"route add blackhole {self.it.cidr} table {n} metric 9999"]
            lines += [f"route add {other.net} dev {self.bridge[o]} table {n}" for o, other in self.it.subnets.items()]
            chosen = {}
            for to, target in self.it.tables.get(subnet.table, []):
                chosen.setdefault(self.range_of(to), self.way(target))
            lines += [f"route add {way} {to} table {n}" if way == "blackhole" else f"route add {to} {way} table {n}"
                      for to, way in chosen.items()]
        kernel.ip(lines, self.vpc)

    def range_of(self, to):
        if isinstance(to, str):
            return model.SERVICES[to.split()[1]].rsplit(".", 1)[0] + ".0/24"
        return "default" if to.prefixlen == 0 else str(to)

    def way(self, target):
        if target == "internet":
            return f"via {INNER}.2"
        if target in ("blackhole", "endpoint"):
            return target if target == "blackhole" else f"via {GATE}.2"
        nat = self.it.of(target)[0]
        return f"via {nat.address} dev {self.bridge[nat.subnet]}"

    # Rules.

    def rules(self):
        kernel.nft(self.vpc, self.acls())
        kernel.nft(self.igw, self.gateway())
        kernel.nft(self.gate, f"table ip t {{\nchain c {{ type filter hook input priority 0; policy accept;\n"
                              f"meta l4proto udp drop{R}\n}}\n}}\n")
        for i in self.it.interfaces:
            kernel.nft(i.namespace, self.guard(i))

    def acls(self):
        """Without state: at the border of each subnet, the first entry that covers a packet decides."""
        chains, borders = [], []
        for name, (inbound, outbound) in self.it.acls.items():
            for way, entries, end in (("in", inbound, "saddr"), ("out", outbound, "daddr")):
                lines = [f"{match} {'return' if e.allow else 'drop'}{R}" for e in entries for match in self.matches(e, end)]
                chains.append(chain(f"{ident(name)}_{way}", lines + [f"drop{R}"]))
        for name, subnet in self.it.subnets.items():
            bridge = self.bridge[name]
            borders.append(f'iifname "{bridge}" oifname "{bridge}" accept{R}')
        for name, subnet in self.it.subnets.items():
            if subnet.acl:
                borders.append(f'iifname "{self.bridge[name]}" jump {ident(subnet.acl)}_out{R}')
        for name, subnet in self.it.subnets.items():
            if subnet.acl:
                borders.append(f'oifname "{self.bridge[name]}" jump {ident(subnet.acl)}_in{R}')
        # The router itself answers nobody.
        own = chain("own", ["type filter hook input priority 0; policy accept;", f"drop{R}"])
        return table(chains + [chain("borders", ["type filter hook forward priority 0; policy accept;"] + borders), own])

    def guard(self, i):
        """With state: the rules of all groups of an interface are one set."""
        chains, known = [], [f"ct state established,related accept{R}", f"ct state invalid drop{R}"]
        through = []
        if i.groups is not None:
            for way, side, end in (("sg_in", 0, "saddr"), ("sg_out", 1, "daddr")):
                rules = [r for group in i.groups for r in self.it.groups[group][side]]
                lines = [f"{match} return{R}" for r in rules for match in self.matches(r, end)]
                chains.append(chain(way, lines + [f"drop{R}"]))
            through = [f"jump sg_in{R}", f"jump sg_out{R}"]
        else:
            chains += [chain("sg_in", []), chain("sg_out", [])]
        lo = [f'iif "lo" accept{R}']
        shut = [f"drop{R}"] if i.kind == "gateway" else []
        chains += [
            chain("to_it", ["type filter hook input priority 0; policy accept;"] + known + lo + shut + [f"jump sg_in{R}"]),
            chain("from_it", ["type filter hook output priority 0; policy accept;"] + known + [f"jump sg_out{R}"]),
            chain("past_it", ["type filter hook forward priority 0; policy accept;"] + known + through),
        ]
        if i.kind in ("gateway", "forwarder"):
            chains.append(self.translation(i))
        return table(chains)

    def translation(self, nat):
        lines = ["type nat hook postrouting priority 100; policy accept;"]
        for protocol, source, port, chosen in self.pins:
            lines.append(f"ip saddr {source} {protocol} sport {port} snat to {nat.address}:{chosen}-{chosen}{R}")
        for protocol in ("tcp", "udp"):
            lines.append(f"ip saddr != {nat.address} meta l4proto {protocol} snat to {nat.address}:1024-65535 random{R}")
        return chain("nat", lines + [f"ip saddr != {nat.address} snat to {nat.address}{R}"])

    def gateway(self):
        """One to one between private and public addresses; what is nobody's, or private outside, ends here."""
        there = ", ".join(f"{public} : {private}" for private, public in self.public.items())
        back = ", ".join(f"{private} : {public}" for private, public in self.public.items())
        outs = ", ".join(self.public) or "255.255.255.255"
        ins = ", ".join(self.public.values()) or "255.255.255.255"
        private = ", ".join(PRIVATE)
        checks = ["type filter hook prerouting priority -300; policy accept;",
                  f'iifname "in" ip saddr != {{ {outs} }} drop{R}', f'iifname "in" ip daddr {{ {private} }} drop{R}',
                  f'iifname "out" ip saddr {{ {private} }} drop{R}',
                  f'iifname "out" ip daddr != {{ {ins} }} drop{R}']
        chains = [chain("checks", checks)]
        if self.public:
            chains.append(chain("there", ["type nat hook prerouting priority -100; policy accept;",
                                          f"ip daddr {{ {ins} }} dnat to ip daddr map {{ {there} }}{R}"]))
            chains.append(chain("back", ["type nat hook postrouting priority 100; policy accept;",
                                         f"ip saddr {{ {outs} }} snat to ip saddr map {{ {back} }}{R}"]))
        return table(chains)

    def matches(self, rule, end):
        """A rule as matches of nft: one, or none where a group is empty."""
        if isinstance(rule.peer, str):
            kind, name = rule.peer.split()
            found = self.it.members(name) if kind == "group" else [self.range_of(rule.peer)]
            if not found:
                return []
            peer = f"ip {end} {{ {', '.join(found)} }}"
        else:
            peer = f"ip {end} {rule.peer}"
        if rule.protocol == "all":
            return [peer]
        if rule.protocol == "icmp":
            return [f"{peer} meta l4proto icmp"]
        return [f"{peer} {rule.protocol} dport {rule.ports[0]}-{rule.ports[1]}"]


def ident(name):
    # No name of ours is a word of nft, such as `fwd`.
    return "acl_" + "".join(c if c.isalnum() else f"_{ord(c):x}_" for c in name)


def chain(name, lines):
    return f"chain {name} {{\n" + "\n".join(lines) + "\n}"


def table(chains):
    return "table ip t {\n" + "\n".join(chains) + "\n}\n"
