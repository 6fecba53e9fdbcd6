"""The workflow of a release: what it may do is what its role allows and no more, and what it does is tried on a stand-in for
AWS (cloud_release_aws.py): when all goes well, and when something does not."""
import json, os, re, shutil, subprocess, sys, tempfile

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))

# What each command asks of AWS, by its action in policies
# (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
CALLS = {
    "autoscaling describe-auto-scaling-groups": "autoscaling:DescribeAutoScalingGroups",
    "autoscaling describe-instance-refreshes": "autoscaling:DescribeInstanceRefreshes",
    "autoscaling resume-processes": "autoscaling:ResumeProcesses",
    "autoscaling set-desired-capacity": "autoscaling:SetDesiredCapacity",
    "autoscaling start-instance-refresh": "autoscaling:StartInstanceRefresh",
    "autoscaling suspend-processes": "autoscaling:SuspendProcesses",
    "cloudformation create-change-set": "cloudformation:CreateChangeSet",
    "cloudformation delete-change-set": "cloudformation:DeleteChangeSet",
    "cloudformation describe-change-set": "cloudformation:DescribeChangeSet",
    "cloudformation describe-stacks": "cloudformation:DescribeStacks",
    "cloudformation execute-change-set": "cloudformation:ExecuteChangeSet",
    "cloudformation wait change-set-create-complete": "cloudformation:DescribeChangeSet",
    "cloudformation wait stack-update-complete": "cloudformation:DescribeStacks",
    "elbv2 describe-target-health": "elasticloadbalancing:DescribeTargetHealth",
    "elbv2 wait target-in-service": "elasticloadbalancing:DescribeTargetHealth",
    "s3 cp": "s3:PutObject",
}
# What CloudFormation does in the name of whoever changes listeners and rules of a stack whose images are named by parameters.
ON_BEHALF = {"elasticloadbalancing:" + verb for verb in (
    "DescribeListeners", "DescribeListenerAttributes", "DescribeRules", "ModifyListener", "ModifyRule", "SetRulePriorities")}
ON_BEHALF |= {"ssm:GetParameters"}
MAKERS = ("actions/", "aws-actions/")


def faults(text, design, template):
    workflow = yaml.safe_load(text)
    return [*nothing_secret(text, workflow, template), *rights(workflow, template), *scripts(text, workflow),
            *tried(workflow, design, template)]


def runs(workflow):
    return [(name, step) for name, job in workflow["jobs"].items() for step in job["steps"] if "run" in step]


def nothing_secret(text, workflow, template):
    if re.search(r"secrets|AKIA|\b\d{12}\b", text):
        yield "the workflow has a secret or an account"
    if workflow["permissions"] != {"contents": "read"}:
        yield f"the workflow as a whole may {workflow['permissions']}"
    environment = template["Parameters"]["Environment"]["Default"]
    for name, job in workflow["jobs"].items():
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        becomes = any(use.startswith("aws-actions/configure-aws-credentials@") for use in used)
        if job.get("permissions") != ({"id-token": "write"} if becomes else None):
            yield f"job {name} may {job.get('permissions')}"
        if becomes and job.get("environment") != environment:
            yield f"job {name} is in the environment {job.get('environment')}, and the role trusts {environment}"
        if not becomes and any(" aws " in f" {step.get('run', '')} " for step in job["steps"]):
            yield f"job {name} asks AWS as nobody"
        yield from (f"{use} is made by somebody else" for use in used if not use.startswith(MAKERS))


def rights(workflow, template):
    [policy] = template["Resources"]["ReleaseRole"]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    allowed = {action for statement in statements for action in statement["Action"]}
    asked = set()
    for name, step in runs(workflow):
        for command in re.findall(r"\baws (s3 cp|[a-z0-9]+ wait [a-z-]+|[a-z0-9]+ [a-z-]+)", step["run"]):
            if command not in CALLS:
                yield f"`aws {command}` in job {name} is not in the table of this oracle"
            asked.add(CALLS.get(command))
    yield from (f"the workflow needs {action}, and its role may not" for action in asked - allowed)
    yield from (f"the role may {action}, and the workflow does not" for action in allowed - asked - ON_BEHALF)
    for statement in statements:
        looks = all(re.match(r"\w+:Describe", action) for action in statement["Action"])
        if ("*" in statement["Resource"]) != looks:
            yield f"{statement['Sid']} is allowed on {statement['Resource']}"


def scripts(text, workflow):
    for name, step in runs(workflow):
        if "${{" in step["run"]:
            yield f"a value is written into the script of {step['name']}, where it could be anything"
        done = subprocess.run(["bash", "-n"], input=step["run"], capture_output=True, text=True)
        yield from [f"{step['name']}: {done.stderr}"] if done.returncode else []
    program = shutil.which("actionlint")
    if not program:
        print("NOT RUN: actionlint is not here")
        return
    done = subprocess.run([program, "-oneline", "-"], input=text, capture_output=True, text=True)
    if done.returncode:
        yield from (done.stdout or done.stderr).splitlines()


