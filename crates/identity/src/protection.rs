//! Keeps whoever scales in from taking a worker that holds work: asked of ECS or of Auto Scaling, for a while.

use crate::cached::Cached;
use crate::error::IdentityError;
use crate::http::ask_host;
use crate::imds::Imds;
use crate::place::Place;
use crate::signed::Service;
use crate::xml;
use std::time::Duration;
use ureq::http::Request;
use ureq::http::header::CONTENT_TYPE;

/// Who can be asked.
#[derive(Debug, Clone)]
pub enum Protection {
    /// The agent beside a task of ECS, at this address.
    Ecs(String),
    /// The group of this instance of EC2.
    Ec2 {
        /// Auto Scaling.
        service: Service,
        /// Our instance.
        instance: String,
        /// Its group.
        group: String,
    },
}

impl Protection {
    /// The agent of ECS; an error where there is none.
    pub fn ecs(place: &Place) -> Result<Self, IdentityError> {
        let refused =
            || refused("ecs", "UpdateTaskProtection", "ECS_AGENT_URI is not set: this is no task of ECS".into());
        place.var("ECS_AGENT_URI").map(Self::Ecs).ok_or_else(refused)
    }

    /// The group of this instance; an error where it has none.
    pub async fn ec2(place: &Place, region: &str, identity: &Cached) -> Result<Self, IdentityError> {
        const ACTION: &str = "DescribeAutoScalingInstances";
        let wrong = |why: String| refused("autoscaling", ACTION, why);
        let id = match Imds::new(place) {
            Some(imds) => imds.get("/latest/meta-data/instance-id").await.map_err(wrong)?,
            None => None,
        };
        let instance = id.ok_or_else(|| wrong("the metadata name no instance: this is none of EC2".into()))?;
        let service = Service::autoscaling(place, region, identity);
        let text = service.call(ACTION, &[("InstanceIds.member.1", &instance)]).await?;
        let group = xml::value(&text, "AutoScalingGroupName");
        let group = group.ok_or_else(|| wrong(format!("{instance} is in no group")))?;
        Ok(Self::Ec2 { service, instance, group })
    }

    /// Protects us for so long, where that can be said, or no longer.
    pub async fn set(&self, on: bool, for_so_long: Duration) -> Result<(), IdentityError> {
        match self {
            Self::Ecs(agent) => {
                let asked = tell_agent(agent, on, for_so_long).await;
                asked.map_err(|why| refused("ecs", "UpdateTaskProtection", why))
            }
            Self::Ec2 { service, instance, group } => {
                let asked = [
                    ("AutoScalingGroupName", group.as_str()),
                    ("InstanceIds.member.1", instance),
                    ("ProtectedFromScaleIn", if on { "true" } else { "false" }),
                ];
                service.call("SetInstanceProtection", &asked).await.map(drop)
            }
        }
    }
}

async fn tell_agent(agent: &str, on: bool, for_so_long: Duration) -> Result<(), String> {
    let minutes = (for_so_long.as_secs() / 60).max(1);
    let body = if on {
        format!(r#"{{"ProtectionEnabled":true,"ExpiresInMinutes":{minutes}}}"#)
    } else {
        r#"{"ProtectionEnabled":false}"#.into()
    };
    let request = Request::put(format!("{agent}/task-protection/v1/state")).header(CONTENT_TYPE, "application/json");
    let request = request.body(body).map_err(|e| e.to_string())?;
    let text = ask_host(request).await.map_err(|e| e.to_string())?.granted()?;
    // The agent answers 200 for what ECS refused, and says so in words.
    let answer: serde_json::Value = serde_json::from_str(&text).map_err(|e| format!("answers no JSON: {e}"))?;
    let failed = ["failure", "error"].into_iter().find(|word| !answer[*word].is_null());
    failed.map_or(Ok(()), |word| Err(answer[word].to_string()))
}

fn refused(service: &'static str, action: &str, why: String) -> IdentityError {
    IdentityError::Refused { service, action: action.into(), why }
}
