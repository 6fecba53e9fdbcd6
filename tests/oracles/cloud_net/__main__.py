#!/usr/bin/env python3
"""Verdicts against real packets: designs are built from namespaces of Linux, and what `cloud::trace` says of them is tried.

    python3 tests/oracles/cloud_net JUDGE [--emit EMIT] [--full] [--designs N] [--jobs N] [--seed N]

JUDGE is the compiled example `follow` of the crate cloud. It alone asks the analyser; all else here shares nothing with it.
EMIT is its example `emit`: what is built is then the template that it writes for a design, wherever it writes one, and the
design itself, read by ourselves, where a template cannot say it or EMIT is left out. Needs root, `ip` and `nft`, and
PyYAML for templates.

Where Linux is not AWS:
- A machine here listens wherever it is asked, and a group that fits no listener of its own is of no concern.
- AWS chooses addresses; here, and in the analyser, they are counted from the fifth of a subnet on. No design names one.
- The resolver, metadata and time are not there, so nothing is asked of them.
- A NAT here takes what another NAT sends on; of AWS that is not known, so no question that turns on it is tried.
- Rules with `?` are not built, and verdicts that are unknown not tried.
- A NAT here begins from the port that a probe wants, to try one that the trace names; AWS chooses any.
- A balancer relays what a probe says to the target that the probe names; AWS chooses. Behind it stands no TLS.
- A group keeps state by conntrack, which takes a connection up in its middle; AWS untracks some that are open to all. No
  probe changes a rule under a connection.
- One namespace is the router of all subnets: what AWS does at their borders happens between its bridges.
- Packets are dropped at once or not at all: there are no limits of connections, packets or bandwidth.
- ICMP is a ping, answered by the kernel; other types are not sent.
"""
import argparse, collections, multiprocessing, os, random, signal, subprocess, sys, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import build, designs, kernel, model, probe, questions
from judge import Judge
from plan import Plan

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
REASONS = 14  # that a trace knows
NO_QUESTION = ("there is no `", "`", "a packet cannot come from")  # why a question is none, though the design is one


class Tally:
    """What was tried, and what came of it."""

    def __init__(self):
        self.designs = self.templates = self.questions = self.probes = 0
        self.reasons, self.answers = collections.Counter(), collections.Counter()
        self.wrong, self.refused = [], []

    def add(self, other):
        for key, value in vars(other).items():
            setattr(self, key, getattr(self, key) + value)


def of_all(count, rng):
    """Bundled designs first, then generated ones and mutations of whatever came before."""
    base = list(designs.bundled(os.path.join(ROOT, "crates/cloud/designs")))
    yield from base
    for n in range(count - len(base)):
        if n % 4 == 0:
            base.append((f"generated-{n}", designs.generated(rng)))
            yield base[-1]
            continue
        mutation = designs.MUTATIONS[n % len(designs.MUTATIONS)]
        able = [(name, d) for name, b in rng.sample(base, len(base)) if (d := designs.mutated(b, mutation, rng))]
        if able:
            yield f"{able[0][0]}, {mutation.__name__}", able[0][1]


def read(text, emit, tally):
    """The deployment by its template, or else by the design itself."""
    deployment = model.read(text)
    done = emit and not deployment.unknown and subprocess.run([emit], input=text, capture_output=True, text=True)
    if not done or done.returncode:
        return deployment
    import template
    tally.templates += 1
    return template.read(done.stdout)


