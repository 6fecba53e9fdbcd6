//! Answers that are asked for again and again, kept for a while.
//!
//! ```text
//!  look ──there──▶ answer
//!    └──not there, generation g──▶ ledger ──▶ fill, if the generation is still g
//!  change ──▶ ledger ──▶ remove the generation: no answer of it holds, none on its way is taken
//! ```
//! A generation is a random word that belongs to a subject, such as a batch. So whoever read before a change and fills
//! after it is refused, and whoever changes need not know whose answers there are. A process that cannot reach Redis
//! removes the generation as soon as it can; until then others may be told what was true [`LONGEST`] ago at most.

use super::Shared;
use ledger::{BatchId, BatchState, TenantId};
use redis::Script;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

static LOOK: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("look.lua")));
static FILL: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("fill.lua")));
/// How long a generation lives. Answers of one that is gone do not hold.
const GENERATION: Duration = Duration::from_secs(600);
/// How long an answer is kept that may change.
pub const LONGEST: Duration = Duration::from_secs(10);
/// How long an answer is kept that changes all the time.
const SHORT: Duration = Duration::from_secs(1);
/// How long an answer is kept that never changes.
pub const FOR_GOOD: Duration = Duration::from_secs(600);

/// What an answer is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// How a batch stands.
    Batch(BatchId),
    /// A version of a recipe.
    Recipe(TenantId, String, u32),
}

impl Subject {
    /// The word for figures.
    fn what(&self) -> &'static str {
        match self {
            Self::Batch(_) => "batch",
            Self::Recipe(..) => "recipe",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Batch(id) => write!(f, "batch:{id}"),
            Self::Recipe(tenant, name, version) => write!(f, "recipe:{tenant}:{name}:{version}"),
        }
    }
}

/// How long it is known how a batch stands.
pub fn standing(state: BatchState) -> Duration {
    if state.is_over() { LONGEST } else { SHORT }
}

