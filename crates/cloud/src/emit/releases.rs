//! Whom a release is to AWS: a role that a workflow of GitHub borrows, without a key, to do what a release does and no more.
//! It is there where the parameter `Repository` names one.
//!
//! Whom GitHub's token speaks for (<https://docs.github.com/en/actions/reference/security/oidc>), and what can be limited to
//! resources (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html>).

use super::roles::document;
use super::template::{Allowed, Resource, attribute, equals, id, reference, sub, when};
use super::yaml::{Yaml, map};
use super::{Done, Emitter};
use crate::design::{Colours, Text};

/// The issuer of GitHub's tokens, and whom they are for.
const ISSUER: &str = "token.actions.githubusercontent.com";
const AUDIENCE: &str = "sts.amazonaws.com";

/// The role, its condition, and the provider.
const ROLE: &str = "ReleaseRole";
const ASKED: &str = "ReleasesFromGitHub";
const PROVIDER: &str = "GitHubProvider";
const CREATES: &str = "CreatesGitHubProvider";

/// A name, and since 2026 its number behind it: `owner/name` or `owner@1/name@2`.
const REPOSITORY: &str = "^$|^[A-Za-z0-9_.-]+(@[0-9]+)?/[A-Za-z0-9_.-]+(@[0-9]+)?$";

const WHY_PROVIDER: &[&str] = &[
    "An account has one for all its roles. It stays when the stack goes, since others may use it; a stack after this one",
    "says GitHubProvider=exists.",
];

impl Emitter<'_> {
    /// The role of releases, where a design has any.
    pub(super) fn release_role(&mut self) -> Done {
        let Some(colours) = &self.design.colours else { return Ok(()) };
        let Some(bucket) = &colours.releases else { return Ok(()) };
        self.asked();
        self.provider()?;
        let properties = map! {
            "AssumeRolePolicyDocument" => document(vec![trust()]),
            "Policies" => vec![map! { "PolicyName" => "Release", "PolicyDocument" => document(self.rights(colours, bucket)) }],
            "Tags" => self.tags("release"),
        };
        let role =
            Resource::new(ROLE.to_owned(), "AWS::IAM::Role", "the role of releases").attribute("Condition", ASKED);
        self.template.add(role, properties)?;
        self.template.output_if(ASKED, format!("{ROLE}Arn"), "Whom the workflow becomes", attribute(ROLE, "Arn"));
        Ok(())
    }

    fn asked(&mut self) {
        let about = "The repository on GitHub whose workflow releases, owner/name or owner@id/name@id as its tokens say; \
                     empty for none";
        let said = "owner/name or owner@id/name@id";
        self.template.parameter_of("Repository", about, "", Allowed::Pattern(REPOSITORY, said));
        let pattern = Allowed::Pattern("^[A-Za-z0-9_.-]+$", "the name of an environment");
        self.template.parameter_of(
            "Environment",
            "The environment of its workflow",
            super::workflow::ENVIRONMENT,
            pattern,
        );
        let about = "Does the stack create the account's identity provider for GitHub, or does it exist";
        self.template.parameter_of(PROVIDER, about, "create", Allowed::Values(&["create", "exists"]));
        let none = Yaml::Tag("!Not", Box::new(Yaml::Row(vec![equals(reference("Repository"), "")])));
        self.template.condition(ASKED.to_owned(), none);
        let asked = Yaml::Tag("!Condition", Box::new(ASKED.into()));
        let both = Yaml::Row(vec![asked, equals(reference(PROVIDER), "create")]);
        self.template.condition(CREATES.to_owned(), Yaml::Tag("!And", Box::new(both)));
    }

    fn provider(&mut self) -> Done {
        let properties = map! {
            "Url" => format!("https://{ISSUER}"),
            "ClientIdList" => vec![AUDIENCE.into()],
            "Tags" => self.tags("github"),
        };
        let resource = Resource::new("GitHubIdentity".to_owned(), "AWS::IAM::OIDCProvider", "the provider of releases")
            .comment(WHY_PROVIDER)
            .attribute("Condition", CREATES)
            .attribute("DeletionPolicy", "Retain")
            .attribute("UpdateReplacePolicy", "Retain");
        self.template.add(resource, properties)
    }

    /// What the workflow does, step by step.
    fn rights(&self, colours: &Colours, bucket: &Text) -> Vec<Yaml> {
        let stack = "arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/${AWS::StackName}/*";
        let images = "arn:${AWS::Partition}:ssm:${AWS::Region}::parameter/aws/service/ami-amazon-linux-latest/*";
        let objects =
            colours.both().map(|colour| sub(format!("${{{}.Arn}}/{}", id(bucket.get_ref(), "Bucket"), object(colour))));
        let groups = colours.both().into_iter().filter_map(|colour| self.design.group_of(colour));
        let groups: Vec<Yaml> = groups.map(|group| super::roles::arn_of_group(group.get_ref())).collect();
        let (listeners, rules) = self.switched(colours);
        let mut rights = vec![
            right("Upload", &["s3:PutObject"], objects.to_vec()),
            right("MakeReady", &MAKE_READY, groups),
            right("Look", &LOOK, vec!["*".into()]),
            right("ChangeLive", &CHANGE_LIVE, vec![sub(stack)]),
            right("FindImages", &["ssm:GetParameters"], vec![sub(images)]),
        ];
        rights.extend(
            (!listeners.is_empty()).then(|| right("Switch", &["elasticloadbalancing:ModifyListener"], listeners)),
        );
        let actions = ["elasticloadbalancing:ModifyRule", "elasticloadbalancing:SetRulePriorities"];
        rights.extend((!rules.is_empty()).then(|| right("SwitchRules", &actions, rules)));
        rights
    }

    /// Listeners and rules that lead to one of two colours.
    fn switched(&self, colours: &Colours) -> (Vec<Yaml>, Vec<Yaml>) {
        let (mut listeners, mut rules) = (Vec::new(), Vec::new());
        for (name, balancer) in &self.design.load_balancers {
            for listener in &balancer.listeners {
                let listening = super::balancers::listening(name.get_ref(), listener.port);
                if colours.has(&listener.target) {
                    listeners.push(reference(listening.as_str()));
                }
                let led = listener.rules.iter().enumerate().filter(|(_, rule)| colours.has(&rule.target));
                rules.extend(led.map(|(place, _)| reference(super::balancers::rule_of(&listening, place + 1))));
            }
        }
        (listeners, rules)
    }

    /// What a machine of a colour does at its first start: it fetches its release and runs it.
    pub(super) fn starts_release(&self, group: &str) -> Option<Yaml> {
        let colours = self.design.colours.as_ref()?;
        let bucket = colours.releases.as_ref()?;
        let own = |colour: &&Text| self.design.group_of(colour).is_some_and(|name| name.get_ref() == group);
        let colour = colours.both().into_iter().find(own)?;
        let script = format!(
            "#!/bin/bash\n\
             # The release of this colour that was uploaded last; `start` in it is what runs.\n\
             set -euo pipefail\n\
             mkdir -p /opt/release\n\
             aws s3 cp 's3://${{{}}}/{}' - | tar -xz -C /opt/release\n\
             systemd-run --unit release --property Restart=always /opt/release/start\n",
            id(bucket.get_ref(), "Bucket"),
            object(colour),
        );
        Some(map! { "Fn::Base64" => sub(script) })
    }
}

