//! What web servers share: reached, of which version, and ready to forget.

use super::{PATIENCE, Report};
use crate::config::{Config, Redis};
use crate::shared::link::client;
use ::redis::{AsyncConnectionConfig, cmd};
use std::time::{Duration, Instant};

/// How long an answer took, and what the server says of itself.
struct Told {
    latency: Duration,
    info: String,
}

/// Asks it, and writes a name that ends by itself.
pub async fn examine(config: &Config, report: &mut Report) {
    let Some(redis) = &config.redis else { return };
    let asked = tokio::time::timeout(PATIENCE, ask(redis)).await;
    let told = match asked.unwrap_or_else(|_| Err("it does not answer".into())) {
        Ok(told) => told,
        Err(why) => {
            let advice =
                "see that it runs, and that redis.url and its files are right; until then all is slower, not wrong";
            return report.fail("redis", why, advice);
        }
    };
    report.ok("redis", format!("Redis {}", told.value("redis_version")));
    report.took(told.latency);
    match told.value("maxmemory_policy") {
        policy if policy.starts_with("allkeys-") => report.ok("redis memory", policy),
        policy => {
            let advice = "set maxmemory, and maxmemory-policy to allkeys-lru: all in it may be forgotten";
            report.warn("redis memory", format!("when full it does `{policy}`"), advice);
        }
    }
}

async fn ask(redis: &Redis) -> Result<Told, String> {
    let client = client(redis).map_err(|e| e.to_string())?;
    let limits =
        AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE));
    let connected = client.get_multiplexed_async_connection_with_config(&limits).await;
    let mut connection = connected.map_err(|e| e.to_string())?;
    let began = Instant::now();
    let probe = cmd("SET").arg(format!("{}:doctor", redis.prefix)).arg(1).arg("PX").arg(1_000).to_owned();
    probe.query_async::<()>(&mut connection).await.map_err(|e| e.to_string())?;
    let latency = began.elapsed();
    let info = cmd("INFO").query_async(&mut connection).await.map_err(|e| e.to_string())?;
    Ok(Told { latency, info })
}

impl Told {
    /// A line of what it said.
    fn value(&self, name: &str) -> &str {
        let mut pairs = self.info.lines().filter_map(|line| line.split_once(':'));
        pairs.find(|(found, _)| *found == name).map_or("unknown", |(_, value)| value.trim())
    }
}