class Try:
    """One run of the jobs that ask AWS, on a stand-in."""

    def __init__(self, workflow, template, **state):
        self.workflow, self.template = workflow, template
        self.state = {"template": template, "log": [], "suspended": [], "refresh": ["Pending", "InProgress", "Successful"],
                      "ill": 0, "more": [], "stack": "shop", **state}

    def run(self, *jobs):
        with tempfile.TemporaryDirectory() as folder:
            self.folder = folder
            for name, line in (("aws", f'exec {sys.executable} {HERE}/cloud_release_aws.py "$@"'), ("sleep", "")):
                self.write(name, f"#!/bin/sh\n{line}\n")
                os.chmod(os.path.join(folder, name), 0o755)
            self.write("state", json.dumps(self.state, default=str))
            ended = all(self.job(self.workflow["jobs"][name]) for name in jobs)
            self.state = json.loads(self.read("state"))
        return ended

    def job(self, job):
        ended = True
        self.write("env", "")
        for step in (step for step in job["steps"] if "run" in step):
            known = dict(line.split("=", 1) for line in self.read("env").splitlines())
            if ended or ("always()" in step.get("if", "") and "IdleGroupName" in known):
                ended = self.step(step, known) and ended
        return ended

    def step(self, step, known):
        paths = {key: os.path.join(self.folder, key) for key in ("state", "env", "summary")}
        env = {"PATH": f"{self.folder}:/usr/bin:/bin", "STACK": "shop", "STATE": paths["state"], "GITHUB_ENV": paths["env"],
               "GITHUB_STEP_SUMMARY": paths["summary"], "GITHUB_RUN_ID": "1", "GITHUB_RUN_ATTEMPT": "1", **known}
        # Whoever asks again and again gives up sooner here.
        script = re.sub(r"\{1\.\.\d+\}", "{1..5}", step["run"])
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        done = subprocess.run(shell, env=env, cwd=self.folder, capture_output=True, text=True)
        self.said = done.stdout + done.stderr
        return done.returncode == 0

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def read(self, name):
        with open(os.path.join(self.folder, name)) as file:
            return file.read()

    def did(self, command):
        return [words for words in self.state["log"] if " ".join(words).startswith(command)]


def tried(workflow, design, template):
    """What becomes of the stack."""
    first, second = design["colours"]["live"], design["colours"]["idle"]
    group = lambda colour: next(iter(design["target_groups"][colour]["members"])).capitalize() + "AutoScalingGroup"
    sizes = {group(first): 3, group(second): 1}
    new = lambda **state: Try(workflow, template, **{"live": first, "sizes": dict(sizes), **state})

    def expect(what, truth, run):
        return [] if truth else [f"a release where {what} ended otherwise: live is {run.state['live']}, {run.said}"]

    well = new()
    ended = well.run("prepare", "switch")
    upload, = well.did("s3 cp") or [["", "", "", ""]]
    order = [" ".join(words[:2]) for words in well.state["log"]]
    yield from expect("all is well", ended and well.state["live"] == second, well)
    yield from expect("the idle colour gets the release", upload[3].endswith(f"Bucket/{second}/release.tar.gz"), well)
    replaced = [words[3] for words in well.did("autoscaling start-instance-refresh")]
    yield from expect("the idle colour alone is replaced", replaced == [group(second)], well)
    yield from expect("it becomes as large as the live one", well.state["sizes"] == {group(first): 3, group(second): 3}, well)
    yield from expect("figures decide again", well.state["suspended"] == [], well)
    steps = ["s3 cp", "autoscaling start-instance-refresh", "cloudformation execute-change-set"]
    yield from expect("it is replaced after the upload and before the switch", [s for s in order if s in steps] == steps, well)

    other = new(live=second)
    yield from expect("the second is live", other.run("prepare", "switch") and other.state["live"] == first, other)
    yield from expect("the first gets the release", all(f"/{first}/" in words[3] for words in other.did("s3 cp")), other)

    back = new(live=second)
    yield from expect("it goes back", back.run("switch") and back.state["live"] == first and not back.did("s3"), back)

    for what, state, jobs in [
        ("machines cannot be replaced", {"refresh": ["InProgress", "Failed"]}, ["prepare", "switch"]),
        ("machines never become as they should", {"refresh": ["InProgress"]}, ["prepare", "switch"]),
        ("a machine stays ill", {"ill": 1}, ["prepare", "switch"]),
        ("a machine stays ill and it goes back", {"ill": 1}, ["switch"]),
        ("an image is newer", {"more": ["AWS::EC2::LaunchTemplate"]}, ["prepare", "switch"]),
        ("a stack has another name", {"stack": "other"}, ["prepare", "switch"]),
    ]:
        run = new(**state)
        ended = run.run(*jobs)
        still = run.state["live"] == first and not run.did("cloudformation execute-change-set") and run.state["suspended"] == []
        yield from expect(what, not ended and still and "change" not in run.state, run)
