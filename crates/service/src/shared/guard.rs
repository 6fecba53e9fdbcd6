//! Names of requests that are being answered by any web server.
//!
//! A name goes by itself after [`HELD`]: the process that had it may have been killed. Then two may answer the same request
//! and meet at the ledger, which takes one.

use super::Shared;
use super::cache::fresh;
use super::link::Link;
use redis::{Script, cmd};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// How long a name is held at most.
const HELD: Duration = Duration::from_secs(10);
/// Removes a name if it is still ours.
static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0")
});

/// A name that is held; free when dropped.
#[derive(Debug)]
pub struct Held {
    link: Arc<Link>,
    key: String,
    owner: String,
}

/// What became of a name that somebody asked for.
#[derive(Debug)]
pub enum Entered {
    /// It is ours, over all web servers.
    Held(Held),
    /// Another web server has it.
    Taken,
    /// Nothing is shared now.
    Alone,
}

impl Shared {
    /// Asks for a name.
    pub async fn enter(&self, name: &str) -> Entered {
        let (Some(link), Some(owner)) = (&self.link, fresh()) else { return Entered::Alone };
        let key = link.key(format_args!("answering:{name}"));
        let mut set = cmd("SET");
        set.arg(&key).arg(&owner).arg("NX").arg("PX").arg(HELD.as_secs() * 1_000);
        // Made before it is asked: should nobody wait for the answer any more, the name is free again all the same.
        let held = Held { link: Arc::clone(link), key, owner };
        match link.ask(async |mut c| set.query_async::<bool>(&mut c).await).await {
            Some(true) => Entered::Held(held),
            Some(false) => Entered::Taken,
            None => Entered::Alone,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let (link, key, owner) =
            (Arc::clone(&self.link), std::mem::take(&mut self.key), std::mem::take(&mut self.owner));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let mut call = RELEASE.key(key);
                call.arg(owner);
                let _: Option<bool> = link.ask(async |mut c| call.invoke_async(&mut c).await).await;
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::kit::process;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_name_is_held_by_one_until_it_lets_go() {
        let server = servers::Redis::start();
        let (a, b) = (process(&server).await, process(&server).await);
        let Entered::Held(held) = a.enter("1/k").await else { panic!("it is free") };
        assert!(matches!(b.enter("1/k").await, Entered::Taken));
        let Entered::Held(other) = b.enter("2/k").await else { panic!("another name") };
        drop(held);
        let again = loop {
            match b.enter("1/k").await {
                Entered::Held(again) => break again,
                Entered::Taken => tokio::task::yield_now().await,
                Entered::Alone => panic!("redis is there"),
            }
        };
        // What was forgotten is somebody else's: the first one must not free it.
        server.flush();
        let Entered::Held(third) = a.enter("1/k").await else { panic!("it is free") };
        drop((again, other));
        for _ in 0..20 {
            assert!(matches!(b.enter("1/k").await, Entered::Taken));
        }
        assert!(server.tell("PTTL test:answering:1/k").trim_start_matches(':').parse::<u64>().unwrap() <= 10_000);
        server.kill();
        assert!(matches!(b.enter("1/k").await, Entered::Alone));
        drop(third);
    }
}
