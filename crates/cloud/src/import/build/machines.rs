//! Instances, alone or in groups that grow and shrink.

use super::{Build, table, texts};
use crate::import::NoteKind;
use crate::import::resource::Resource;
use crate::import::value::{Item, Known, Value};
use toml::Table;

/// How an instance is started.
pub(super) struct Launch<'i> {
    pub subnet: Option<&'i Item>,
    pub groups: Vec<String>,
    pub instance_type: String,
    role: Option<String>,
    spot: bool,
    disk_gb: Option<u32>,
    /// Does it ask for a public address; none where that is left to the subnet.
    pub public: Option<Known<bool>>,
}

impl<'a> Build<'a> {
    pub(super) fn instances(&mut self) {
        for resource in self.existing("AWS::EC2::Instance") {
            if self.is_nat(resource) {
                continue;
            }
            let layers = self.layers(resource);
            let launch = self.launch(resource, &layers);
            let subnet = launch.subnet.map_or(Err("it names no subnet".to_owned()), |item| self.named("subnets", item));
            let subnet = match subnet {
                Ok(subnet) => subnet,
                Err(why) => {
                    self.left_out(resource, resource.line, why);
                    continue;
                }
            };
            let Some(public) = self.is_public(resource, &launch, std::slice::from_ref(&subnet)) else { continue };
            let mut instance = table([("subnet", subnet.into()), ("public_address", public.into())]);
            instance.extend(self.machine(resource, launch));
            self.put_as("instances", resource, instance);
        }
    }

    pub(super) fn scaling_groups(&mut self) {
        for resource in self.existing("AWS::AutoScaling::AutoScalingGroup") {
            let subnets = self.all_named(resource, "subnets", resource.get("VPCZoneIdentifier"));
            let mut layers = self.layers(resource);
            // Its own properties say nothing of an instance.
            layers.remove(0);
            let none_known = subnets.is_empty() && !is_empty_list(resource.get("VPCZoneIdentifier"));
            if none_known || layers.is_empty() {
                let what = if none_known { "none of its subnets is known" } else { "its launch template is not known" };
                self.left_out(resource, resource.line, what);
                continue;
            }
            let launch = self.launch(resource, &layers);
            let Some(public) = self.is_public(resource, &launch, &subnets) else { continue };
            let (min, max) = (self.size(resource, "MinSize"), self.size(resource, "MaxSize"));
            let warm_up = resource.get("DefaultInstanceWarmup").and_then(|item| self.figure(resource, item));
            let mut group = table([
                ("subnets", texts(subnets)),
                ("min", min.min(max).into()),
                ("max", max.into()),
                ("public_address", public.into()),
            ]);
            group.extend(warm_up.map(|seconds| ("warm_up_s".to_owned(), i64::from(seconds).into())));
            group.extend(self.machine(resource, launch));
            self.put_as("auto_scaling_groups", resource, group);
            for item in resource.get("TargetGroupARNs").map(Item::items).unwrap_or_default() {
                let found = self.named("target_groups", item);
                if let Some(target) = self.known(resource, item, found) {
                    self.push_once("target_groups", &target, "members", self.name(&resource.id));
                }
            }
        }
    }

    /// What instances alone and in groups have.
    fn machine(&mut self, resource: &Resource, launch: Launch) -> Table {
        let mut machine = table([
            ("security_groups", texts(launch.groups)),
            ("instance_type", launch.instance_type.into()),
            ("processes", texts(self.processes(resource))),
        ]);
        let promised = resource.told("purchase").is_some_and(|item| item.value.text() == Ok("savings-plan"));
        let purchase = if launch.spot { Some("spot") } else { promised.then_some("savings-plan") };
        machine.extend(purchase.map(|purchase| ("purchase".to_owned(), purchase.into())));
        machine.extend(launch.role.map(|role| ("role".to_owned(), role.into())));
        machine.extend(launch.disk_gb.map(|gb| ("disk_gb".to_owned(), i64::from(gb).into())));
        machine
    }

    /// What runs on it: the metadata alone says it.
    fn processes(&mut self, resource: &Resource) -> Vec<String> {
        let told = resource.told("processes").map(Item::items).unwrap_or_default();
        told.iter().filter_map(|item| self.known(resource, item, item.value.text().map(str::to_owned))).collect()
    }

    /// A figure; none, and a note, where it is not known.
    pub(super) fn figure(&mut self, of: &Resource, item: &Item) -> Option<u32> {
        let figure = item.number();
        self.known(of, item, figure)
    }

    fn size(&mut self, resource: &Resource, key: &str) -> i64 {
        let size = resource.get(key).map_or(Err("there is none".to_owned()), Item::number::<u32>);
        size.map(i64::from).unwrap_or_else(|why| {
            self.note(resource, resource.line, NoteKind::Assumed, format!("{key} is taken to be 1: {why}"));
            1
        })
    }

