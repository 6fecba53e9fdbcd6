//! The metadata of an EC2 instance, version 2: a token is fetched first, then shown. Version 1, which answers whoever can
//! reach it, is refused even where it is the only one.

use crate::chain::parse;
use crate::http::{Answer, Silence, ask_host};
use crate::place::Place;
use aws_credential_types::Credentials;
use ureq::http::Request;

/// Seconds that a token lives; one is fetched for each visit.
const TTL: &str = "60";

/// What an instance can ask about itself.
#[derive(Debug, Clone)]
pub struct Imds {
    url: String,
}

impl Imds {
    /// The metadata as seen from there; `None` where they are switched off.
    pub fn new(place: &Place) -> Option<Self> {
        Some(Self { url: place.metadata()? })
    }

    /// What stands at this path; `None` where nothing does, or where this is no instance.
    pub async fn get(&self, path: &str) -> Result<Option<String>, String> {
        let Some(token) = self.token().await? else { return Ok(None) };
        let request = Request::get(format!("{}{path}", self.url)).header("x-aws-ec2-metadata-token", token);
        let request = request.body(String::new()).map_err(|e| e.to_string())?;
        match ask_host(request).await {
            Ok(Answer { status: 404, .. }) => Ok(None),
            Ok(answer) => answer.granted().map(Some),
            Err(silence) => Err(silence.to_string()),
        }
    }

    /// Will this spot instance be taken away: two minutes before, it is said what is done with it, and when.
    pub async fn spot_notice(&self) -> Result<Option<String>, String> {
        self.get("/latest/meta-data/spot/instance-action").await
    }

    /// Credentials of the instance's role; `None` where it has none.
    pub(crate) async fn credentials(&self) -> Result<Option<Credentials>, String> {
        const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
        let Some(roles) = self.get(ROLES).await? else { return Ok(None) };
        let Some(role) = roles.lines().next() else { return Ok(None) };
        let told = self.get(&format!("{ROLES}{role}")).await?;
        told.map(|text| parse(&text, "IMDSv2")).transpose()
    }

    async fn token(&self) -> Result<Option<String>, String> {
        let request = Request::put(format!("{}/latest/api/token", self.url));
        let request = request.header("x-aws-ec2-metadata-token-ttl-seconds", TTL);
        let request = request.body(String::new()).map_err(|e| e.to_string())?;
        match ask_host(request).await {
            Ok(Answer { status: 200, text }) => Ok(Some(text)),
            // Switched off for this instance.
            Ok(Answer { status: 403, .. }) | Err(Silence(_)) => Ok(None),
            Ok(Answer { status, .. }) => Err(format!(
                "{} gives no session token ({status}); version 1 alone is refused: require IMDSv2 on the instance, or set \
                 AWS_EC2_METADATA_DISABLED=true",
                self.url
            )),
        }
    }
}
