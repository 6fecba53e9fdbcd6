//! Whom machines are to AWS, and what they may do: each right on the very queue, bucket or objects that the design names.

use super::template::{Resource, attribute, id, plain, reference, sub};
use super::yaml::{Yaml, map};
use super::{Done, EmitError, Emitter};
use crate::design::{Permission, Role};

impl Emitter<'_> {
    pub(super) fn roles(&mut self) -> Done {
        for (name, role) in &self.design.roles {
            let name = name.get_ref();
            self.role(name)?;
            self.policy(name, role)?;
        }
        Ok(())
    }

    fn role(&mut self, name: &str) -> Done {
        let machines = map! {
            "Effect" => "Allow",
            "Principal" => map! { "Service" => "ec2.amazonaws.com" },
            "Action" => "sts:AssumeRole",
        };
        let properties = map! {
            "AssumeRolePolicyDocument" => document(vec![machines]),
            "Tags" => self.tags(name),
        };
        self.template.add(Resource::new(id(name, "Role"), "AWS::IAM::Role", name).named(), properties)?;
        let roles = map! { "Roles" => vec![reference(id(name, "Role"))] };
        let profile = Resource::new(id(name, "InstanceProfile"), "AWS::IAM::InstanceProfile", name);
        self.template.add(profile, roles)
    }

    fn policy(&mut self, name: &str, role: &Role) -> Done {
        let rights: Result<Vec<Yaml>, _> = role.allow.iter().map(|right| self.right(name, right.get_ref())).collect();
        let mut rights = rights?;
        rights.extend(self.keepers(name));
        if rights.is_empty() {
            return Ok(());
        }
        let properties = map! {
            "PolicyName" => id(name, "Policy"),
            "Roles" => vec![reference(id(name, "Role"))],
            "PolicyDocument" => document(rights),
        };
        let resource = Resource::new(id(name, "Policy"), "AWS::IAM::Policy", name);
        self.template.add(resource.meta("with_path", with_path(role)), properties)
    }

    fn right(&self, role: &str, right: &Permission) -> Result<Yaml, EmitError> {
        let what = || format!("`{right}` of role `{role}`");
        let (on, path) = right.on.split_once('/').map_or((right.on.as_str(), None), |(on, path)| (on, Some(path)));
        let resource: Yaml = if on == "*" && path.is_some() {
            return Err(EmitError::unsupported(what(), "whatever there is has no paths"));
        } else if on == "*" {
            "*".into()
        } else if self.design.buckets.contains_key(on) {
            of_bucket(on, path, &right.action)
        } else if path.is_some() {
            return Err(EmitError::unsupported(what(), "a queue has no paths"));
        } else {
            attribute(&id(on, "Queue"), "Arn")
        };
        Ok(map! { "Effect" => "Allow", "Action" => right.action.as_str(), "Resource" => resource })
    }

    /// Instances of a protected group keep themselves from being taken away, and no others.
    fn keepers(&self, role: &str) -> Option<Yaml> {
        let of_role = self
            .design
            .auto_scaling_groups
            .iter()
            .filter(|(_, group)| group.protected && group.role.as_ref().is_some_and(|name| name.get_ref() == role));
        let groups: Vec<Yaml> = of_role.map(|(name, _)| arn_of_group(name.get_ref())).collect();
        (!groups.is_empty()).then(|| {
            map! {
                "Sid" => "KeepWorkingInstances",
                "Effect" => "Allow",
                "Action" => "autoscaling:SetInstanceProtection",
                "Resource" => groups,
            }
        })
    }
}

/// The places of rights such as `s3:GetObject on media/*`, which a policy tells not from `s3:GetObject on media`.
fn with_path(role: &Role) -> Option<Vec<Yaml>> {
    let rights = role.allow.iter().map(toml::Spanned::get_ref).enumerate();
    let told = rights.filter(|(_, right)| right.on.split_once('/').is_some_and(|(_, path)| path == "*"));
    let places: Vec<Yaml> = told.map(|(place, _)| place.into()).collect();
    (!places.is_empty()).then_some(places)
}

/// The name of an auto-scaling group in policies.
pub(super) fn arn_of_group(name: &str) -> Yaml {
    let group = id(name, "AutoScalingGroup");
    sub(format!(
        "arn:${{AWS::Partition}}:autoscaling:${{AWS::Region}}:${{AWS::AccountId}}:\
         autoScalingGroup:*:autoScalingGroupName/${{{group}}}"
    ))
}

/// A policy.
pub(super) fn document(statements: Vec<Yaml>) -> Yaml {
    map! { "Version" => "2012-10-17", "Statement" => statements }
}

/// A bucket, its objects, or both: as the action has it
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>).
fn of_bucket(name: &str, path: Option<&str>, action: &str) -> Yaml {
    let bucket = id(name, "Bucket");
    let itself = attribute(&bucket, "Arn");
    let objects = sub(format!("${{{bucket}.Arn}}/{}", plain(path.unwrap_or("*"))));
    if action.contains('*') && path.is_none() {
        vec![itself, objects].into()
    } else if action.contains("Bucket") && path.is_none() {
        itself
    } else {
        objects
    }
}