    /// The properties of an instance, then those of its template.
    fn layers(&self, resource: &'a Resource) -> Vec<&'a Item> {
        let template = [
            resource.body.at(&["LaunchTemplate", "LaunchTemplateId"]),
            resource.body.at(&["LaunchTemplate", "LaunchTemplateName"]),
            resource.body.at(&[
                "MixedInstancesPolicy",
                "LaunchTemplate",
                "LaunchTemplateSpecification",
                "LaunchTemplateId",
            ]),
            resource.get("LaunchConfigurationName"),
        ];
        let found = template.into_iter().flatten().filter_map(|item| self.template(item));
        [&resource.body].into_iter().chain(found).collect()
    }

    fn template(&self, item: &Item) -> Option<&'a Item> {
        if let Some(launch) = item.resource().ok().and_then(|id| self.by_id.get(id)).filter(|r| r.exists == Some(true))
        {
            return launch.get("LaunchTemplateData").or(Some(&launch.body));
        }
        // A template may be named by the name that it gives itself.
        let text = item.value.text().ok()?;
        let templates =
            self.resources.iter().filter(|r| r.kind == "AWS::EC2::LaunchTemplate" && r.exists == Some(true));
        let own = |r: &&_| Resource::get(r, "LaunchTemplateName").is_some_and(|name| name.value.text() == Ok(text));
        templates.filter(own).find_map(|r| r.get("LaunchTemplateData"))
    }

    /// What the first of these layers that says it says.
    pub(super) fn launch<'i>(&mut self, of: &Resource, layers: &[&'i Item]) -> Launch<'i> {
        let first = |keys: &[&str]| layers.iter().find_map(|layer| keys.iter().find_map(|key| layer.get(key)));
        let card = first(&["NetworkInterfaces"]).and_then(|cards| cards.items().first());
        let of_card = |keys: &[&str]| card.and_then(|card| keys.iter().find_map(|key| card.get(key)));
        let groups = of_card(&["GroupSet", "Groups"]).or_else(|| first(&["SecurityGroupIds", "SecurityGroups"]));
        let public = of_card(&["AssociatePublicIpAddress"]).or_else(|| first(&["AssociatePublicIpAddress"]));
        let groups = self.groups(of, groups);
        let instance_type = self.text_or(of, first(&["InstanceType"]));
        let subnet = of_card(&["SubnetId"]).or_else(|| first(&["SubnetId"]));
        let role = first(&["IamInstanceProfile"]).and_then(|profile| self.role_of(profile));
        let market = first(&["InstanceMarketOptions"]).and_then(|market| market.get("MarketType"));
        let spot = market.is_some_and(|kind| kind.value.text() == Ok("spot"));
        let disk_gb = first(&["BlockDeviceMappings"]).and_then(disk).and_then(|size| self.figure(of, size));
        Launch { subnet, groups, instance_type, role, spot, disk_gb, public: public.map(Item::truth) }
    }

    /// Do instances get public addresses: none, and a note, where that is not known.
    fn is_public(&mut self, of: &Resource, launch: &Launch, subnets: &[String]) -> Option<bool> {
        if self.has_elastic_address(&of.id) {
            return Some(true);
        }
        let by_subnet = || {
            let all: Known<Vec<bool>> = subnets.iter().filter_map(|name| self.public.get(name).cloned()).collect();
            let all = all?;
            let same = all.windows(2).all(|pair| pair[0] == pair[1]);
            if same { Ok(all.first().copied().unwrap_or(false)) } else { Err("its subnets differ".to_owned()) }
        };
        let public = launch.public.clone().unwrap_or_else(by_subnet);
        public
            .map_err(|why| self.left_out(of, of.line, format!("whether it gets a public address is not known: {why}")))
            .ok()
    }

    fn has_elastic_address(&self, id: &str) -> bool {
        let kinds = ["AWS::EC2::EIP", "AWS::EC2::EIPAssociation"];
        let all = kinds.iter().flat_map(|kind| self.possible(kind)).filter_map(|address| address.get("InstanceId"));
        all.into_iter().any(|item| matches!(&item.value, Value::Resource(of, _) if of == id))
    }
}

/// What Linux images call their first disk (Amazon EC2 User Guide, device names):
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html>.
const FIRST: &[&str] = &["/dev/xvda", "/dev/sda1"];

/// The size of the first disk.
fn disk(disks: &Item) -> Option<&Item> {
    let is_first = |disk: &&Item| {
        disk.get("DeviceName").and_then(|name| name.value.text().ok()).is_some_and(|name| FIRST.contains(&name))
    };
    disks.items().iter().find(is_first)?.at(&["Ebs", "VolumeSize"])
}

/// Is this a list that says it has nothing.
pub(super) fn is_empty_list(item: Option<&Item>) -> bool {
    item.is_some_and(|item| matches!(&item.value, Value::List(items) if items.is_empty()))
}