def try_design(name, design, judge, emit, rng, tally, each):
    """What the analyser says of some questions, then packets."""
    text = model.written(design)
    deployment = read(text, emit, tally)
    if deployment.unknown:
        return
    asked = [(q, judge.ask(text, q)) for q in questions.candidates(deployment, rng, 40 + 8 * each)]
    refused = [t["error"] for _, t in asked if "error" in t and not t["error"].startswith(NO_QUESTION)]
    if refused:
        tally.refused.append(f"{name}: {refused[0]}")
        return
    plan = Plan(deployment, rng)
    for question, trace in questions.chosen(asked, tally.reasons, each):
        plan.ask(question, trace)
        tally.questions += 1
        tally.reasons[questions.reason(trace)] += 1
    pins = [(protocol, source, port, nat) for (protocol, source, port), nat in plan.pins.items() if protocol != "icmp"]
    with build.World(deployment, pins, plan.outside) as world:
        claims, servers = plan.probes(world)
        answered = probe.answered({p for _, p, _ in claims}, servers, {p for _, p, must in claims if must})
    tally.designs += 1
    for question, sent, must in claims:
        tally.probes += 1
        tally.answers[answered[sent]] += 1
        if answered[sent] != must:
            tally.wrong.append((name, f"{question}: {sent} was {'' if answered[sent] else 'not '}answered", text))


def share(job):
    """One of several processes: every so manieth design."""
    args, part = job
    tally, judge = Tally(), Judge(args.judge)
    kernel.remember_home()
    try:
        for n, (name, design) in enumerate(of_all(args.designs, random.Random(args.seed))):
            if n % args.jobs == part:
                try_design(name, design, judge, args.emit, random.Random(f"{args.seed} {n}"), tally, 6 if args.full else 5)
    finally:
        judge.close()
    return tally


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("judge")
    args.add_argument("--emit")
    args.add_argument("--full", action="store_true", help="300 designs and 20,000 probes at least, each reason ten times")
    args.add_argument("--designs", type=int)
    args.add_argument("--jobs", type=int, default=3)
    args.add_argument("--seed", type=int, default=1)
    args = args.parse_args()
    args.designs = args.designs or (340 if args.full else 30)
    if os.geteuid() != 0:
        sys.exit("namespaces need root")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kernel.remember_home()
    kernel.sweep()
    kernel.canary()
    tally, began = Tally(), time.monotonic()
    # A share that is told to end ends at once: one that unwinds may wait for a lock of one that is gone.
    with multiprocessing.Pool(args.jobs, signal.signal, (signal.SIGTERM, signal.SIG_DFL)) as pool:
        for part in pool.imap_unordered(share, [(args, part) for part in range(args.jobs)]):
            tally.add(part)
    report(tally, time.monotonic() - began)
    judged(tally, args.full)


def report(tally, seconds):
    print(f"{tally.designs} designs ({tally.templates} by their templates), {tally.questions} questions, {tally.probes} probes, "
          f"{blocked(tally):.0%} not answered, {seconds:.0f} s")
    for reason, count in sorted(tally.reasons.items(), key=lambda item: str(item[0])):
        print(f"  {count:5} {reason or 'allowed'}")
    for what in tally.refused:
        print("  no design:", what.replace("\n", "; "))
    for name, what, _ in tally.wrong[:20]:
        print(f"WRONG in {name}: {what}")


def blocked(tally):
    return tally.answers[False] / max(1, tally.probes)


def judged(tally, full):
    if tally.wrong:
        print("\nthe first of these designs:\n" + tally.wrong[0][2])
        sys.exit(f"{len(tally.wrong)} probes disagree with the verdicts")
    if len(tally.refused) > tally.designs / 10 or not tally.probes:
        sys.exit("too little was tried: too many are no designs")
    codes = collections.Counter()
    for reason, count in tally.reasons.items():
        codes[(reason or "").removesuffix(" (answer)")] += count
    rare = [code for code, count in codes.items() if code and count < 10]
    if full and (rare or len(codes) - 1 < REASONS):
        sys.exit(f"too little was tried: {rare} are rare, {len(codes) - 1} of {REASONS} reasons were met")
    if full and (tally.designs < 300 or tally.probes < 20_000 or not 0.4 <= blocked(tally) <= 0.6):
        sys.exit("too little was tried: designs, probes, or those that are not answered")


if __name__ == "__main__":
    main()
