#!/usr/bin/env python3
"""Seconds that a proof of a large network takes, and milliseconds of what people ask of the largest example.

    cloud.py COMMAND... [--design FILE]

COMMAND proves the design whose path is put behind it, such as `rawmill cloud prove`, or reads lines as
`cargo run -p cloud --example judge` does where it ends in `judge`. The design has 200 subnets over three zones in three tiers,
1,000 interfaces, 500 security groups and 5,000 rules, half of them of network ACLs. It holds, but for one database that is
open to one address, and is proved again without that (the whole search then finds nothing and cannot end early).

Behind `rawmill cloud prove` come `init`, `trace`, `findings` and `cost` of the longest of the designs that the program bundles,
the middle one of 15 runs each, from the start of the process to its end. Times are told twice, as the clock and as the
processor counted them: on a machine with other work the clock counts that too.
"""
import json, re, resource, subprocess, sys, tempfile, time

MORE = {"init": ["--example", "rawmill-fleet"], "trace": ["--from", "internet", "--to", "front", "--port", "443"], "findings": [], "cost": []}

SUBNETS, GROUPS, RULES, ZONES = 200, 500, 5000, "abc"


def design(opened):
    """Tiers of subnets: a sixth public, a half for applications, a third for stores."""
    tier = lambda n: "public" if n % 6 == 0 else "app" if n % 6 in (1, 2, 3) else "db"
    lines = ['version = 1', 'name = "large"', 'region = "us-east-1"', '[vpc]', 'cidr = "10.0.0.0/16"', '[subnets]']
    by_tier = {"public": [], "app": [], "db": []}
    for n in range(SUBNETS):
        zone, kind = ZONES[n // 6 % 3], tier(n)
        by_tier[kind].append((f"s{n}", zone, n))
        table = {"public": "public", "app": f"out-{zone}", "db": None}[kind]
        of = f', route_table = "{table}"' if table else ""
        lines.append(f's{n} = {{ zone = "{zone}", cidr = "10.0.{n}.0/24"{of}, network_acl = "acl{n % 125}" }}')
    lines += ["[route_tables]", 'public = { "0.0.0.0/0" = "internet" }', *[f'out-{z} = {{ "0.0.0.0/0" = "nat-{z}" }}' for z in ZONES]]
    first = {z: next(s for s, zone, _ in by_tier["public"] if zone == z) for z in ZONES}
    lines += ["[nats]", *[f'nat-{z} = {{ subnet = "{first[z]}" }}' for z in ZONES]]
    # 125 lists of 20 entries: denied ports between allowed ones, then room for all.
    for n in range(125):
        entry = lambda way: [f"{10 * k + 10} {'deny' if k % 3 == 0 else 'allow'} tcp {600 + 40 * k + n % 7} {way} 10.0.{(n * 7 + k) % 200}.0/24"
                             for k in range(9)] + [f"32000 allow all {way} 0.0.0.0/0"]
        lines += [f"[network_acls.acl{n}]", f"inbound = {json.dumps(entry('from'))}", f"outbound = {json.dumps(entry('to'))}"]
    # 500 groups of 5 rules.
    for n in range(GROUPS):
        inbound = [f"tcp {8000 + n % 50} from g{(n + 1) % GROUPS}", f"tcp 9100 from g{(n + 17) % GROUPS}", f"udp {5000 + n % 9} from 10.0.{n % 200}.0/26"]
        if opened and n == 167:
            inbound[2] = "tcp 5432 from 203.0.113.77/32"
        outbound = [f"tcp 8000-8100 to 10.0.0.0/16", "tcp 443 to 0.0.0.0/0"]
        lines += [f"[security_groups.g{n}]", f"inbound = {json.dumps(inbound)}", f"outbound = {json.dumps(outbound)}"]
    interfaces = len(ZONES)
    for n, (kind, per) in enumerate([("app", 6), ("db", 4), ("public", 4)]):
        for k, (subnet, _, m) in enumerate(by_tier[kind]):
            for j in range(per):
                groups = json.dumps([f"g{(m * 5 + j) % GROUPS}", f"g{(m * 3 + j * 31) % GROUPS}"])
                name, interfaces = f"{kind}-{subnet}-{j}", interfaces + 1
                if kind == "db":
                    lines += [f"[databases.{name}]", 'engine = "postgres"', f'subnets = ["{subnet}"]', f"security_groups = {groups}",
                              'instance_class = "db.t3.small"', f"public_address = {'true' if opened and (k, j) == (20, 0) else 'false'}"]
                    if opened and (k, j) == (20, 0):
                        lines[-3] = 'security_groups = ["g167"]'
                else:
                    lines += [f"[instances.{name}]", f'subnet = "{subnet}"', f"security_groups = {groups}", 'instance_type = "t3.small"',
                              f"public_address = {'true' if kind == 'public' else 'false'}"]
    balancers = 16
    for n in range(balancers):
        where = [s for s, _, _ in by_tier["public"][n:n + 3]]
        interfaces += len(where)
        members = [f"app-{s}-0" for s, _, _ in by_tier["app"][n * 6:n * 6 + 6]]
        lines += [f"[load_balancers.lb{n}]", f"subnets = {json.dumps(where)}", f'security_groups = ["g{n}"]',
                  f'listeners = [{{ port = 443, target = "t{n}" }}]', f"[target_groups.t{n}]", "port = 8000", f"members = {json.dumps(members)}"]
    return "\n".join(lines) + "\n", interfaces


def timed(call, asked=None):
    """What was said, and seconds of the clock and of the processor."""
    used = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    began, before = time.monotonic(), used()
    said = subprocess.run(call, input=asked, capture_output=True, text=True)
    return said, (time.monotonic() - began, used() - before)


def run(command, text):
    """Seconds, and what was said."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(text)
        file.flush()
        asked = None
        if command[-1].endswith("judge"):
            asked = json.dumps({"design": text}) + "\n" + json.dumps({"prove": "large.toml"}) + "\n"
            call = command
        else:
            call = [*command, file.name, "--json"]
        said, seconds = timed(call, asked)
    proof = json.loads(said.stdout.splitlines()[-1] if asked else said.stdout)
    return seconds, {one["name"]: one["standing"] for one in proof.get("invariants", [])} or proof


def main():
    command = sys.argv[1:]
    if "--design" in command:
        at = command.index("--design")
        open(command[at + 1], "w").write(design(False)[0])
        return
    for opened in (True, False):
        text, interfaces = design(opened)
        rules = text.count(" from ") + text.count(" to ")
        seconds, standings = run(command, text)
        print(f"prove of {SUBNETS} subnets, {interfaces} interfaces, {GROUPS} groups, {rules} rules: "
              f"{seconds[0]:.2f} s, {seconds[1]:.2f} s of CPU  {standings}")
    if command[-1] == "prove":
        ask_examples(command[:-1])


def ask_examples(cloud):
    """Milliseconds of what people ask first, of the longest bundled design."""
    listed = subprocess.run([*cloud, "init", "--list"], capture_output=True, text=True, check=True).stdout
    texts = {name: subprocess.run([*cloud, "init", "--example", name], capture_output=True, text=True, check=True).stdout
             for name in re.findall(r"^\S+", listed, re.M)}
    longest = max(texts, key=lambda name: len(texts[name]))
    assert longest in MORE["init"], f"the longest is {longest} by now"
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(texts[longest])
        file.flush()
        for what, more in MORE.items():
            runs = [timed([*cloud, what, *([] if what == "init" else [file.name]), *more]) for _ in range(15)]
            assert all(said.returncode in (0, 1) for said, _ in runs), runs[0][0].stderr
            clock, cpu = (sorted(seconds[n] for _, seconds in runs)[7] * 1e3 for n in (0, 1))
            print(f"{what} of {longest}: {clock:.1f} ms, {cpu:.1f} ms of CPU")


if __name__ == "__main__":
    main()
