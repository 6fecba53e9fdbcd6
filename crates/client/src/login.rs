//! Which server, with which key; kept in a file that only its owner can read.

use crate::error::{Cause, Doing, Failure, words};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// An API key. It is shown to the server alone: `Debug` hides it, `Display` does not exist.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Key(String);

impl TryFrom<String> for Key {
    type Error = &'static str;

    /// Errs without repeating what was given.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = text.trim();
        let good = (1..=1_000).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if good { Ok(Self(text.into())) } else { Err("a key is one word of letters, digits and `_`") }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// For the `Authorization` header and nothing else.
    pub(crate) fn header(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

/// A server and a key for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Where the server is, without a slash at the end.
    pub url: String,
    /// The key.
    pub key: Key,
}

impl Login {
    /// Reads it from its file.
    pub fn load(path: &Path) -> Result<Self, Failure> {
        let what = || format!("cannot read the login `{}`", path.display());
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Cause::Local("nobody has logged in: `rawmill login URL` does".into()),
            _ => Cause::Local(words(&error)),
        });
        // The parser's own message would show a piece of the file, which may be the key.
        let wrong = |_| Cause::Local("it is not as `rawmill login` writes it".into());
        text.and_then(|text| toml::from_str(&text).map_err(wrong)).doing(what)
    }

    /// Writes it, in place of one that was there before.
    pub fn save(&self, path: &Path) -> Result<(), Failure> {
        self.write(path).doing(|| format!("cannot write the login `{}`", path.display()))
    }

    fn write(&self, path: &Path) -> Result<(), Cause> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let fresh = path.with_extension(format!("{}.tmp", std::process::id()));
        let text = toml::to_string(self).map_err(|e| Cause::Local(e.to_string()))?;
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&fresh)?;
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        written.and_then(|()| fs::rename(&fresh, path)).inspect_err(|_| drop(fs::remove_file(&fresh)))?;
        Ok(())
    }
}

/// The file of the login, from the user's `XDG_CONFIG_HOME` and `HOME`.
pub fn file(config: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    below(config, home, ".config").map(|folder| folder.join("login.toml"))
}

/// Our folder for what outlives a command, from the user's `XDG_STATE_HOME` and `HOME`.
pub fn state(state: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    below(state, home, ".local/state")
}

/// The specification of these folders says that a relative path counts as none.
fn below(folder: Option<PathBuf>, home: Option<PathBuf>, usual: &str) -> Option<PathBuf> {
    let folder = folder.filter(|f| f.is_absolute()).or_else(|| Some(home?.join(usual)));
    folder.map(|folder| folder.join("rawmill"))
}

/// A server's URL as it is kept: `http` or `https`, no query, no slash at the end, no user or password.
pub fn url(text: &str) -> Result<String, String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
    let rest = rest.trim_end_matches('/');
    let strange = rest.is_empty() || rest.starts_with('/') || rest.contains(['?', '#', '@', '\\']);
    if strange || !matches!(scheme, "http" | "https") || !rest.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(format!("expected a URL such as https://mill.example.org, found `{}`", text.escape_debug()));
    }
    Ok(format!("{scheme}://{rest}"))
}

/// The key would travel in the open: plain HTTP to another machine.
pub fn is_open(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let host = rest.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.contains(']') { host } else { name });
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    name != "localhost" && !address.is_ok_and(|a| a.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_login_is_read_as_it_was_written_and_nobody_else_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(Some(folder.path().join("a/b")), None).unwrap();
        let login = |key: &str| Login { url: "http://localhost:1".into(), key: Key::try_from(key.to_owned()).unwrap() };
        login("rmk_1_first").save(&path).unwrap();
        login("rmk_2_second").save(&path).unwrap();
        assert_eq!(Login::load(&path).unwrap(), login("rmk_2_second"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn no_message_shows_a_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("login.toml");
        let key = Key::try_from("rmk_1_secret".to_owned()).unwrap();
        assert!(!format!("{:?}", Login { url: String::new(), key }).contains("secret"));
        for text in ["url = \"x\"\nkey = \"two secret\"", "key = secret", "key = \"secret\"\nother = \"secret\""] {
            fs::write(&path, text).unwrap();
            let failure = Login::load(&path).unwrap_err();
            assert!(!format!("{failure} {failure:?}").contains("secret"), "{failure}");
        }
    }

    #[test]
    fn urls_are_kept_without_end_and_strange_ones_refused() {
        assert_eq!(url("http://127.0.0.1:8080/ "), Ok("http://127.0.0.1:8080".into()));
        assert_eq!(url("mill.example.org"), Ok("https://mill.example.org".into()));
        for wrong in ["", "ftp://a", "http://", "http:///x", "http://a?b", "http://me:pw@a", "http://a b"] {
            assert!(url(wrong).is_err(), "{wrong}");
        }
        let open = ["http://a", "http://127.0.0.1.evil.org", "http://10.0.0.1:80/x"].map(is_open);
        let closed = ["https://a", "http://localhost:80", "http://127.0.0.1", "http://[::1]:8080/x"].map(is_open);
        assert_eq!((open, closed), ([true; 3], [false; 4]));
    }
}
