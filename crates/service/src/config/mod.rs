//! The configuration of a service: one TOML file, then the environment, then nothing else.
//!
//! `RAWMILL_LISTEN` overrides `listen`, `RAWMILL_WORKER__MEMORY` overrides `memory` in `[worker]`. What is unknown or out
//! of range is an error that names the key.

mod buckets;
mod cloud;
mod console;
mod engines;
mod images;
mod model;
pub(crate) mod oidc;
mod outward;
mod redis;
mod scale;
mod secret;
mod worker;

pub use buckets::{BucketAt, Transfers};
pub use cloud::{Metrics, QueueAt};
pub use console::Console;
pub use engines::{LedgerAt, StoreAt};
pub use images::Images;
pub(crate) use model::is_plain_and_here;
pub use model::{Config, Limits, Links, Tls};
pub use oidc::Oidc;
pub use outward::Outward;
pub use redis::Redis;
pub use scale::Scale;
pub use secret::Secret;
pub use worker::{Protect, Worker};

use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Prefix of the variables.
const PREFIX: &str = "RAWMILL_";
/// Variables of this prefix that are not keys of the configuration.
const OTHERS: [&str; 3] = ["RAWMILL_CONFIG", "RAWMILL_KEY", "RAWMILL_LOG"];

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// It is not TOML, or holds a key or type that is not known.
    #[error("{origin}: {why}")]
    Wrong {
        /// The file or the variables.
        origin: String,
        /// Where and why.
        why: String,
    },
    /// A value is out of range.
    #[error("`{key}` {why}")]
    Range {
        /// The key.
        key: &'static str,
        /// What is expected and found.
        why: String,
    },
    /// The same of a bucket of a customer.
    #[error("`buckets.{name}{}{key}` {why}", if key.is_empty() { "" } else { "." })]
    Bucket {
        /// The bucket.
        name: String,
        /// The key.
        key: String,
        /// What is expected and found.
        why: String,
    },
}

/// Reads the configuration: `file` where there is one, then `variables` such as [`std::env::vars`].
pub fn load(file: Option<&Path>, variables: impl Iterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let mut table = match file {
        Some(path) => read(path)?,
        None => Table::new(),
    };
    let mut set = Vec::new();
    for (name, text) in variables {
        if let Some(key) = name.strip_prefix(PREFIX).filter(|_| !OTHERS.contains(&name.as_str())) {
            put(&mut table, &key.to_lowercase(), &text);
            set.push(name);
        }
    }
    let config: Config = table.try_into().map_err(|e: toml::de::Error| wrong(file, &set, &e))?;
    config.check().map(|()| config)
}

fn read(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|why| ConfigError::Unreadable { path: path.into(), why })?;
    // Once for the positions that the errors of the whole file tell, and once for the table.
    let checked: Result<Config, _> = toml::from_str(&text);
    let told = |e: &toml::de::Error| ConfigError::Wrong { origin: path.display().to_string(), why: e.to_string() };
    checked.as_ref().map_err(told)?;
    toml::from_str(&text).map_err(|e| told(&e))
}

fn wrong(file: Option<&Path>, set: &[String], error: &toml::de::Error) -> ConfigError {
    let file = file.map_or_else(|| "the environment".into(), |f| f.display().to_string());
    let origin = if set.is_empty() { file } else { format!("{file} with {}", set.join(", ")) };
    ConfigError::Wrong { origin, why: error.message().to_owned() }
}