const MAKE_READY: [&str; 4] = [
    "autoscaling:StartInstanceRefresh",
    "autoscaling:SetDesiredCapacity",
    "autoscaling:SuspendProcesses",
    "autoscaling:ResumeProcesses",
];
/// What only looks cannot be limited to resources.
const LOOK: [&str; 6] = [
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeInstanceRefreshes",
    "elasticloadbalancing:DescribeTargetHealth",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeListenerAttributes",
    "elasticloadbalancing:DescribeRules",
];
/// CloudFormation acts with the rights of whoever asks it.
const CHANGE_LIVE: [&str; 5] = [
    "cloudformation:DescribeStacks",
    "cloudformation:CreateChangeSet",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:ExecuteChangeSet",
];

/// Where the release of a colour lies in the bucket.
fn object(colour: &Text) -> String {
    format!("{}/release.tar.gz", super::colours::word(colour))
}

/// One repository, in one environment.
fn trust() -> Yaml {
    let exists = sub(format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{ISSUER}"));
    let subject = sub("repo:${Repository}:environment:${Environment}");
    map! {
        "Effect" => "Allow",
        "Principal" => map! { "Federated" => when(CREATES, reference("GitHubIdentity"), exists) },
        "Action" => "sts:AssumeRoleWithWebIdentity",
        "Condition" => map! {
            "StringEquals" => map! { format!("{ISSUER}:aud") => AUDIENCE, format!("{ISSUER}:sub") => subject },
        },
    }
}

fn right(sid: &str, actions: &[&str], resources: Vec<Yaml>) -> Yaml {
    let actions: Vec<Yaml> = actions.iter().map(|action| (*action).into()).collect();
    map! { "Sid" => sid, "Effect" => "Allow", "Action" => actions, "Resource" => resources }
}
