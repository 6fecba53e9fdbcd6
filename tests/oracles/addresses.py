#!/usr/bin/env python3
"""Which addresses are public, as Python's `ipaddress` reads the registries of IANA: ours must never say more, and less only
where we say why.

usage: addresses.py EXAMPLE   (the example `addresses` of crate `outward`)
"""
import ipaddress, random, subprocess, sys

# Public for Python and not for us: addresses that stand for others, and what has no meaning yet.
STRICTER = [
    ipaddress.ip_network(net)
    for net in [
        "192.88.99.0/24",  # relays of 6to4, which nobody runs any more
        "192.0.0.0/24",  # protocols, with the few of them that are reachable
        "2001::/23",  # the same
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation; unknown to older versions of Python
    ]
]
GIVEN = ipaddress.ip_network("2000::/3")


def expected(address):
    """True, False, or None where Python is not asked."""
    mapped = address.version == 6 and address not in GIVEN
    if mapped or any(address.version == net.version and address in net for net in STRICTER):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def addresses():
    random.seed(1)
    nets = ipaddress._IPv4Constants._private_networks + ipaddress._IPv6Constants._private_networks + STRICTER + [GIVEN]
    for net in nets:
        bits, first, last = net.max_prefixlen, int(net.network_address), int(net.broadcast_address)
        kind = ipaddress.IPv4Address if net.version == 4 else ipaddress.IPv6Address
        near = [first - 1, first, first + 1, last - 1, last, last + 1] + [random.randint(first, last) for _ in range(200)]
        yield from (kind(n) for n in near if 0 <= n < 1 << bits)
    for _ in range(200_000):
        yield ipaddress.IPv4Address(random.getrandbits(32))
        yield ipaddress.IPv6Address(random.getrandbits(128))
        yield ipaddress.IPv6Address(1 << 125 | random.getrandbits(125))


tried = list(addresses())
told = subprocess.run([sys.argv[1]], input="\n".join(map(str, tried)) + "\n", capture_output=True, text=True, check=True)
told = told.stdout.split()
assert len(told) == len(tried), f"{len(told)} answers to {len(tried)} addresses"
wrong = [f"{a}: {t}" for a, t in zip(tried, told) if (t == "public") != expected(a)]
if wrong:
    sys.exit(f"{len(wrong)} addresses are judged otherwise:\n" + "\n".join(wrong[:20]))
print(f"{len(tried)} addresses, {told.count('public')} of them public")
