//! What an administrator sets for us in the cloud: rights, and settings of the bucket, as JSON for its tools.

use crate::config::Config;
pub use identity::policy::Role;
use identity::policy::Things;
use store::S3Options;
use store::s3::{Encryption, help};

/// Why nothing is to be set.
const NO_BUCKET: &str = "there is no [store] in the configuration; a folder needs no rights in a cloud";

/// The least that a role must be allowed, as a policy for IAM.
pub fn policy(config: &Config, role: Role) -> Result<String, String> {
    let options = options(config)?;
    let things = Things {
        bucket: bucket(&options),
        prefix: options.prefix.clone(),
        kms_key: kms_key(&options),
        queue: config.queue.as_ref().and_then(|at| arn(&at.url)),
        dlq: config.queue.as_ref().and_then(|at| arn(at.dlq_url.as_ref()?)),
        namespace: config.metrics.cloudwatch_namespace.clone(),
    };
    Ok(format!("{:#}\n", identity::policy::policy(role, &things)))
}

/// The rule that lets browsers on these origins use links.
pub fn cors(origins: &[String]) -> String {
    help::cors(&origins.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The rule that removes parts that nobody completes.
pub fn lifecycle(config: &Config, days: u32) -> Result<String, String> {
    Ok(help::lifecycle(&options(config)?.prefix, days))
}

fn options(config: &Config) -> Result<S3Options, String> {
    config.store.as_ref().ok_or(NO_BUCKET)?.options().map_err(|e| e.to_string())
}

/// The bucket's name in a policy.
pub(super) fn bucket(options: &S3Options) -> String {
    format!("arn:{}:s3:::{}", partition(&options.region), options.bucket)
}

fn kms_key(options: &S3Options) -> Option<String> {
    let Encryption::Kms(Some(key)) = &options.encryption else { return None };
    let (partition, region) = (partition(&options.region), &options.region);
    Some(if key.starts_with("arn:") { key.clone() } else { format!("arn:{partition}:kms:{region}:*:key/{key}") })
}

/// The queue's name in a policy: of `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`, of any other host in no region.
fn arn(url: &str) -> Option<String> {
    let settings = queue::Settings { url: url.into(), ..queue::Settings::default() };
    let region = settings.region().unwrap_or_else(|| "*".into());
    let mut parts = url.trim_end_matches('/').rsplit('/');
    let (name, account) = (parts.next()?, parts.next()?);
    Some(format!("arn:{}:sqs:{region}:{account}:{name}", partition(&region)))
}

fn partition(region: &str) -> &'static str {
    match region {
        china if china.starts_with("cn-") => "aws-cn",
        gov if gov.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(lines: &str) -> Config {
        toml::from_str(&format!("[store]\nurl = \"s3://lab/mill\"\nregion = \"cn-north-1\"\n{lines}")).unwrap()
    }

    #[test]
    fn a_policy_names_the_bucket_and_the_key_of_the_configuration() {
        let text = policy(&config("encryption = \"aws:kms\"\nkms_key = \"k-1\"\n"), Role::Worker).unwrap();
        for word in [
            "arn:aws-cn:s3:::lab/mill/*",
            "arn:aws-cn:kms:cn-north-1:*:key/k-1",
            "s3:AbortMultipartUpload",
            "kms:Decrypt",
        ] {
            assert!(text.contains(word), "{word} is not in {text}");
        }
        assert!(!text.contains("s3:GetBucketCORS"));
        assert!(policy(&config(""), Role::Admin).unwrap().contains("s3:GetBucketCORS"));
        assert!(policy(&Config::default(), Role::Web).unwrap_err().contains("[store]"));
    }

    #[test]
    fn settings_are_for_our_part_of_the_bucket() {
        assert!(lifecycle(&config(""), 7).unwrap().contains("\"mill/\""));
        assert!(cors(&["https://lab.example".into()]).contains("https://lab.example"));
    }
}
