//! Instances, alone and in groups.

use super::template::{Resource, attribute, id, reference};
use super::yaml::{Yaml, map};
use super::{Done, EmitError, Emitter, subnets_of};
use crate::design::{AutoScalingGroup, Instance, Purchase, Text};

impl Emitter<'_> {
    pub(super) fn auto_scaling_groups(&mut self) -> Done {
        for (name, group) in &self.design.auto_scaling_groups {
            let name = name.get_ref();
            if group.protected && group.role.is_none() {
                let why = "its instances keep themselves by a call to AWS, for which they need a role";
                return Err(EmitError::unsupported(format!("protected `{name}` without a role"), why));
            }
            self.launch_template(name, group)?;
            self.auto_scaling_group(name, group)?;
            self.scaling_policy(name, group)?;
        }
        Ok(())
    }

    fn launch_template(&mut self, name: &str, group: &AutoScalingGroup) -> Done {
        let interface = map! {
            "DeviceIndex" => 0,
            "AssociatePublicIpAddress" => group.public_address,
            "Groups" => self.groups_of(name, &group.security_groups)?,
        };
        let profile = group.role.as_ref().map(|role| map! { "Arn" => attribute(&profile(role), "Arn") });
        let data = map! { "ImageId" => self.image(&group.instance_type) }
            .with("InstanceType", self.instance_type(name, &group.instance_type))
            .with_some("IamInstanceProfile", profile)
            .with("NetworkInterfaces", vec![interface])
            .with("BlockDeviceMappings", disk(group.disk_gb))
            .with("MetadataOptions", map! { "HttpTokens" => "required" })
            .with_some("UserData", self.starts_release(name))
            .with_some("InstanceMarketOptions", spot(group.purchase));
        let resource = Resource::new(id(name, "LaunchTemplate"), "AWS::EC2::LaunchTemplate", name);
        self.template.add(resource, map! { "LaunchTemplateData" => data })
    }

    fn auto_scaling_group(&mut self, name: &str, group: &AutoScalingGroup) -> Done {
        let targets: Vec<Yaml> =
            self.target_groups_of(name).map(|target| reference(id(target, "TargetGroup"))).collect();
        let check = if targets.is_empty() { "EC2" } else { "ELB" };
        let counted = map! { "Granularity" => "1Minute", "Metrics" => vec!["GroupInServiceInstances".into()] };
        let properties = map! {
            "VPCZoneIdentifier" => subnets_of(&group.subnets),
            "LaunchTemplate" => launched(name),
            "MinSize" => group.min.to_string(),
            "MaxSize" => group.max.to_string(),
            "DefaultInstanceWarmup" => group.warm_up_s,
            "HealthCheckType" => check,
            "HealthCheckGracePeriod" => group.warm_up_s,
        }
        .with_some("TargetGroupARNs", (!targets.is_empty()).then_some(targets))
        .with_some("MetricsCollection", self.divides(group).then(|| vec![counted]))
        .with("Tags", self.propagated(name));
        let kind = "AWS::AutoScaling::AutoScalingGroup";
        let resource = Resource::new(id(name, "AutoScalingGroup"), kind, name).named();
        let resource = resource.meta("protected", group.protected.then_some(true));
        self.template.add(told(resource, group.purchase, &group.processes), properties)
    }

    /// The target groups that have a member of this name.
    pub(super) fn target_groups_of<'b>(&'b self, member: &'b str) -> impl Iterator<Item = &'b str> {
        let groups = self.design.target_groups.iter();
        let of = groups.filter(move |(_, group)| group.members.iter().any(|name| name.get_ref() == member));
        of.map(|(name, _)| name.get_ref().as_str())
    }

    /// Tags that the instances of a group get too.
    fn propagated(&self, name: &str) -> Vec<Yaml> {
        let Yaml::List(tags) = self.tags(name) else { return Vec::new() };
        tags.into_iter().map(|tag| tag.with("PropagateAtLaunch", true)).collect()
    }

    pub(super) fn instances(&mut self) -> Done {
        for (name, instance) in &self.design.instances {
            let name = name.get_ref();
            let template = spot(instance.purchase).map(|options| map! { "InstanceMarketOptions" => options });
            let is_spot = template.is_some();
            if let Some(data) = template {
                let resource = Resource::new(id(name, "LaunchTemplate"), "AWS::EC2::LaunchTemplate", name);
                self.template.add(resource, map! { "LaunchTemplateData" => data })?;
            }
            let properties = self.instance(name, instance)?;
            let properties = properties.with_some("LaunchTemplate", is_spot.then(|| launched(name)));
            let resource = Resource::new(id(name, "Instance"), "AWS::EC2::Instance", name).named();
            let resource = told(resource, instance.purchase, &instance.processes);
            self.template.add(resource, properties.with("Tags", self.tags(name)))?;
        }
        Ok(())
    }

    fn instance(&mut self, name: &str, instance: &Instance) -> Result<Yaml, EmitError> {
        let groups = self.groups_of(name, &instance.security_groups)?;
        let subnet = reference(id(instance.subnet.get_ref(), "Subnet"));
        let properties = map! {
            "ImageId" => self.image(&instance.instance_type),
            "InstanceType" => self.instance_type(name, &instance.instance_type),
        };
        let properties =
            properties.with_some("IamInstanceProfile", instance.role.as_ref().map(|r| reference(profile(r))));
        let properties = if instance.public_address {
            let interface = map! {
                "DeviceIndex" => "0",
                "AssociatePublicIpAddress" => true,
                "SubnetId" => subnet,
                "GroupSet" => groups,
            };
            let public = attribute(&id(name, "Instance"), "PublicIp");
            self.template.output(id(name, "InstancePublicIp"), &format!("The public address of {name}"), public);
            properties.with("NetworkInterfaces", vec![interface])
        } else {
            properties.with("SubnetId", subnet).with("SecurityGroupIds", groups)
        };
        Ok(properties.with("BlockDeviceMappings", disk(instance.disk_gb)))
    }

    /// The type of a machine: a parameter, so that it can be tried out.
    pub(super) fn instance_type(&mut self, name: &str, kind: &str) -> Yaml {
        let parameter = id(name, "InstanceType");
        self.template.parameter(&parameter, "String", &format!("What {name} runs on"), Some(kind));
        reference(parameter)
    }

    /// The image that fits the processor of a type.
    pub(super) fn image(&mut self, kind: &str) -> Yaml {
        let (parameter, architecture) = if is_arm(kind) { ("ImageArm", "arm64") } else { ("Image", "x86_64") };
        let newest = format!("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}");
        let kind = "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>";
        let about = format!("The image of machines with {architecture}, by a parameter of Systems Manager");
        self.template.parameter(parameter, kind, &about, Some(&newest));
        reference(parameter)
    }
}

