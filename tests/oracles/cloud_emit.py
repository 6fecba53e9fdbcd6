#!/usr/bin/env python3
"""Templates against those who read them: cfn-lint must find nothing, and what moto makes of them must be the design.

    cloud_emit.py EMIT DESIGN...

EMIT turns a design on standard input into a template (an example of the crate `cloud`). Each template is deployed into a
moto server of our own and read back, object by object, against the design, which is read here once more by other code.
What moto does not make is listed in crates/cloud/data/moto-skips.toml; whatever is listed and comes back all the same is an
error, so the list only gets shorter. Needs moto and cfn-lint in the Python that runs this.
"""
import glob, json, os, re, subprocess, sys, tempfile, tomllib

import boto3, botocore.config

from cloud_readback import Readback

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPS = os.path.join(HERE, "../../crates/cloud/data/moto-skips.toml")


class Moto:
    """A server on a port that the kernel chose; the port must be its own."""

    def __enter__(self):
        self.log = tempfile.TemporaryFile("w+")
        program = os.path.join(os.path.dirname(sys.executable), "moto_server")
        self.process = subprocess.Popen([program, "-H", "127.0.0.1", "-p", "0"], stdout=self.log, stderr=self.log)
        self.port = self.wait()
        assert self.port in own_ports(self.process.pid), f"port {self.port} belongs to somebody else"
        return f"http://127.0.0.1:{self.port}"

    def wait(self):
        import time
        for _ in range(600):
            assert self.process.poll() is None, "moto_server ended at once"
            self.log.seek(0)
            if found := re.search(r"Running on http://127.0.0.1:(\d+)", self.log.read()):
                return int(found[1])
            time.sleep(0.1)
        raise AssertionError("moto_server did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def own_ports(pid):
    """Ports on which this very process listens."""
    links = [os.readlink(path) for path in glob.glob(f"/proc/{pid}/fd/*") if os.path.islink(path)]
    sockets = {link[8:-1] for link in links if link.startswith("socket:[")}
    rows = [line.split() for line in open(f"/proc/{pid}/net/tcp").readlines()[1:]]
    return {int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and row[9] in sockets}


def emit(program, design):
    with open(design, "rb") as text:
        done = subprocess.run([program], stdin=text, capture_output=True, text=True)
    assert done.returncode == 0, f"{design}: {done.stderr}"
    return done.stdout


def lint(template, region):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(template)
        file.flush()
        done = subprocess.run([sys.executable, "-m", "cfnlint", "-r", region, "--", file.name], capture_output=True, text=True)
    return [] if done.returncode == 0 else [done.stdout + done.stderr]


def session(url, region):
    # Credentials of nobody: moto takes any.
    made = boto3.Session("nobody", "nothing", region_name=region)
    config = botocore.config.Config(retries={"max_attempts": 1})
    return lambda service: made.client(service, endpoint_url=url, config=config)


def parameters(template, clients):
    """A value for each parameter that has no default."""
    wanted = re.findall(r"^  (\w+):\n    Type: .*\n    Description: .*\n(?!    Default)", template, re.MULTILINE)
    zone = clients("route53").create_hosted_zone(Name="example.com", CallerReference=os.urandom(8).hex())
    known = {"HostedZone": zone["HostedZone"]["Id"].split("/")[-1], "AlarmEmail": "someone@example.com"}
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    value = lambda name: known.get(name, certificate if "Certificate" in name else "pl-12345678")
    head = template[:template.index("\nResources:")]
    return [{"ParameterKey": name, "ParameterValue": value(name)} for name in wanted if f"\n  {name}:\n" in head]


def deploy(template, clients):
    """The stack's resources: by logical id, type and physical id."""
    clients("cloudformation").create_stack(
        StackName="proof", TemplateBody=template, Parameters=parameters(template, clients), Capabilities=["CAPABILITY_IAM"])
    pages = clients("cloudformation").get_paginator("list_stack_resources").paginate(StackName="proof")
    return [resource for page in pages for resource in page["StackResourceSummaries"]]


def judge(program, path, url, skips, seen):
    design = tomllib.load(open(path, "rb"))
    template = emit(program, path)
    assert emit(program, path) == template, f"{path}: another template at the second time"
    faults = lint(template, design["region"])
    clients = session(url, design["region"])
    made = deploy(template, clients)
    emitted = dict(re.findall(r"^  '?(\w+)'?:\n    Type: (AWS::\w+::\w+)$", template[template.index("\nResources:"):], re.MULTILINE))
    there = {resource["LogicalResourceId"] for resource in made}
    for name, kind in emitted.items():
        if kind in skips["types"]:
            seen.add(kind)
            if name in there:
                faults.append(f"{kind} is listed as skipped, and moto makes {name}")
        elif name not in there:
            faults.append(f"moto made no {name} of {kind}, and does not list it as skipped")
    read = Readback(design, clients, skips["values"])
    faults += read.faults()
    seen |= read.seen
    clients("cloudformation").delete_stack(StackName="proof")
    print(f"{os.path.basename(path)}: {len(emitted)} resources, {len(made)} made by moto, {read.compared} values compared")
    return [f"{path}: {fault}" for fault in faults]


def main():
    program, designs = os.path.abspath(sys.argv[1]), sys.argv[2:]
    skips = tomllib.load(open(SKIPS, "rb"))
    faults, seen = [], set()
    for path in designs:
        # A server for each: nothing is left of the one before.
        with Moto() as url:
            faults += judge(program, path, url, skips, seen)
    for name in [*skips["types"], *skips["values"]]:
        if name not in seen:
            faults.append(f"{name} is listed as skipped, and no design came upon it")
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