/// `worker__memory` is `memory` in `[worker]`. A text that reads as a TOML value is that value.
fn put(table: &mut Table, key: &str, text: &str) {
    let value = format!("v = {text}").parse::<Table>().ok().and_then(|mut t| t.remove("v"));
    let value = value.unwrap_or_else(|| Value::String(text.into()));
    match key.split_once("__") {
        None => drop(table.insert(key.into(), value)),
        Some((section, rest)) => {
            let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                put(inner, rest, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        load(Some(file.path()), variables).map_err(|e| e.to_string())
    }

    #[test]
    fn nothing_is_a_configuration() {
        assert_eq!(load(None, std::iter::empty()).unwrap(), Config::default());
    }

    #[test]
    fn variables_come_after_the_file() {
        let config = from("listen = \"127.0.0.1:1\"", &[("RAWMILL_LISTEN", "127.0.0.1:2"), ("PATH", "x")]).unwrap();
        assert_eq!(config.listen.port(), 2);
        let config = from("[worker]\nmemory = 1", &[("RAWMILL_WORKER__MEMORY", "2000000000")]).unwrap();
        assert_eq!(config.worker.memory, Some(2_000_000_000));
    }

    #[test]
    fn mistakes_name_their_place() {
        let error = from("lisen = \"127.0.0.1:1\"", &[]).unwrap_err();
        assert!(error.contains("line 1") && error.contains("lisen") && error.contains("listen"), "{error}");
        let error = from("", &[("RAWMILL_LEASE_S", "never")]).unwrap_err();
        assert!(error.contains("RAWMILL_LEASE_S"), "{error}");
        let error = from("lease_s = 1", &[]).unwrap_err();
        assert!(error.contains("lease_s") && error.contains("10"), "{error}");
    }

    #[test]
    fn plain_http_stays_on_the_machine() {
        let error = from("listen = \"0.0.0.0:80\"", &[]).unwrap_err();
        assert!(error.contains("behind_tls"), "{error}");
        assert!(from("listen = \"0.0.0.0:80\"\nbehind_tls = true\npublic_url = \"https://lab.example\"", &[]).is_ok());
    }

    #[test]
    fn a_password_of_redis_stands_in_a_file() {
        let error = from("[redis]\nurl = \"redis://me:c0ffee@db\"", &[]).unwrap_err();
        assert!(error.contains("password_file") && !error.contains("c0ffee"), "{error}");
        assert!(from("[redis]\nurl = \"http://db\"", &[]).unwrap_err().contains("rediss://"));
        assert!(from("[redis]\nurl = \"redis://db\"\nca_file = \"ca.pem\"", &[]).unwrap_err().contains("ca_file"));
        let config = from("", &[("RAWMILL_REDIS__URL", "rediss://me@db:6380/1")]).unwrap();
        assert_eq!(config.redis.unwrap().prefix, "rawmill");
    }

    #[test]
    fn presets_are_read_with_the_rest() {
        let config = from("[images]\npresets.thumb = \"h=60,w=90,fit=cover\"", &[]).unwrap();
        assert_eq!(config.images.presets["thumb"].to_string(), "w=90,h=60,fit=cover");
        assert!(config.show().contains("w=90,h=60,fit=cover"), "{}", config.show());
        for (text, word) in [
            ("presets.thumb = \"w=90,size=3\"", "`size` is unknown"),
            ("presets.thumb = \"other\"", "a preset says"),
            ("presets.thumb = \"w=90,exp=9\"", "a preset says"),
            ("presets.Thumb = \"w=90\"", "`Thumb`"),
            ("most_px = 80\npresets.thumb = \"w=90\"", "`w` is 90"),
            ("most_px = 9", "images.most_px"),
            ("slots = 0", "images.slots"),
        ] {
            let error = from(&format!("[images]\n{text}"), &[]).unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
        let variable = ("RAWMILL_IMAGES__KEYS", "[\"k1:c0ffee00\"]");
        let config = from("", &[variable]).unwrap();
        assert_eq!(config.images.keys.len(), 1);
        assert!(!(config.show() + &format!("{config:?}")).contains("c0ffee"));
    }

    #[test]
    fn secrets_are_not_shown() {
        let config = from("signing_keys = [\"k1:c0ffee00\"]", &[]).unwrap();
        let shown = config.show() + &format!("{config:?}");
        assert!(!shown.contains("c0ffee") && shown.contains("redacted"), "{shown}");
    }
}
