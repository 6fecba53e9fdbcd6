"""A deployed stack against its design, object by object.

What is expected is worked out here from the TOML alone, with the defaults written down once more: nothing is shared with
the crate but the file.
"""
import json


def words(rule):
    """`tcp 443 from 0.0.0.0/0` as (protocol, from, to, peer)."""
    parts = rule.split()
    protocol = parts.pop(0)
    ports = parts.pop(0) if protocol in ("tcp", "udp") else None
    peer = " ".join(parts[1:])
    if protocol == "all":
        return "-1", None, None, peer
    if protocol == "icmp":
        return "icmp", -1, -1, peer
    first, last = ("0", "65535") if ports == "any" else (ports.split("-") * 2)[:2]
    return protocol, int(first), int(last), peer


def name_of(thing):
    tags = thing.get("Tags", thing.get("TagList", []))
    return next((tag["Value"] for tag in tags if tag["Key"] == "Name"), None)


class Readback:
    def __init__(self, design, clients, parts, skipped):
        self.design, self.clients, self.parts, self.skipped = design, clients, parts, skipped
        self.swapped = False
        self.wrong, self.seen, self.compared, self.right = [], set(), 0, {}
        self.ec2, self.region = clients("ec2"), design["region"]

    def same(self, key, name, expected, found):
        """One value. Where moto is known to lose it, it must be lost at least once."""
        self.compared += 1
        if expected == found:
            self.right.setdefault(key, name)
        elif key in self.skipped:
            self.seen.add(key)
        else:
            self.wrong.append(f"{key} of {name}: expected {expected!r}, found {found!r}")

    def faults(self):
        for part in (self.network, self.gateways, self.groups, self.endpoints, self.balancers, self.machines, self.stores,
                     self.queues, self.buckets, self.rights, self.records):
            part()
        return self.wrong

    def physical(self, kind):
        """By name of a part, what moto calls the resource that stands for it."""
        return {name: physical for (of, name), physical in self.parts.items() if of == kind}

    def of(self, kind):
        return self.design.get(kind, {})

    # ---- network ----

    def network(self):
        [vpc] = [v for v in self.ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]]
        self.vpc = vpc["VpcId"]
        self.same("vpc.cidr", "vpc", self.design["vpc"]["cidr"], vpc["CidrBlock"])
        mine = [{"Name": "vpc-id", "Values": [self.vpc]}]
        subnets = self.ec2.describe_subnets(Filters=mine)["Subnets"]
        self.subnet = {name_of(s): s["SubnetId"] for s in subnets}
        self.same("subnets", "vpc", set(self.of("subnets")), set(self.subnet))
        for subnet in subnets:
            name, wanted = name_of(subnet), self.of("subnets")[name_of(subnet)]
            self.same("subnet.cidr", name, wanted["cidr"], subnet["CidrBlock"])
            self.same("subnet.zone", name, self.region + wanted["zone"], subnet["AvailabilityZone"])
            self.same("subnet.public", name, False, subnet["MapPublicIpOnLaunch"])
        self.tables(self.ec2.describe_route_tables(Filters=mine)["RouteTables"])

    def tables(self, tables):
        self.table = self.physical("AWS::EC2::RouteTable")
        names = {id: name for name, id in self.table.items()}
        self.same("tables", "vpc", set(self.of("route_tables")), set(self.table))
        users = lambda name: {s for s, subnet in self.of("subnets").items() if subnet.get("route_table") == name}
        for table in (t for t in tables if t["RouteTableId"] in names):
            name = names[table["RouteTableId"]]
            wanted = self.of("route_tables")[name]
            # The routes of gateway endpoints are AWS's, not the template's; the local one is nobody's.
            routes = {r["DestinationCidrBlock"]: self.target(r) for r in table["Routes"]
                      if r.get("GatewayId") != "local" and "DestinationCidrBlock" in r}
            self.same("table.routes", name, set(wanted), set(routes))
            for to, target in wanted.items():
                self.same("route.target", f"{name} {to}", target, routes.get(to))
            ids = {a.get("SubnetId") for a in table["Associations"]}
            self.same("table.subnets", name, {self.subnet[s] for s in users(name)}, ids - {None})

    def target(self, route):
        """The name of the NAT that a route leads to, or `internet`."""
        kinds = ("AWS::EC2::NatGateway", "AWS::EC2::Instance")
        nats = {id: name for kind in kinds for name, id in self.physical(kind).items()}
        to = route.get("NatGatewayId") or route.get("InstanceId")
        return nats.get(to) if to else "internet" if route.get("GatewayId", "").startswith("igw-") else None

    def gateways(self):
        igws = [g for g in self.ec2.describe_internet_gateways()["InternetGateways"]
                if any(a["VpcId"] == self.vpc for a in g["Attachments"])]
        self.same("gateway", "vpc", 1 if self.design["vpc"].get("internet_gateway", True) else 0, len(igws))
        found = self.ec2.describe_nat_gateways()["NatGateways"]
        wanted = {name: nat for name, nat in self.of("nats").items() if nat.get("kind", "gateway") == "gateway"}
        self.same("nat.names", "vpc", set(wanted), {name_of(n) for n in found})
        by_id = {n["NatGatewayId"]: n for n in found}
        for name, id in self.physical("AWS::EC2::NatGateway").items():
            self.same("nat.subnet", name, self.subnet[wanted[name]["subnet"]], by_id[id]["SubnetId"])
        self.same("nat.addresses", "vpc", [True] * len(wanted), [bool(n["NatGatewayAddresses"][0].get("AllocationId")) for n in found])
        addresses = [name_of(a) for a in self.ec2.describe_addresses()["Addresses"]]
        self.same("address.names", "vpc", sorted(self.of("nats")), sorted(filter(None, addresses)))
        self.same("addresses", "vpc", len(self.of("nats")), len(addresses))

    # ---- rules ----

    def groups(self):
        found = [g for g in self.ec2.describe_security_groups()["SecurityGroups"] if g["VpcId"] == self.vpc]
        found = {name_of(g): g for g in found if g["GroupName"] != "default"}
        self.group = {name: g["GroupId"] for name, g in found.items()}
        self.same("groups", "vpc", set(self.of("security_groups")), set(found))
        for name, group in self.of("security_groups").items():
            inbound = {self.rule(rule) for rule in group["inbound"]}
            self.same("group.inbound", name, inbound, self.rules(found[name]["IpPermissions"]))
            outbound = {self.rule(rule) for rule in group["outbound"]}
            self.same("group.outbound", name, outbound, self.rules(found[name]["IpPermissionsEgress"]))

    def rule(self, text):
        protocol, first, last, peer = words(text)
        peer = "pl-12345678" if peer.startswith("prefix ") else self.group.get(peer, peer)
        return protocol, first, last, peer

    def rules(self, permissions):
        out = set()
        for p in permissions:
            ports = (None, None) if p["IpProtocol"] == "-1" else (p.get("FromPort"), p.get("ToPort"))
            peers = [r["CidrIp"] for r in p["IpRanges"]] + [g["GroupId"] for g in p["UserIdGroupPairs"]]
            peers += [l["PrefixListId"] for l in p.get("PrefixListIds", [])]
            out |= {(p["IpProtocol"], *ports, peer) for peer in peers}
        return out

    def endpoints(self):
        by_id = {e["VpcEndpointId"]: e for e in self.ec2.describe_vpc_endpoints()["VpcEndpoints"]}
        found = {n: by_id[id] for n, id in self.physical("AWS::EC2::VPCEndpoint").items()}
        self.same("endpoints", "vpc", set(self.of("endpoints")), set(found))
        for name, endpoint in self.of("endpoints").items():
            there = found[name]
            self.same("endpoint.kind", name, endpoint["kind"].capitalize(), there["VpcEndpointType"])
            self.same("endpoint.service", name, f"com.amazonaws.{self.region}.{endpoint['service']}", there["ServiceName"])
            tables = {self.table[table] for table in endpoint.get("route_tables", [])}
            self.same("endpoint.tables", name, tables, set(there.get("RouteTableIds", [])))
            self.same("endpoint.subnets", name, {self.subnet[s] for s in endpoint.get("subnets", [])}, set(there.get("SubnetIds", [])))
            groups = {g["GroupId"] if isinstance(g, dict) else g for g in there.get("Groups", [])}
            self.same("endpoint.groups", name, {self.group[g] for g in endpoint.get("security_groups", [])}, groups)

    # ---- machines ----

    def balancers(self):
        self.elb = self.clients("elbv2")
        by_arn = {t["TargetGroupArn"]: t for t in self.elb.describe_target_groups()["TargetGroups"]}
        self.targets = {n: by_arn[arn] for n, arn in self.physical("AWS::ElasticLoadBalancingV2::TargetGroup").items()}
        self.same("target groups", "vpc", set(self.of("target_groups")), set(self.targets))
        for name, group in self.of("target_groups").items():
            there, health = self.targets[name], group.get("health", {})
            self.same("target.port", name, group["port"], there["Port"])
            for key, expected in (("HealthCheckPath", health.get("path", "/")), ("HealthCheckIntervalSeconds", health.get("interval_s", 30)),
                                  ("HealthCheckTimeoutSeconds", health.get("timeout_s", 5)), ("HealthyThresholdCount", health.get("healthy", 5)),
                                  ("UnhealthyThresholdCount", health.get("unhealthy", 2))):
                self.same(f"target.{key}", name, expected, there[key])
            members = [t["Target"]["Id"] for t in self.elb.describe_target_health(TargetGroupArn=there["TargetGroupArn"])["TargetHealthDescriptions"]]
            alone = [m for m in group["members"] if m in self.of("instances")]
            self.same("target.members", name, True, len(members) >= len(alone))
        by_arn = {b["LoadBalancerArn"]: b for b in self.elb.describe_load_balancers()["LoadBalancers"]}
        found = {n: by_arn[arn] for n, arn in self.physical("AWS::ElasticLoadBalancingV2::LoadBalancer").items()}
        self.same("balancers", "vpc", set(self.of("load_balancers")), set(found))
        for name, balancer in self.of("load_balancers").items():
            self.balancer(name, balancer, found[name])

    def balancer(self, name, balancer, there):
        self.same("balancer.scheme", name, balancer.get("scheme", "internet-facing"), there["Scheme"])
        self.same("balancer.subnets", name, {self.subnet[s] for s in balancer["subnets"]}, {z["SubnetId"] for z in there["AvailabilityZones"]})
        self.same("balancer.groups", name, {self.group[g] for g in balancer["security_groups"]}, set(there["SecurityGroups"]))
        listeners = {l["Port"]: l for l in self.elb.describe_listeners(LoadBalancerArn=there["LoadBalancerArn"])["Listeners"]}
        self.same("balancer.ports", name, {l["port"] for l in balancer["listeners"]}, set(listeners))
        for listener in balancer["listeners"]:
            found, at = listeners[listener["port"]], f"{name} {listener['port']}"
            self.same("listener.protocol", at, listener.get("protocol", "https").upper(), found["Protocol"])
            self.same("listener.target", at, self.shares(listener["target"]), self.forwards(found["DefaultActions"]))
            rules = self.elb.describe_rules(ListenerArn=found["ListenerArn"])["Rules"]
            there = [(int(r["Priority"]), self.conditions(r), self.forwards(r["Actions"])) for r in rules if not r["IsDefault"]]
            wanted = [(n + 1, {k: r[k] for k in ("host", "path") if k in r}, self.shares(r["target"])) for n, r in enumerate(listener.get("rules", []))]
            self.same("listener.rules", at, wanted, sorted(there, key=lambda rule: rule[0]))

    def arn(self, target):
        return self.targets[target]["TargetGroupArn"]

    def shares(self, target):
        """What share of the requests each target group gets where a listener leads to one: two colours stand together."""
        colours = self.design.get("colours", {})
        pair = [colours.get("live"), colours.get("idle")]
        if target not in pair:
            return {self.arn(target): 100}
        return {self.arn(colour): 100 if (colour == target) != self.swapped else 0 for colour in pair}

    def forwards(self, actions):
        [action] = actions
        if "ForwardConfig" not in action or "Weight" not in action["ForwardConfig"]["TargetGroups"][0]:
            return {action["TargetGroupArn"]: 100}
        return {one["TargetGroupArn"]: int(one["Weight"]) for one in action["ForwardConfig"]["TargetGroups"]}

    def switched(self):
        """The same once more, after the other colour went live: what leads to one of them leads to the other."""
        self.swapped, self.wrong = True, []
        self.balancers()
        return self.wrong

    def conditions(self, rule):
        words = {"host-header": ("host", "HostHeaderConfig"), "path-pattern": ("path", "PathPatternConfig")}
        of = lambda c: (c.get("Values") or c[words[c["Field"]][1]]["Values"])[0]
        return {words[c["Field"]][0]: of(c) for c in rule["Conditions"]}

    def machines(self):
        groups = self.clients("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        by_name = {g["AutoScalingGroupName"]: g for g in groups}
        found = {n: by_name[name] for n, name in self.physical("AWS::AutoScaling::AutoScalingGroup").items()}
        self.same("auto-scaling groups", "vpc", set(self.of("auto_scaling_groups")), set(found))
        for name, group in self.of("auto_scaling_groups").items():
            self.scaling(name, group, found[name])
        reservations = self.ec2.describe_instances()["Reservations"]
        by_id = {i["InstanceId"]: i for r in reservations for i in r["Instances"]}
        found = {n: by_id[id] for n, id in self.physical("AWS::EC2::Instance").items()}
        nats = {name: {"instance_type": "t4g.nano", "public_address": True, **n} for name, n in self.of("nats").items() if n.get("kind") == "instance"}
        for name, instance in {**self.of("instances"), **nats}.items():
            there = found[name]
            self.same("instance.type", name, instance["instance_type"], there["InstanceType"])
            self.same("instance.subnet", name, self.subnet[instance["subnet"]], there.get("SubnetId"))
            self.same("instance.groups", name, {self.group[g] for g in instance["security_groups"]}, {g["GroupId"] for g in there["SecurityGroups"]})
            if name in nats:
                check = self.ec2.describe_instance_attribute(InstanceId=there["InstanceId"], Attribute="sourceDestCheck")
                self.same("nat.check", name, False, check["SourceDestCheck"]["Value"])

    def scaling(self, name, group, there):
        for key, expected in (("MinSize", group["min"]), ("MaxSize", group["max"]), ("HealthCheckGracePeriod", group.get("warm_up_s", 300))):
            self.same(f"group.{key}", name, expected, there[key])
        self.same("group.subnets", name, {self.subnet[s] for s in group["subnets"]}, set(there["VPCZoneIdentifier"].split(",")))
        targets = {self.arn(t) for t, g in self.of("target_groups").items() if name in g["members"]}
        self.same("group.targets", name, targets, set(there.get("TargetGroupARNs", [])))
        self.same("group.health", name, "ELB" if targets else "EC2", there["HealthCheckType"])
        template = there["LaunchTemplate"]["LaunchTemplateId"]
        data = self.ec2.describe_launch_template_versions(LaunchTemplateId=template)["LaunchTemplateVersions"][0]["LaunchTemplateData"]
        [interface] = data["NetworkInterfaces"]
        self.same("launch.type", name, group["instance_type"], data["InstanceType"])
        self.same("launch.groups", name, {self.group[g] for g in group["security_groups"]}, set(interface["Groups"]))
        self.same("launch.public", name, group.get("public_address", False), interface["AssociatePublicIpAddress"])
        self.same("launch.disk", name, group.get("disk_gb", 8), data["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"])
        spot = data.get("InstanceMarketOptions", {}).get("MarketType")
        self.same("launch.spot", name, "spot" if group.get("purchase") == "spot" else None, spot)
        self.same("launch.role", name, "role" in group, "IamInstanceProfile" in data)

    # ---- services ----

    def stores(self):
        by_id = {d["DBInstanceIdentifier"]: d for d in self.clients("rds").describe_db_instances()["DBInstances"]}
        found = {n: by_id[id] for n, id in self.physical("AWS::RDS::DBInstance").items()}
        self.same("databases", "vpc", set(self.of("databases")), set(found))
        for name, database in self.of("databases").items():
            there = found[name]
            port = database.get("port", 3306 if database["engine"] == "mysql" else 5432)
            for key, expected in (("Engine", database["engine"]), ("DBInstanceClass", database["instance_class"]),
                                  ("AllocatedStorage", database.get("storage_gb", 20)), ("MultiAZ", database.get("multi_az", False)),
                                  ("PubliclyAccessible", database.get("public_address", False)), ("StorageEncrypted", database.get("encrypted", True))):
                self.same(f"database.{key}", name, expected, there[key])
            self.same("database.port", name, port, there.get("Endpoint", {}).get("Port"))
            subnets = {s["SubnetIdentifier"] for s in there["DBSubnetGroup"]["Subnets"]}
            self.same("database.subnets", name, {self.subnet[s] for s in database["subnets"]}, subnets)
            groups = {g["VpcSecurityGroupId"] for g in there["VpcSecurityGroups"]}
            self.same("database.groups", name, {self.group[g] for g in database["security_groups"]}, groups)
            self.same("database.password", name, True, "MasterUserSecret" in there)

    def queues(self):
        sqs = self.clients("sqs")
        found = {n: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
                 for n, url in self.physical("AWS::SQS::Queue").items()}
        self.same("queues", "vpc", set(self.of("queues")), set(found))
        for name, queue in self.of("queues").items():
            there = found[name]
            self.same("queue.visibility", name, str(queue.get("visibility_s", 30)), there["VisibilityTimeout"])
            redrive = json.loads(there.get("RedrivePolicy", "{}"))
            arn = found[queue["dead_letters"]]["QueueArn"] if "dead_letters" in queue else None
            self.same("queue.dead letters", name, arn, redrive.get("deadLetterTargetArn"))
            self.same("queue.receives", name, queue.get("receives"), redrive.get("maxReceiveCount") and int(redrive["maxReceiveCount"]))

    def buckets(self):
        s3 = self.clients("s3")
        found = self.physical("AWS::S3::Bucket")
        self.same("buckets", "vpc", set(self.of("buckets")), set(found))
        for name, bucket in self.of("buckets").items():
            try:
                block = s3.get_public_access_block(Bucket=found[name])["PublicAccessBlockConfiguration"]
            except s3.exceptions.ClientError:
                block = {}
            self.same("bucket.block", name, not bucket.get("public", False), block.get("RestrictPublicBuckets"))
            try:
                s3.get_bucket_encryption(Bucket=found[name])
                encrypted = True
            except s3.exceptions.ClientError:
                encrypted = False
            self.same("bucket.encrypted", name, bucket.get("encrypted", True), encrypted)

    def rights(self):
        iam = self.clients("iam")
        roles = self.physical("AWS::IAM::Role")
        release = roles.pop(None, None)
        self.same("role of releases", "vpc", "releases" in self.design.get("colours", {}), release is not None)
        if release:
            self.release(iam.get_role(RoleName=release)["Role"])
        self.same("roles", "vpc", set(self.of("roles")), set(roles))
        for name, role in self.of("roles").items():
            policies = iam.list_role_policies(RoleName=roles[name])["PolicyNames"]
            documents = [iam.get_role_policy(RoleName=roles[name], PolicyName=p)["PolicyDocument"] for p in policies]
            said = [s for d in documents for s in d["Statement"]]
            keeps = any(g.get("protected") and g.get("role") == name for g in self.of("auto_scaling_groups").values())
            actions = [right.split(" on ")[0] for right in role["allow"]] + ["autoscaling:SetInstanceProtection"] * keeps
            self.same("role.actions", name, sorted(actions), sorted(s["Action"] for s in said))
            everything = [right.split(" on ")[0] for right in role["allow"] if right.endswith(" on *")]
            self.same("role.wildcards", name, everything, [s["Action"] for s in said if s["Resource"] == "*"])
            profiles = iam.list_instance_profiles_for_role(RoleName=roles[name])["InstanceProfiles"]
            self.same("role.profile", name, 1, len(profiles))

    def release(self, role):
        [trust] = role["AssumeRolePolicyDocument"]["Statement"]
        issuer = "token.actions.githubusercontent.com"
        self.same("release.trust", "action", "sts:AssumeRoleWithWebIdentity", trust["Action"])
        wanted = {"StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": "repo:owner/name:environment:production"}}
        self.same("release.trust", "condition", wanted, trust["Condition"])
        self.same("release.provider", "trust", True, trust["Principal"]["Federated"].endswith(f":oidc-provider/{issuer}"))

    def records(self):
        if not self.of("records"):
            return
        route53 = self.clients("route53")
        [zone] = route53.list_hosted_zones()["HostedZones"]
        sets = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        found = sorted((r["Name"].rstrip("."), r.get("SetIdentifier"), r.get("Failover")) for r in sets if r["Type"] == "A")
        wanted = []
        for name, record in self.of("records").items():
            simple, fails = record.get("policy", "simple") == "simple", record.get("policy") == "failover"
            for place, target in enumerate(record["targets"]):
                wanted.append((name, None if simple else target, ("PRIMARY", "SECONDARY")[place] if fails else None))
        self.same("records", "zone", sorted(wanted, key=str), sorted(found, key=str))
        checks = route53.list_health_checks()["HealthChecks"]
        self.same("health checks", "zone", sum(len(r["targets"]) for r in self.of("records").values() if "health_path" in r), len(checks))
