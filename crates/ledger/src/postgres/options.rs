//! How to reach the database.

use crate::LedgerError;
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// How to reach the database, and how much of it one process may use.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port,host:port/database?sslmode=…&sslrootcert=…`. Of several hosts the one that
    /// takes writes is used. It may be that of a pooler which gives a connection for a transaction.
    pub url: String,
    /// The same database without the pooler, to listen at; without it, listeners look now and then.
    pub listen_url: Option<String>,
    /// A file with the password, where the URL has none; read anew for each connection.
    pub password_file: Option<PathBuf>,
    /// Most connections of this process.
    pub max_connections: usize,
    /// Longest wait for one of them, and for the database to be there.
    pub acquire_timeout: Duration,
    /// Longest time of one statement; the server ends it.
    pub statement_timeout: Duration,
}

impl PostgresOptions {
    /// What is good for one process of a few.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            listen_url: None,
            password_file: None,
            max_connections: 10,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
        }
    }

    /// How each host is reached. No statement has a name and nothing of a session is set, so that a pooler may give every
    /// transaction another connection.
    pub(super) fn hosts(&self, url: &str) -> Result<Vec<PgConnectOptions>, LedgerError> {
        let password = self.password()?;
        let host = |url: String| {
            let options = PgConnectOptions::from_str(&url).map_err(|e| LedgerError::Address(e.to_string()))?;
            let options = options.statement_cache_capacity(0).extra_float_digits(None);
            Ok(password.iter().fold(options.application_name("rawmill"), |options, word| options.password(word)))
        };
        each_host(url)?.into_iter().map(host).collect()
    }

    fn password(&self) -> Result<Option<String>, LedgerError> {
        let Some(file) = &self.password_file else { return Ok(None) };
        let read = std::fs::read_to_string(file);
        let word = read.map_err(|e| LedgerError::Address(format!("password file {}: {e}", file.display())))?;
        Ok(Some(word.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

impl fmt::Debug for PostgresOptions {
    /// Without passwords.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("url", &redacted(&self.url))
            .field("listen_url", &self.listen_url.as_deref().map(redacted))
            .field("password_file", &self.password_file)
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .finish()
    }
}

/// A URL's scheme, user, hosts and the rest.
struct Parts<'a> {
    scheme: &'a str,
    user: Option<&'a str>,
    hosts: &'a str,
    rest: &'a str,
}

fn parts(url: &str) -> Option<Parts<'_>> {
    let (scheme, after) = url.split_once("://")?;
    let (authority, rest) = after.split_at(after.find(['/', '?']).unwrap_or(after.len()));
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (Some(user), hosts),
        None => (None, authority),
    };
    matches!(scheme, "postgres" | "postgresql").then_some(Parts { scheme, user, hosts, rest })
}

/// The same URL with each of its hosts alone.
fn each_host(url: &str) -> Result<Vec<String>, LedgerError> {
    let parts = parts(url).ok_or_else(|| LedgerError::Address("the URL does not begin with `postgres://`".into()))?;
    let user = parts.user.map_or_else(String::new, |user| format!("{user}@"));
    let one = |host: &str| format!("{}://{user}{}{}", parts.scheme, host.trim(), parts.rest);
    Ok(parts.hosts.split(',').map(one).collect())
}

/// The URL as people may see it: no password, neither before the hosts nor behind the question mark.
fn redacted(url: &str) -> String {
    let Some(Parts { scheme, user, hosts, rest }) = parts(url) else { return "…".into() };
    let user = user.map_or_else(String::new, |user| match user.split_once(':') {
        Some((name, _)) => format!("{name}:…@"),
        None => format!("{user}@"),
    });
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let hide = |pair: &str| if pair.starts_with("password=") { "password=…".to_owned() } else { pair.to_owned() };
    let query = query.map(|query| query.split('&').map(hide).collect::<Vec<_>>().join("&"));
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    format!("{scheme}://{user}{hosts}{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_with_several_hosts_is_one_for_each() {
        let urls = each_host("postgres://mill:a%40b@one:5432,[::1]:5433/ledger?sslmode=require").unwrap();
        let rest = "/ledger?sslmode=require";
        assert_eq!(urls, ["one:5432", "[::1]:5433"].map(|host| format!("postgres://mill:a%40b@{host}{rest}")));
        assert!(each_host("mysql://one/ledger").is_err());
    }

    #[test]
    fn no_password_is_ever_shown() {
        for url in [
            "postgres://mill:hidden@one,two/ledger",
            "postgres://one/ledger?sslmode=require&password=hidden",
            "postgres://mill:hid@hidden@one/ledger",
            "hidden",
        ] {
            let options = PostgresOptions { listen_url: Some(url.into()), ..PostgresOptions::new(url) };
            let shown = format!("{options:?}");
            assert!(!shown.contains("hid"), "{shown}");
        }
    }
}
