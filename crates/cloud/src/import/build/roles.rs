//! Whom machines are to AWS. What they may do is read when all has its name (`rights`).
//!
//! Roles of others have principals, managed policies and boundaries that no design has: only one that is told to be a part
//! of a design is read as such.

use super::{Build, table, texts};
use crate::import::resource::Resource;
use crate::import::value::Item;

impl Build<'_> {
    pub(super) fn roles(&mut self) {
        for resource in self.possible("AWS::IAM::Role").into_iter().filter(|role| role.told("name").is_some()) {
            let read = self.role(resource);
            self.taken(resource, read);
        }
        for profile in self.possible("AWS::IAM::InstanceProfile") {
            if self.role_in(profile).is_some() {
                self.taken(profile, Ok(()));
            }
        }
    }

    fn role(&mut self, resource: &Resource) -> Result<(), String> {
        if resource.exists.is_none() {
            return Err("its condition is not known".to_owned());
        }
        let trusted = super::policy::statements(resource.get("AssumeRolePolicyDocument"));
        for (_, statement) in trusted {
            let service = statement?.principal.and_then(|principal| principal.get("Service")).cloned();
            if service.is_none_or(|service| service.value.text() != Ok("ec2.amazonaws.com")) {
                return Err("somebody else than instances may take it".to_owned());
            }
        }
        self.put_as("roles", resource, table([("allow", texts(Vec::new()))]));
        Ok(())
    }

    /// The role of an instance profile that a machine names, where it is one of the design.
    pub(super) fn role_of(&self, item: &Item) -> Option<String> {
        let item = item.get("Arn").or_else(|| item.get("Name")).unwrap_or(item);
        self.role_in(self.find(item.resource().ok()?, "AWS::IAM::InstanceProfile")?)
    }

    fn role_in(&self, profile: &Resource) -> Option<String> {
        profile.get("Roles")?.items().iter().find_map(|role| self.named("roles", role).ok())
    }
}