impl Shared {
    /// The answer to a tenant about a subject: as it is kept, or as `read` has it, which is then kept for `keep`. Where
    /// nothing is shared now, it is read.
    pub async fn cached<T, E>(
        &self,
        tenant: TenantId,
        subject: Subject,
        keep: impl FnOnce(&T) -> Option<Duration>,
        read: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
    {
        let Some(looked) = self.look(tenant, &subject).await else { return read.await };
        let kept = looked.answer.as_ref().and_then(|text| serde_json::from_str(text).ok());
        count(&subject, if kept.is_some() { "hit" } else { "miss" });
        if let Some(answer) = kept {
            return Ok(answer);
        }
        let answer = read.await?;
        if let (Some(keep), Ok(text)) = (keep(&answer), serde_json::to_string(&answer)) {
            self.fill(looked, text, keep).await;
        }
        Ok(answer)
    }

    /// These batches have changed.
    pub async fn batches_changed(&self, batches: &[BatchId]) {
        let Some(link) = &self.link else { return };
        let generation = |id: &BatchId| link.key(format_args!("generation:{}", Subject::Batch(*id)));
        if !batches.is_empty() {
            link.remove(batches.iter().map(generation).collect()).await;
        }
    }

    async fn look(&self, tenant: TenantId, subject: &Subject) -> Option<Looked> {
        let link = self.link.as_ref()?;
        let answer = link.key(format_args!("answer:{tenant}:{subject}"));
        let generation = link.key(format_args!("generation:{subject}"));
        let mut call = LOOK.key(&answer);
        call.key(&generation).arg(fresh()?).arg(millis(GENERATION));
        let looked: Option<(String, Option<String>)> = link.ask(async |mut c| call.invoke_async(&mut c).await).await;
        if looked.is_none() {
            count(subject, "away");
        }
        let (seen, found) = looked?;
        Some(Looked { keys: [answer, generation], seen, answer: found })
    }

    async fn fill(&self, looked: Looked, text: String, keep: Duration) {
        let Some(link) = &self.link else { return };
        let [answer, generation] = looked.keys;
        let mut call = FILL.key(answer);
        call.key(generation).arg(looked.seen).arg(text).arg(millis(keep));
        // Not kept is slower, no more.
        let _: Option<bool> = link.ask(async |mut c| call.invoke_async(&mut c).await).await;
    }
}

/// What the cache said.
struct Looked {
    keys: [String; 2],
    seen: String,
    answer: Option<String>,
}

fn count(subject: &Subject, outcome: &'static str) {
    metrics::counter!("rawmill_cache_total", "what" => subject.what(), "outcome" => outcome).increment(1);
}

/// A word that nobody has used before. Without randomness nothing is cached.
pub(super) fn fresh() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex::encode(bytes))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::kit::process;
    use std::convert::Infallible;
    use std::future::ready;

    const BATCH: BatchId = BatchId(7);

    /// What the cache says where the ledger says `truth`.
    async fn ask(shared: &Shared, tenant: i64, truth: u32) -> u32 {
        let read = ready(Ok::<u32, Infallible>(truth));
        let keep = |_: &u32| Some(FOR_GOOD);
        shared.cached(TenantId(tenant), Subject::Batch(BATCH), keep, read).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_kept_is_told_until_it_changes_anywhere() {
        let server = servers::Redis::start();
        let (a, b) = (process(&server).await, process(&server).await);
        assert_eq!(ask(&a, 1, 10).await, 10);
        assert_eq!(ask(&b, 1, 11).await, 10, "kept by the other process");
        assert_eq!(ask(&b, 2, 12).await, 12, "another tenant is never told it");
        b.batches_changed(&[BatchId(8)]).await;
        assert_eq!(ask(&a, 1, 13).await, 10);
        b.batches_changed(&[BATCH]).await;
        assert_eq!((ask(&a, 1, 14).await, ask(&a, 2, 15).await), (14, 15));
        server.flush();
        assert_eq!(ask(&b, 1, 16).await, 16);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_fill_that_a_change_overtook_is_refused() {
        let server = servers::Redis::start();
        let (slow, other) = (process(&server).await, process(&server).await);
        let read = async {
            // It has read 1; before it can fill, the batch changes, and somebody else fills with what is true now.
            other.batches_changed(&[BATCH]).await;
            assert_eq!(ask(&other, 1, 2).await, 2);
            Ok::<u32, Infallible>(1)
        };
        let keep = |_: &u32| Some(FOR_GOOD);
        let told = slow.cached(TenantId(1), Subject::Batch(BATCH), keep, read).await.unwrap();
        assert_eq!(told, 1, "it is told what was true when it asked");
        assert_eq!(ask(&slow, 1, 3).await, 2, "but nobody after it");
        // The same without anybody else's fill, and with a flush in place of a change.
        for forget in [true, false] {
            let read = async {
                other.batches_changed(&[BATCH]).await;
                if forget {
                    server.flush();
                }
                Ok::<u32, Infallible>(4)
            };
            slow.batches_changed(&[BATCH]).await;
            slow.cached(TenantId(1), Subject::Batch(BATCH), keep, read).await.unwrap();
            assert_eq!(ask(&slow, 1, 5).await, 5);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_change_while_redis_hangs_is_made_good_before_it_is_used_again() {
        let server = servers::Redis::start();
        let (a, b) = (process(&server).await, process(&server).await);
        assert_eq!(ask(&a, 1, 1).await, 1);
        server.freeze();
        assert_eq!(ask(&a, 1, 2).await, 2, "away is the ledger's answer");
        b.batches_changed(&[BATCH]).await;
        server.thaw();
        b.until(true).await;
        a.until(true).await;
        assert_eq!(ask(&a, 1, 3).await, 3);
        server.kill();
        assert_eq!(ask(&a, 1, 4).await, 4);
        server.revive();
        a.until(true).await;
        assert_eq!((ask(&a, 1, 5).await, ask(&a, 1, 6).await), (5, 5), "it keeps again");
    }
}
