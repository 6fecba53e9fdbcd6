//! Each link of the chain against a fake of its host, and STS as moto has it.

use identity::{Cached, Chain, Found, IdentityError, Link, Place, Who};
use servers::{Metadata, Moto};
use std::io::Write;
use std::time::{Duration, SystemTime};
use tempfile::NamedTempFile;

const HOUR: Duration = Duration::from_secs(3_600);
const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "ENV"), ("AWS_SECRET_ACCESS_KEY", "s")];
/// Nobody is there.
const OFF: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "true");
const ECS: (&str, &str) = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/1");

async fn find(variables: &[(&str, &str)], container: &str) -> Result<Found, IdentityError> {
    Chain::new(Place::of(variables, container)).find().await
}

async fn found(variables: &[(&str, &str)], container: &str) -> (Link, String) {
    let found = find(variables, container).await.unwrap();
    (found.link, found.credentials.access_key_id().to_owned())
}

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn path(file: &NamedTempFile) -> &str {
    file.path().to_str().unwrap()
}

#[tokio::test]
async fn the_agent_of_ecs_answers() {
    let agent = Metadata::start();
    agent.give("TASK", HOUR);
    let found = find(&[ECS], &agent.url()).await.unwrap();
    assert_eq!((found.link, found.credentials.access_key_id()), (Link::Ecs, "TASK"));
    let left = found.credentials.expiry().unwrap().duration_since(SystemTime::now()).unwrap();
    assert!(left <= HOUR && left > HOUR - Duration::from_secs(60), "{left:?}");
    assert_eq!(found.credentials.session_token(), Some("t"));
}

#[tokio::test]
async fn the_agent_of_eks_is_shown_the_token_as_it_stands_in_the_file_now() {
    let agent = Metadata::start();
    agent.give("POD", HOUR);
    agent.demand("first");
    let token = file("first\n");
    let url = agent.url() + "/v2/credentials/1";
    let place = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path(&token)),
    ];
    assert_eq!(found(&place, "").await, (Link::Eks, "POD".into()));
    agent.demand("second");
    let error = find(&place, "").await.unwrap_err().to_string();
    assert!(error.contains("EKS") && error.contains("401"), "{error}");
    std::fs::write(token.path(), "second").unwrap();
    assert_eq!(found(&place, "").await.0, Link::Eks);
}

#[tokio::test]
async fn an_instance_answers_by_version_2_alone() {
    let metadata = Metadata::start();
    metadata.give("INSTANCE", HOUR);
    let url = metadata.url();
    let place = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str()), KEYS[0], KEYS[1]];
    assert_eq!(found(&place, "").await, (Link::Imds, "INSTANCE".into()));
    metadata.only_v1(true);
    let error = find(&place, "").await.unwrap_err().to_string();
    assert!(error.contains("version 1") && error.contains("IMDSv2"), "{error}");
    assert_eq!(metadata.asked("/latest/meta-data/iam/security-credentials/"), 1, "without a token nothing is asked");
}

#[tokio::test]
async fn where_there_is_no_instance_or_it_has_no_role_the_environment_is_asked() {
    let nobody = format!("http://127.0.0.1:{}", servers::free_port());
    let place = |url| [("AWS_EC2_METADATA_SERVICE_ENDPOINT", url), KEYS[0], KEYS[1]];
    assert_eq!(found(&place(&nobody), "").await, (Link::Environment, "ENV".into()));
    let metadata = Metadata::start();
    let url = metadata.url();
    assert_eq!(found(&place(&url), "").await.0, Link::Environment);
    metadata.give("INSTANCE", HOUR);
    let off = [&place(&url)[..], &[OFF]].concat();
    assert_eq!(found(&off, "").await.0, Link::Environment, "switched off");
}

#[tokio::test]
async fn the_first_that_is_set_up_answers() {
    let (moto, agent) = (Moto::start(), Metadata::start());
    agent.give("AGENT", HOUR);
    let (token, config) = (file("eyJh.b.c"), file("[default]\naws_access_key_id=P\naws_secret_access_key=s\n"));
    let (metadata, sts, eks) = (agent.url(), moto.url(), agent.url() + "/v2/credentials/1");
    let mut place = vec![
        ("AWS_WEB_IDENTITY_TOKEN_FILE", path(&token)),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/mill"),
        ("AWS_ENDPOINT_URL_STS", &sts),
        ECS,
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &eks),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata),
        KEYS[0],
        KEYS[1],
        ("AWS_SHARED_CREDENTIALS_FILE", path(&config)),
        ("AWS_CONFIG_FILE", "/nowhere"),
    ];
    let order = [
        (Link::WebIdentity, 3),
        (Link::Ecs, 1),
        (Link::Eks, 1),
        (Link::Imds, 1),
        (Link::Environment, 2),
        (Link::Profile, 1),
    ];
    for (link, own) in order {
        assert_eq!(found(&place, &agent.url()).await.0, link);
        place.drain(..own);
        if link == Link::Imds {
            place.push(OFF);
        }
    }
    assert!(matches!(find(&place, "").await, Err(IdentityError::Nobody)));
}

#[tokio::test]
async fn a_link_that_is_set_up_and_fails_ends_the_search() {
    let agent = Metadata::start();
    agent.demand("something");
    let error = find(&[ECS, OFF, KEYS[0], KEYS[1]], &agent.url()).await.unwrap_err().to_string();
    assert!(error.contains("ECS") && error.contains("401"), "{error}");
    let error = find(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere"), KEYS[0], KEYS[1]], "").await.unwrap_err();
    assert!(error.to_string().contains("AWS_ROLE_ARN"), "{error}");
    let error = find(&[KEYS[0], OFF], "").await.unwrap_err().to_string();
    assert!(error.contains("AWS_SECRET_ACCESS_KEY"), "{error}");
    let far = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://lab.example/credentials");
    let error = find(&[far], "").await.unwrap_err().to_string();
    assert!(error.contains("in the open"), "{error}");
}

#[tokio::test]
async fn a_token_is_changed_for_a_role_and_the_cloud_says_who_that_is() {
    let (moto, token) = (Moto::start(), file("eyJh.b.c"));
    let url = moto.url();
    let place = Place::of(
        &[
            ("AWS_WEB_IDENTITY_TOKEN_FILE", path(&token)),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/mill"),
            ("AWS_ROLE_SESSION_NAME", "worker 1"),
            ("AWS_ENDPOINT_URL", &url),
        ],
        "",
    );
    let identity = Cached::new(Chain::new(place.clone()));
    let who = Who::ask(&place, "eu-central-1", &identity).await.unwrap();
    assert_eq!((who.link, who.account.as_str()), (Link::WebIdentity, "123456789012"));
    assert!(who.arn.contains("assumed-role/mill/"), "{}", who.arn);
    assert!(who.until.unwrap() > SystemTime::now());
}
