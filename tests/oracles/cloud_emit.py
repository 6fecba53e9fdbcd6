#!/usr/bin/env python3
"""Templates against those who read them: cfn-lint must find nothing, and what moto makes of them must be the design.

    cloud_emit.py EMIT DESIGN...

EMIT turns a design on standard input into a template (an example of the crate `cloud`). Each template is deployed into a
moto server of our own and read back, object by object, against the design, which is read here once more by other code.
What moto does not make is listed in crates/cloud/data/moto-skips.toml; whatever is listed and comes back all the same is an
error, so the list only gets shorter. Where a design has two colours, the other one goes live by an update of the stack, and
all that leads to one of them must have changed; its workflow is tried by cloud_release.py. Needs moto and cfn-lint in the
Python that runs this.
"""
import glob, json, os, re, subprocess, sys, tempfile, tomllib

import boto3, botocore.config, yaml

import cloud_release
from cloud_readback import Readback
from cloud_template import unmade

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


def emit(program, design, *format):
    with open(design, "rb") as text:
        done = subprocess.run([program, *format], stdin=text, capture_output=True, text=True)
    assert done.returncode == 0, f"{design}: {done.stderr}"
    return done.stdout


def lint(template, region):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(template)
        file.flush()
        program = os.path.join(os.path.dirname(sys.executable), "cfn-lint")
        done = subprocess.run([program, "-r", region, "--", file.name], capture_output=True, text=True)
    return [] if done.returncode == 0 else [done.stdout + done.stderr]


def session(url, region):
    # Credentials of nobody: moto takes any.
    made = boto3.Session("nobody", "nothing", region_name=region)
    config = botocore.config.Config(retries={"max_attempts": 1})
    return lambda service: made.client(service, endpoint_url=url, config=config)


class Tags(yaml.SafeLoader):
    """YAML with the short tags of CloudFormation in their long form."""


def tagged(loader, name, node):
    long = name if name in ("Ref", "Condition") else f"Fn::{name}"
    if isinstance(node, yaml.SequenceNode):
        return {long: loader.construct_sequence(node, deep=True)}
    text = loader.construct_scalar(node)
    return {long: text.split(".", 1) if name == "GetAtt" else text}


Tags.add_multi_constructor("!", tagged)