/// Graviton: a `g` among the letters behind the generation, as in `t4g` and `c7gn`
/// (<https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html>); and `a1`.
fn is_arm(kind: &str) -> bool {
    let family = kind.split('.').next().unwrap_or_default();
    let options =
        family.trim_start_matches(|c: char| !c.is_ascii_digit()).trim_start_matches(|c: char| c.is_ascii_digit());
    family == "a1" || options.contains('g')
}

/// What the template cannot say of a machine.
fn told(resource: Resource, purchase: Purchase, processes: &[String]) -> Resource {
    let processes: Vec<Yaml> = processes.iter().map(|process| process.as_str().into()).collect();
    let promised = (purchase == Purchase::SavingsPlan).then_some("savings-plan");
    resource.meta("purchase", promised).meta("processes", (!processes.is_empty()).then_some(processes))
}

fn profile(role: &Text) -> String {
    id(role.get_ref(), "InstanceProfile")
}

fn launched(name: &str) -> Yaml {
    let template = id(name, "LaunchTemplate");
    map! { "LaunchTemplateId" => reference(template.as_str()), "Version" => attribute(&template, "LatestVersionNumber") }
}

fn spot(purchase: Purchase) -> Option<Yaml> {
    (purchase == Purchase::Spot).then(|| map! { "MarketType" => "spot" })
}

fn disk(gb: u32) -> Yaml {
    let volume = map! { "VolumeSize" => gb, "VolumeType" => "gp3", "Encrypted" => true };
    vec![map! { "DeviceName" => "/dev/xvda", "Ebs" => volume }].into()
}
