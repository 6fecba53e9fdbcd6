"""A stand-in for `aws`, as far as a release asks it: its answers are those of AWS in form, and `--query` is worked out as the
command line does. What it is asked is written down; what it may not be asked so is an error."""
import json, os, sys

import jmespath

LISTENERS = ("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule")


class Refused(Exception):
    pass


def options(words):
    found, key = {}, None
    for word in words:
        if word.startswith("--"):
            key = word[2:]
            found[key] = []
        elif key:
            found[key].append(word)
    return found


class Aws:
    def __init__(self, state):
        self.state, self.template = state, state["template"]

    def worth(self, value):
        """A value of the template; what has no value of its own is called by its logical id."""
        if not isinstance(value, dict):
            return value
        if "Ref" in value:
            return self.state["live"] if value["Ref"] == "Live" else value["Ref"]
        if "Fn::If" in value:
            name, yes, no = value["Fn::If"]
            one, other = self.template["Conditions"][name]["Fn::Equals"]
            return self.worth(yes if self.worth(one) == other else no)
        return json.dumps(value)

    def group_of(self, target):
        """The auto-scaling group whose machines are in a target group."""
        has = lambda r: {"Ref": target} in r.get("Properties", {}).get("TargetGroupARNs", [])
        return next(name for name, r in self.template["Resources"].items() if has(r))

    def stack(self, o):
        if o["stack-name"] != [self.state["stack"]]:
            raise Refused(f"Stack with id {o['stack-name']} does not exist")

    def cloudformation(self, verb, o):
        self.stack(o)
        getattr(self, verb.replace("-", "_"), None) or self.refuse(verb)
        return getattr(self, verb.replace("-", "_"))(o)

    def describe_stacks(self, o):
        simple = lambda output: "Condition" not in output
        outputs = [{"OutputKey": k, "OutputValue": self.worth(v["Value"])} for k, v in self.template["Outputs"].items() if simple(v)]
        return {"Stacks": [{"Outputs": outputs, "Parameters": [{"ParameterKey": key} for key in self.template["Parameters"]]}]}

    def create_change_set(self, o):
        given = dict(pair.split(",", 1) for pair in (p.removeprefix("ParameterKey=") for p in o["parameters"]))
        previous = {key for key, value in given.items() if value == "UsePreviousValue=true"}
        if previous != set(self.template["Parameters"]) - {"Live"} or "use-previous-template" not in o or o["capabilities"] != ["CAPABILITY_IAM"]:
            raise Refused("a change set of more than Live")
        live = given["Live"].removeprefix("ParameterValue=")
        if live not in self.template["Parameters"]["Live"]["AllowedValues"]:
            raise Refused(f"Live may not be {live}")
        self.state["change"] = {"name": o["change-set-name"], "live": live}
        return {"Id": "change"}

    def change(self, o):
        if self.state.get("change", {}).get("name") != o["change-set-name"]:
            raise Refused("there is no such change set")
        return self.state["change"]

    def describe_change_set(self, o):
        self.change(o)
        touched = [(name, r["Type"]) for name, r in self.template["Resources"].items() if r["Type"] in LISTENERS]
        touched += [("More", kind) for kind in self.state["more"]]
        return {"Changes": [{"ResourceChange": {"LogicalResourceId": name, "ResourceType": kind}} for name, kind in touched]}

    def delete_change_set(self, o):
        self.change(o)
        del self.state["change"]

    def execute_change_set(self, o):
        self.state["live"] = self.change(o)["live"]

    def wait(self, o):
        """All is done at once."""

    def autoscaling(self, verb, o):
        names = o.get("auto-scaling-group-name") or o["auto-scaling-group-names"]
        [name] = names
        size = self.state["sizes"][name]
        if verb == "describe-auto-scaling-groups":
            return {"AutoScalingGroups": [{"DesiredCapacity": size}]}
        if verb == "set-desired-capacity":
            self.state["sizes"][name] = int(o["desired-capacity"][0])
        elif verb == "start-instance-refresh":
            json.loads(o["preferences"][0])
            return {"InstanceRefreshId": f"of-{name}"}
        elif verb == "describe-instance-refreshes":
            if o["instance-refresh-ids"] != [f"of-{name}"]:
                raise Refused("there is no such refresh")
            status = self.state["refresh"].pop(0) if len(self.state["refresh"]) > 1 else self.state["refresh"][0]
            return {"InstanceRefreshes": [{"Status": status}]}
        elif verb in ("suspend-processes", "resume-processes"):
            if o["scaling-processes"] != ["AlarmNotification"]:
                raise Refused("other processes")
            self.state["suspended"] = [name] if verb == "suspend-processes" else []
        else:
            self.refuse(verb)

    def elbv2(self, verb, o):
        size = self.state["sizes"][self.group_of(o["target-group-arn"][0])]
        states = ["healthy"] * (size - self.state["ill"]) + ["unhealthy"] * self.state["ill"]
        if verb == "wait":
            # It asks until all are well, and gives up.
            if set(states) != {"healthy"}:
                raise Refused("Waiter TargetInService failed: Max attempts exceeded")
            return None
        return {"TargetHealthDescriptions": [{"TargetHealth": {"State": state}} for state in states]}

    def s3(self, verb, o):
        return None

    def refuse(self, verb):
        raise Refused(f"{verb} is not asked here")


def text(value):
    """As `--output text` writes it."""
    if isinstance(value, list):
        return "\t".join(text(one) for one in value)
    return "None" if value is None else str(value)


def main():
    words = sys.argv[1:]
    with open(os.environ["STATE"]) as file:
        state = json.load(file)
    state["log"].append(words)
    o, aws = options(words), Aws(state)
    try:
        answer = getattr(aws, words[0])(words[1], o)
    except (Refused, KeyError) as error:
        print(f"An error occurred: {error!r}", file=sys.stderr)
        answer = error
    with open(os.environ["STATE"], "w") as file:
        json.dump(state, file)
    if isinstance(answer, Exception):
        sys.exit(254)
    if "query" in o:
        print(text(jmespath.search(o["query"][0], answer)))


if __name__ == "__main__":
    main()