def without(value, skipped, region):
    """Words in place of what leads to a resource that moto does not make: it would refuse the whole."""
    if isinstance(value, list):
        return [without(item, skipped, region) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::GetAZs" in value:
        # The empty word means the region of the stack; moto takes it for another.
        return {"Fn::GetAZs": region}
    if value.get("Ref") in skipped or value.get("Fn::GetAtt", [None])[0] in skipped:
        return "skipped"
    if "Fn::Sub" in value:
        return {"Fn::Sub": re.sub(r"\$\{(\w+)[^}]*\}", lambda m: "skipped" if m[1] in skipped else m[0], value["Fn::Sub"])}
    return {key: without(item, skipped, region) for key, item in value.items()}


def with_ports(resources):
    """moto falls over a rule for all protocols that has no ports; AWS ignores them there."""
    groups = (resource["Properties"] for resource in resources if resource["Type"].startswith("AWS::EC2::SecurityGroup"))
    rules = (rule for group in groups for rule in [group, *group.get("SecurityGroupIngress", [])])
    for rule in rules:
        if rule.get("IpProtocol") == "-1":
            rule.update(FromPort=-1, ToPort=-1)


def with_weights(resources):
    """moto falls over weights in what a listener does by default, and keeps an action of another type as it is; so there it
    is called another. Rules are as they are."""
    for listener in (r["Properties"] for r in resources if r["Type"] == "AWS::ElasticLoadBalancingV2::Listener"):
        for action in listener["DefaultActions"]:
            if "ForwardConfig" in action:
                action["Type"] = "redirect"


def parameters(template, clients):
    """A value for each parameter that has no default, and for those of a release."""
    zone = clients("route53").create_hosted_zone(Name="example.com", CallerReference=os.urandom(8).hex())
    certificate = clients("acm").request_certificate(DomainName="example.com")["CertificateArn"]
    known = {"HostedZone": zone["HostedZone"]["Id"].split("/")[-1], "AlarmEmail": "someone@example.com",
             "Repository": "owner/name", "GitHubProvider": "exists"}
    if "Live" in template.get("Parameters", {}):
        known["Live"] = template["Parameters"]["Live"]["Default"]
    value = lambda name: known.get(name, certificate if "Certificate" in name else "pl-12345678")
    wanted = [name for name, given in template.get("Parameters", {}).items() if "Default" not in given or name in known]
    return [{"ParameterKey": name, "ParameterValue": value(name)} for name in wanted]


def readable(template, region, types):
    """The template without what moto does not make. Outputs are cfn-lint's to judge: moto knows few attributes."""
    skipped = {name for name, resource in template["Resources"].items() if resource["Type"] in types}
    kept = {key: template[key] for key in ("AWSTemplateFormatVersion", "Parameters", "Conditions", "Resources") if key in template}
    with_ports(kept["Resources"].values())
    with_weights(kept["Resources"].values())
    return without(kept, skipped, region)


def deploy(body, clients, values):
    """What moto makes of it, by logical id."""
    clients("cloudformation").create_stack(StackName="proof", TemplateBody=json.dumps(body, default=str), Parameters=values,
                                           Capabilities=["CAPABILITY_IAM"])
    pages = clients("cloudformation").get_paginator("list_stack_resources").paginate(StackName="proof")
    return {r["LogicalResourceId"]: r["PhysicalResourceId"] for page in pages for r in page["StackResourceSummaries"]
            if r["LogicalResourceId"] in body["Resources"]}


def switch(body, clients, values, live):
    """Another colour goes live, and all else is as it was. moto changes what names a parameter itself, and not what turns on
    one through a condition, unless its text is another: so each of those gets a mark."""
    for resource in body["Resources"].values():
        if "ListenerRule" in resource["Type"] or resource["Type"].endswith("::Listener"):
            resource["Metadata"] = {"live": live}
    values = [v if v["ParameterKey"] != "Live" else {**v, "ParameterValue": live} for v in values]
    clients("cloudformation").update_stack(StackName="proof", TemplateBody=json.dumps(body, default=str), Parameters=values,
                                           Capabilities=["CAPABILITY_IAM"])


def part_of(template, id):
    """The name of the part for which a resource stands."""
    return template["Resources"][id].get("Metadata", {}).get("rawmill", {}).get("name")


def judge(program, path, url, skips, seen):
    design = tomllib.load(open(path, "rb"))
    text = emit(program, path)
    assert emit(program, path) == text, f"{path}: another template at the second time"
    faults = lint(text, design["region"])
    template = yaml.load(text, Tags)
    faults += unmade(design, template)
    clients = session(url, design["region"])
    body, values = readable(template, design["region"], skips["types"]), parameters(template, clients)
    made = deploy(body, clients, values)
    emitted = {name: resource["Type"] for name, resource in template["Resources"].items()}
    for name, kind in emitted.items():
        if kind in skips["types"]:
            seen.add(kind)
            if name in made:
                faults.append(f"{kind} is listed as skipped, and moto makes {name}")
        elif name not in made:
            faults.append(f"moto made no {name} of {kind}, and does not list it as skipped")
    parts = {(emitted[id], part_of(template, id)): physical for id, physical in made.items()}
    read = Readback(design, clients, parts, skips["values"])
    faults += read.faults()
    if "colours" in design:
        faults += released(program, path, design, template)
        switch(body, clients, values, design["colours"]["idle"])
        faults += read.switched()
    seen |= read.seen
    print(f"{os.path.basename(path)}: {len(emitted)} resources, {len(made)} made by moto, {read.compared} values compared")
    return [f"{path}: {fault}" for fault in faults]


def released(program, path, design, template):
    """What the workflow of a release does, against the role that it becomes and a stand-in for AWS."""
    text = emit(program, path, "github-actions")
    assert emit(program, path, "github-actions") == text, f"{path}: another workflow at the second time"
    return cloud_release.faults(text, design, template)


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
