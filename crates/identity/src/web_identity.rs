//! A token that says who we are to somebody else's identity provider (Kubernetes, for one), changed for credentials.

use crate::chain::moment;
use crate::place::Place;
use crate::signed::form;
use crate::xml;
use aws_credential_types::Credentials;
use ureq::http::Request;
use ureq::http::header::CONTENT_TYPE;

/// Changes the token for credentials, if there is one.
pub async fn ask(place: &Place) -> Result<Option<Credentials>, String> {
    let (file, role) = match (place.var("AWS_WEB_IDENTITY_TOKEN_FILE"), place.var("AWS_ROLE_ARN")) {
        (Some(file), Some(role)) => (file, role),
        (Some(_), None) => return Err("AWS_WEB_IDENTITY_TOKEN_FILE is set, AWS_ROLE_ARN is not; set both".into()),
        (None, _) => return Ok(None),
    };
    let token = std::fs::read_to_string(&file).map_err(|e| format!("cannot read `{file}`: {e}"))?;
    let session = place.var("AWS_ROLE_SESSION_NAME").unwrap_or_else(|| "rawmill".into());
    assume(place, &role, &session, token.trim()).await.map(Some)
}

async fn assume(place: &Place, role: &str, session: &str, token: &str) -> Result<Credentials, String> {
    let asked = [
        ("Action", "AssumeRoleWithWebIdentity"),
        ("Version", "2011-06-15"),
        ("RoleArn", role),
        ("RoleSessionName", session),
        ("WebIdentityToken", token),
    ];
    let region = place.region().unwrap_or_else(|| "us-east-1".into());
    let request = Request::post(place.endpoint("sts", &region));
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.body(form(&asked)).map_err(|e| e.to_string())?;
    read(&crate::http::ask(request).await.map_err(|e| e.to_string())?.granted()?)
}

fn read(text: &str) -> Result<Credentials, String> {
    let value = |tag| xml::value(text, tag).ok_or_else(|| format!("the answer of STS has no {tag}"));
    let expires = moment(&value("Expiration")?)?;
    let (key, secret, token) = (value("AccessKeyId")?, value("SecretAccessKey")?, value("SessionToken")?);
    Ok(Credentials::new(key, secret, Some(token), Some(expires), "web identity"))
}
