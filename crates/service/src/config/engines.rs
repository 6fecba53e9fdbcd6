//! Where the ledger and the store are, if not in the data folder.

use super::model::within;
use super::{ConfigError, Secret};
use ledger::PostgresOptions;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use store::S3Options;
use store::s3::Encryption;

/// A ledger in PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerAt {
    /// `postgres://user@host:port,host:port/database`: of several hosts the one that takes writes is used.
    pub url: Secret,
    /// The same database without a pooler in front, to listen at; without it, workers look now and then.
    pub listen_url: Option<Secret>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// Most connections of this process; 2 to 1000.
    #[serde(default = "connections")]
    pub connections: usize,
    /// Seconds that one statement may take; 1 to 3600.
    #[serde(default = "statement_s")]
    pub statement_s: u64,
}

fn connections() -> usize {
    10
}

fn statement_s() -> u64 {
    30
}

impl LedgerAt {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within("ledger.connections", self.connections as u64, 2, 1_000)?;
        within("ledger.statement_s", self.statement_s, 1, 3_600)
    }

    /// As the ledger wants it.
    pub fn options(&self) -> PostgresOptions {
        PostgresOptions {
            listen_url: self.listen_url.as_ref().map(|url| url.reveal().to_owned()),
            password_file: self.password_file.clone(),
            max_connections: self.connections,
            statement_timeout: Duration::from_secs(self.statement_s),
            ..PostgresOptions::new(self.url.reveal())
        }
    }
}

/// A store in a bucket. There is no key here: who the process is, its surroundings tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreAt {
    /// `s3://bucket` or `s3://bucket/prefix`.
    pub url: String,
    /// Its region.
    pub region: String,
    /// Whom to ask, if not Amazon.
    pub endpoint: Option<String>,
    /// The same server as customers reach it, where that is another name.
    pub public_endpoint: Option<String>,
    /// The bucket stands in the path of a URL, as many servers want it.
    #[serde(default)]
    pub path_style: bool,
    /// `AES256`, `aws:kms`, or what the bucket does by itself.
    pub encryption: Option<String>,
    /// The key for `aws:kms`; the account's own if absent.
    pub kms_key: Option<String>,
    /// Certificates (PEM) that are trusted instead of the public ones.
    pub ca_file: Option<PathBuf>,
}

impl StoreAt {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.options().map(drop)
    }

    /// As the store wants it.
    pub fn options(&self) -> Result<S3Options, ConfigError> {
        let bad = |key| move |why: String| ConfigError::Range { key, why };
        let url = |text: &Option<String>, key| {
            let parsed = text.as_ref().map(|text| text.parse::<url::Url>()).transpose();
            parsed.map_err(|e| bad(key)(format!("is no URL: {e}")))
        };
        let options = S3Options::from_url(&self.url, &self.region);
        Ok(S3Options {
            endpoint: url(&self.endpoint, "store.endpoint")?,
            public_endpoint: url(&self.public_endpoint, "store.public_endpoint")?,
            path_style: self.path_style,
            encryption: self.encryption()?,
            ca_file: self.ca_file.clone(),
            ..options.map_err(|e| bad("store.url")(format!("cannot be used: {e}")))?
        })
    }

    fn encryption(&self) -> Result<Encryption, ConfigError> {
        if self.kms_key.is_some() && self.encryption.as_deref() != Some("aws:kms") {
            let why = "is given, and the encryption is not `aws:kms`".into();
            return Err(ConfigError::Range { key: "store.kms_key", why });
        }
        match self.encryption.as_deref() {
            None => Ok(Encryption::Default),
            Some("AES256") => Ok(Encryption::Aes256),
            Some("aws:kms") => Ok(Encryption::Kms(self.kms_key.clone())),
            Some(other) => {
                let why = format!("is `{other}`, expected `AES256` or `aws:kms`");
                Err(ConfigError::Range { key: "store.encryption", why })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(lines: &str) -> Result<S3Options, String> {
        let at: StoreAt =
            toml::from_str(&format!("url = \"s3://lab/photos\"\nregion = \"eu-central-1\"\n{lines}")).unwrap();
        at.options().map_err(|e| e.to_string())
    }

    #[test]
    fn a_bucket_is_taken_apart_and_mistakes_name_their_key() {
        let options = store("encryption = \"aws:kms\"\nkms_key = \"k\"\nendpoint = \"http://127.0.0.1:9000\"").unwrap();
        assert_eq!((options.bucket.as_str(), options.prefix.as_str()), ("lab", "photos"));
        assert_eq!(options.encryption, Encryption::Kms(Some("k".into())));
        for (lines, key) in [
            ("encryption = \"AES128\"", "store.encryption"),
            ("kms_key = \"k\"", "store.kms_key"),
            ("endpoint = \"nowhere\"", "store.endpoint"),
        ] {
            let error = store(lines).unwrap_err();
            assert!(error.contains(key), "{error}");
        }
    }

    #[test]
    fn the_address_of_a_ledger_is_a_secret() {
        let at: LedgerAt = toml::from_str("url = \"postgres://a:hush@db/lab\"").unwrap();
        let shown = format!("{at:?}{}{:?}", toml::to_string(&at).unwrap(), at.options());
        assert!(!shown.contains("hush"), "{shown}");
        assert_eq!((at.connections, at.options().url.as_str()), (10, "postgres://a:hush@db/lab"));
    }
}
