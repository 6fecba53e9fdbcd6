//! Engines for tests in other languages.
//!
//!     engines postgres s3 redis
//!
//! Starts those named, says where they are in one line of JSON, and answers each line of standard input with one of its
//! own: `postgres create NAME`, `postgres kill`, `s3 fault {…}`, `redis flush`. Everything ends with standard input.
//! An engine that takes other commands gets a word here and a function below.

use serde_json::{Value, json};
use servers::{Fault, Moto, Postgres, Proxy, Redis};
use std::io::{BufRead, Write};

/// Who may use the bucket `lab`.
const KEY: (&str, &str) = ("AKIALAB", "the-secret-of-the-lab");

#[derive(Default)]
struct Engines {
    postgres: Option<Postgres>,
    bucket: Option<(Moto, Proxy)>,
    redis: Option<Redis>,
}

impl Engines {
    fn start(names: impl Iterator<Item = String>) -> Self {
        let mut engines = Self::default();
        for name in names {
            match name.as_str() {
                "postgres" => engines.postgres = Some(Postgres::start_durable()),
                "s3" => engines.bucket = Some(Moto::guarded(KEY)),
                "redis" => engines.redis = Some(Redis::start()),
                _ => panic!("no such engine: {name}; there are postgres, s3, redis"),
            }
        }
        engines
    }

    /// Where they are. `moto` is the bucket behind the proxy, for who wants to look without being harmed.
    fn places(&self) -> Value {
        json!({
            "postgres": self.postgres.as_ref().map(|p| p.url("")),
            "s3": self.bucket.as_ref().map(|(_, proxy)| proxy.url()),
            "moto": self.bucket.as_ref().map(|(moto, _)| moto.url()),
            "key": KEY.0, "secret": KEY.1,
            "redis": self.redis.as_ref().map(Redis::url),
        })
    }

    /// Does as the line says; `None` where nobody knows what that is.
    fn obey(&self, line: &str) -> Option<String> {
        let (engine, rest) = line.split_once(' ')?;
        let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        match engine {
            "postgres" => postgres(self.postgres.as_ref()?, word, rest),
            "s3" => s3(&self.bucket.as_ref()?.1, word, rest),
            "redis" => redis(self.redis.as_ref()?, word),
            _ => None,
        }
    }
}

fn postgres(server: &Postgres, word: &str, rest: &str) -> Option<String> {
    match word {
        "create" => return Some(server.create(rest)),
        "kill" => server.kill(),
        "stop" => server.stop(),
        "revive" => server.revive(),
        "freeze" => server.freeze(),
        "thaw" => server.thaw(),
        _ => return None,
    }
    Some("done".into())
}

fn s3(proxy: &Proxy, word: &str, rest: &str) -> Option<String> {
    match word {
        "fault" => proxy.fault(serde_json::from_str::<Fault>(rest).ok()?),
        "clear" => proxy.clear(),
        "count" => return Some(proxy.count(rest).to_string()),
        _ => return None,
    }
    Some("done".into())
}

fn redis(server: &Redis, word: &str) -> Option<String> {
    match word {
        "kill" => server.kill(),
        "revive" => server.revive(),
        "freeze" => server.freeze(),
        "thaw" => server.thaw(),
        "flush" => server.flush(),
        _ => return None,
    }
    Some("done".into())
}

fn main() {
    let engines = Engines::start(std::env::args().skip(1));
    let mut out = std::io::stdout();
    writeln!(out, "{}", engines.places()).expect("somebody listens");
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let answer = engines.obey(&line).unwrap_or_else(|| format!("unknown: {line}"));
        writeln!(out, "{answer}").expect("somebody listens");
    }
}
