//! What a host says of itself, and what is asked of it.

use identity::{Cached, Chain, Imds, Place, Protection, signed::Service};
use servers::{Metadata, Moto};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn a_spot_notice_is_heard() {
    let metadata = Metadata::start();
    let place = Place::of(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata.url())], "");
    let imds = Imds::new(&place).unwrap();
    assert_eq!(imds.spot_notice().await.unwrap(), None);
    metadata.spot(Some("terminate"));
    assert!(imds.spot_notice().await.unwrap().unwrap().contains(r#""action":"terminate""#));
    metadata.spot(None);
    assert_eq!(imds.spot_notice().await.unwrap(), None);
    metadata.only_v1(true);
    assert!(imds.spot_notice().await.is_err(), "version 1 is not asked");
}

#[tokio::test]
async fn a_task_of_ecs_is_protected_for_a_while() {
    let agent = Metadata::start();
    let protection = Protection::ecs(&Place::of(&[("ECS_AGENT_URI", &agent.url())], "")).unwrap();
    protection.set(true, HOUR).await.unwrap();
    protection.set(false, HOUR).await.unwrap();
    let expected = [r#"{"ProtectionEnabled":true,"ExpiresInMinutes":60}"#, r#"{"ProtectionEnabled":false}"#];
    assert_eq!(agent.protections(), expected);
    let error = Protection::ecs(&Place::of(&[], "")).unwrap_err().to_string();
    assert!(error.contains("ECS_AGENT_URI"), "{error}");
}

fn in_cloud(moto: &Moto, metadata: &Metadata) -> (Place, Cached) {
    let variables = [
        ("AWS_ENDPOINT_URL", moto.url()),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()),
        ("AWS_ACCESS_KEY_ID", "key".into()),
        ("AWS_SECRET_ACCESS_KEY", "secret".into()),
    ];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let place = Place::of(&variables, "");
    let identity = Cached::new(Chain::new(place.clone()));
    (place, identity)
}

#[tokio::test]
async fn an_instance_outside_a_group_is_told_so() {
    let (moto, metadata) = (Moto::start(), Metadata::start());
    metadata.page("/latest/meta-data/instance-id", Some("i-0123456789abcdef0".into()));
    let (place, identity) = in_cloud(&moto, &metadata);
    let error = Protection::ec2(&place, "eu-central-1", &identity).await.unwrap_err().to_string();
    assert!(error.contains("i-0123456789abcdef0 is in no group"), "{error}");
}

#[tokio::test]
async fn a_metric_arrives() {
    let (moto, metadata) = (Moto::start(), Metadata::start());
    let (place, identity) = in_cloud(&moto, &metadata);
    let cloudwatch = Service::cloudwatch(&place, "eu-central-1", &identity);
    let asked = [
        ("Namespace", "Rawmill & Co"),
        ("MetricData.member.1.MetricName", "Backlog"),
        ("MetricData.member.1.Value", "12"),
    ];
    cloudwatch.call("PutMetricData", &asked).await.unwrap();
    let listed = cloudwatch.call("ListMetrics", &[("Namespace", "Rawmill & Co")]).await.unwrap();
    assert!(listed.contains("<MetricName>Backlog</MetricName>"), "{listed}");
}

#[tokio::test]
async fn an_instance_is_protected_by_its_group() {
    let (moto, metadata) = (Moto::start(), Metadata::start());
    let (place, identity) = in_cloud(&moto, &metadata);
    let scaling = Service::autoscaling(&place, "eu-central-1", &identity);
    let launch = ("LaunchConfigurationName", "lab");
    let image = [launch, ("ImageId", "ami-12c6146b"), ("InstanceType", "t3.micro")];
    scaling.call("CreateLaunchConfiguration", &image).await.unwrap();
    let group = [("AutoScalingGroupName", "lab"), launch, ("MinSize", "1"), ("MaxSize", "1")];
    let zone = ("AvailabilityZones.member.1", "eu-central-1a");
    scaling.call("CreateAutoScalingGroup", &[&group[..], &[zone]].concat()).await.unwrap();
    let told = async |tag: &str| {
        let text = scaling.call("DescribeAutoScalingInstances", &[]).await.unwrap();
        let (_, rest) = text.split_once(&format!("<{tag}>")).unwrap();
        rest.split('<').next().unwrap().to_lowercase()
    };
    metadata.page("/latest/meta-data/instance-id", Some(told("InstanceId").await));
    let protection = Protection::ec2(&place, "eu-central-1", &identity).await.unwrap();
    for on in [true, false] {
        protection.set(on, HOUR).await.unwrap();
        assert_eq!(told("ProtectedFromScaleIn").await, on.to_string());
    }
}
