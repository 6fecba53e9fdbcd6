//! The keys that sign links: as configured, or made once in the data folder.

use crate::config::{Config, Secret};
use crate::secret_file::make_once;
use std::io;
use std::path::Path;
use store::{Signer, SigningKey};

/// Bytes of a secret that is made here.
const SECRET: usize = 32;

/// The signer of links. Its errors say what is wrong with which key, never what is in it.
pub fn signer(config: &Config) -> Result<Signer, String> {
    let (newest, previous) = match pair(&config.signing_keys)? {
        Some(pair) => pair,
        None => (own(&config.data)?, None),
    };
    Signer::new(&config.url(), newest, previous).map_err(|e| e.to_string())
}

/// The newest key and the one before it; `None` where none is configured.
pub fn pair(keys: &[Secret]) -> Result<Option<(SigningKey, Option<SigningKey>)>, String> {
    let mut keys = keys.iter().map(|key| parse(key.reveal())).collect::<Result<Vec<_>, _>>()?.into_iter();
    let pair = keys.next().map(|newest| (newest, keys.next()));
    match keys.len() {
        0 => Ok(pair),
        more => Err(format!("{} keys are configured; two may be live, the newest first", more + 2)),
    }
}

/// `ID:HEX`
fn parse(text: &str) -> Result<SigningKey, String> {
    let (id, secret) = text.trim().split_once(':').ok_or("a key is ID:SECRET, the secret in hexadecimal digits")?;
    // The words of `hex` would show a part of the secret.
    let wrong = |_| format!("the secret of key `{}` is not in hexadecimal digits", id.escape_debug());
    let secret = hex::decode(secret).map_err(wrong)?;
    SigningKey::new(id, &secret).map_err(|e| e.to_string())
}

/// The key of this data folder; two processes that make it at once end with the same.
fn own(data: &Path) -> Result<SigningKey, String> {
    let path = data.join("signing-key");
    let told = |e: io::Error| format!("`{}`: {e}", path.display());
    make_once(&path, fresh).map_err(told)?;
    parse(&std::fs::read_to_string(&path).map_err(told)?)
}

fn fresh() -> io::Result<String> {
    let mut secret = [0; SECRET];
    getrandom::fill(&mut secret).map_err(io::Error::other)?;
    Ok(format!("own:{}\n", hex::encode(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once() {
        let data = tempfile::TempDir::new().unwrap();
        own(data.path()).unwrap();
        let first = std::fs::read_to_string(data.path().join("signing-key")).unwrap();
        own(data.path()).unwrap();
        assert_eq!(std::fs::read_to_string(data.path().join("signing-key")).unwrap(), first);
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 1, "nothing else stays");
    }

    #[test]
    fn errors_do_not_show_the_secret() {
        for text in ["nocolon-s3cret", "id:s3cret", "id:aabb"] {
            let error = parse(text).unwrap_err();
            assert!(!error.contains("s3cret") && !error.contains("aabb"), "{error}");
        }
    }
}
