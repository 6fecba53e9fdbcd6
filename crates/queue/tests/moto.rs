//! The queue against moto.

use identity::{Cached, Chain, Place};
use ledger::{BatchId, Call, TaskId, TenantId};
use queue::{Message, Queue, QueueError, Settings, probe};
use serde_json::{Value, json};
use servers::{Action, Fault, Identity, Moto, Proxy};
use std::time::Duration;

/// Long enough that only a broken queue shows it again.
const LONG: Duration = Duration::from_secs(600);
const NONE: Duration = Duration::ZERO;

/// moto, and before it somebody who looks at signatures.
struct Post {
    moto: Moto,
    proxy: Proxy,
}

impl Post {
    fn start() -> Self {
        let moto = Moto::start();
        let known = Identity { id: "key".into(), secret: "secret".into(), token: None, ends: None };
        let address = moto.server().address();
        // It has a runtime of its own, which cannot be started from within ours.
        let proxy = std::thread::spawn(move || Proxy::start(address, vec![known])).join().unwrap();
        Self { moto, proxy }
    }

    fn settings(&self, url: &str) -> Settings {
        let (region, endpoint) = (Some("us-east-1".into()), Some(self.proxy.url()));
        Settings { url: url.into(), region, endpoint, ..Settings::default() }
    }

    async fn open(&self, url: &str) -> Queue {
        Queue::open(&self.settings(url), &who("secret")).await.unwrap()
    }

    /// A queue of this name.
    async fn fresh(&self, name: &str) -> Queue {
        self.open(&self.moto.queue(name, json!({}))).await
    }

    /// One from which messages go to the queue `dead`.
    fn mortal(&self, name: &str, most: u32) -> String {
        let dead = format!("arn:aws:sqs:us-east-1:{ACCOUNT}:dead");
        let policy = json!({ "deadLetterTargetArn": dead, "maxReceiveCount": most }).to_string();
        self.moto.queue(name, json!({ "RedrivePolicy": policy }))
    }
}

/// Somebody with this key.
fn who(secret: &str) -> Cached {
    Cached::new(Chain::new(Place::of(&[("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", secret), OFF], "")))
}

const OFF: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "true");
const ACCOUNT: &str = "123456789012";

fn call(task: i64) -> Call {
    Call { tenant: TenantId(task % 3), batch: BatchId(1), task: TaskId(task) }
}

fn tasks(messages: &[Message]) -> Vec<i64> {
    let mut tasks: Vec<_> = messages.iter().map(|m| m.call.unwrap().task.0).collect();
    tasks.sort();
    tasks
}

/// Everything that can be seen, hidden from now on.
async fn all(queue: &Queue) -> Vec<Message> {
    let mut all = Vec::new();
    loop {
        // A call of our own at the end, so that nobody waits for a poll to end.
        queue.send(&[call(-1)]).await.unwrap();
        let piece = queue.receive(10, LONG).await.unwrap();
        let (marks, some): (Vec<_>, Vec<_>) = piece.into_iter().partition(|m| m.call.unwrap().task.0 == -1);
        queue.delete(&marks.iter().collect::<Vec<_>>()).await.unwrap();
        if some.is_empty() && !marks.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

#[tokio::test]
async fn what_was_sent_before_anybody_listens_is_heard_once() {
    let post = Post::start();
    let queue = post.fresh("work").await;
    let calls: Vec<_> = (1..=23).map(call).collect();
    assert_eq!(queue.send(&calls).await.unwrap(), 23);
    let first = queue.receive(4, LONG).await.unwrap();
    assert!(!first.is_empty() && first.len() <= 4, "never more than asked for");
    let rest = all(&queue).await;
    assert_eq!(tasks(&[first, rest].concat()), (1..=23).collect::<Vec<_>>());
    assert!(all(&queue).await.is_empty(), "hidden");
}

#[tokio::test]
async fn a_message_ends_the_wait() {
    let post = Post::start();
    let queue = post.fresh("work").await;
    let listening = tokio::spawn({
        let queue = queue.clone();
        async move { queue.receive(10, LONG).await.unwrap() }
    });
    // The look at its opening, and the question for messages.
    while post.proxy.count("POST") < 2 {
        tokio::task::yield_now().await;
    }
    queue.send(&[call(7)]).await.unwrap();
    assert_eq!(tasks(&listening.await.unwrap()), [7]);
}

#[tokio::test]
async fn what_is_not_deleted_comes_again() {
    let post = Post::start();
    let queue = post.fresh("work").await;
    queue.send(&(1..=12).map(call).collect::<Vec<_>>()).await.unwrap();
    let messages = all(&queue).await;
    let (done, open): (Vec<_>, Vec<_>) = messages.iter().partition(|m| m.call.unwrap().task.0 > 2);
    queue.delete(&done).await.unwrap();
    queue.hide(&open, NONE).await.unwrap();
    let again = all(&queue).await;
    assert_eq!(tasks(&again), [1, 2]);
    assert!(again.iter().all(|m| m.receives == 2), "{again:?}");
    queue.delete(&again.iter().collect::<Vec<_>>()).await.unwrap();
    queue.hide(&again.iter().collect::<Vec<_>>(), NONE).await.unwrap();
    assert!(all(&queue).await.is_empty(), "what is gone cannot be shown");
}

#[tokio::test]
async fn a_message_is_replaced_before_it_must_be_let_go() {
    let post = Post::start();
    let queue = post.fresh("work").await;
    queue.send(&[call(1)]).await.unwrap();
    let old = all(&queue).await;
    assert!(!old[0].is_old());
    queue.replace(&[&old[0]]).await.unwrap();
    let new = all(&queue).await;
    assert_eq!((tasks(&new), new[0].receives), (vec![1], 1));
    queue.hide(&[&old[0]], NONE).await.unwrap();
    assert!(all(&queue).await.is_empty(), "the old one is gone");
}

#[tokio::test]
async fn messages_of_a_tenant_are_a_group() {
    let post = Post::start();
    let queue = post.fresh("work").await;
    queue.send(&[call(4), call(5)]).await.unwrap();
    let mut seen: Vec<Value> = Vec::new();
    while seen.len() < 2 {
        let asked =
            json!({ "QueueUrl": post.moto.queue("work", json!({})), "AttributeNames": ["All"], "WaitTimeSeconds": 1 });
        seen.extend(post.moto.sqs("ReceiveMessage", asked)["Messages"].as_array().cloned().unwrap_or_default());
    }
    for message in seen {
        let body: Call = serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
        assert_eq!(message["Attributes"]["MessageGroupId"], body.tenant.to_string(), "{message}");
    }
}

#[tokio::test]
async fn what_passes_is_asked_for_again_and_what_was_lost_may_come_twice() {
    let post = Post::start();
    let queue = post.fresh("work").await;
    post.proxy.fault(Fault::times("POST", 3, Action::Status { status: 503, code: "Unavailable".into() }));
    assert_eq!(queue.send(&[call(1)]).await.unwrap(), 1);
    post.proxy.fault(Fault::times("POST", 1, Action::Lose));
    assert_eq!(queue.send(&[call(2)]).await.unwrap(), 1);
    assert_eq!(post.proxy.count("faults"), 4);
    assert_eq!(tasks(&all(&queue).await), [1, 2, 2]);
    post.proxy.fault(Fault::always("POST", Action::Status { status: 503, code: "Unavailable".into() }));
    let error = queue.send(&[call(3)]).await.unwrap_err();
    assert!(matches!(error, QueueError::Away { action: "SendMessageBatch", .. }), "{error}");
}

#[tokio::test]
async fn a_queue_that_is_away_at_the_beginning_is_looked_at_again() {
    let post = Post::start();
    let dead = post.moto.queue("dead", json!({}));
    let url = post.mortal("work", 100);
    post.proxy.fault(Fault::times("POST", 4, Action::Status { status: 503, code: "Unavailable".into() }));
    let queue = post.open(&url).await;
    assert!(queue.warnings()[0].contains("503"), "{:?}", queue.warnings());
    post.moto.sqs("SendMessage", json!({ "QueueUrl": dead, "MessageBody": "hello" }));
    assert_eq!(queue.dead().await.unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_comes_in_with_another_key() {
    let post = Post::start();
    let url = post.moto.queue("work", json!({}));
    let error = Queue::open(&post.settings(&url), &who("guessed")).await.unwrap_err();
    assert!(matches!(error, QueueError::Refused { .. }) && error.to_string().contains("403"), "{error}");
    assert_eq!(post.proxy.count("denied"), 1, "it is not asked again");
}

#[tokio::test]
async fn what_is_missing_is_said() {
    let post = Post::start();
    let warnings = post.fresh("bare").await.warnings().join(" ");
    assert!(warnings.contains("no redrive policy"), "{warnings}");
    let dead = post.moto.queue("dead", json!({}));
    let warnings = post.open(&post.mortal("hasty", 3)).await.warnings().join(" ");
    assert!(warnings.contains("maxReceiveCount is 3"), "{warnings}");
    let url = post.mortal("work", 100);
    assert_eq!(post.open(&url).await.warnings(), [] as [String; 0]);
    post.moto.sqs("DeleteQueue", json!({ "QueueUrl": dead }));
    let warnings = post.open(&url).await.warnings().join(" ");
    assert!(warnings.contains("dlq_url"), "{warnings}");
}

#[tokio::test]
async fn the_dead_are_read_and_sent_again_or_buried() {
    let post = Post::start();
    let tomb = post.moto.queue("dead", json!({}));
    let url = post.mortal("work", 1);
    let queue = post.open(&url).await;
    queue.send(&[call(1), call(2)]).await.unwrap();
    post.moto.sqs("SendMessage", json!({ "QueueUrl": url, "MessageBody": "hello" }));
    let mut seen = Vec::new();
    while seen.len() < 3 {
        seen.extend(queue.receive(10, LONG).await.unwrap());
    }
    queue.hide(&seen.iter().collect::<Vec<_>>(), NONE).await.unwrap();
    // The second time they are too many times: they are moved instead.
    queue.send(&[call(3)]).await.unwrap();
    let mut dead = Vec::new();
    while dead.len() < 3 {
        let some = queue.receive(10, LONG).await.unwrap();
        assert!(some.iter().all(|m| m.call.unwrap().task.0 == 3), "{some:?}");
        queue.hide(&some.iter().collect::<Vec<_>>(), LONG).await.unwrap();
        dead.extend(queue.dead().await.unwrap());
        queue.send(&[call(3)]).await.unwrap();
    }
    let of = |task: Option<i64>| dead.iter().find(|m| m.call.map(|c| c.task.0) == task).unwrap();
    queue.revive(&[of(Some(1))]).await.unwrap();
    queue.bury(&[of(Some(2)), of(None)]).await.unwrap();
    assert_eq!(post.moto.depth(&tomb), 0);
    let alive = all(&queue).await;
    assert!(tasks(&alive).contains(&1), "{alive:?}");
}

#[tokio::test]
async fn a_probe_leaves_nothing_and_stays_out_of_production() {
    let post = Post::start();
    let (work, trial) = (post.moto.queue("work", json!({})), post.moto.queue("trial", json!({})));
    let production = post.settings(&work);
    probe(&production, &trial, &who("secret")).await.unwrap();
    assert_eq!(post.moto.depth(&trial), 0);
    let elsewhere = work.replace(ACCOUNT, "999999999999");
    for url in [&work, &elsewhere] {
        let probed = probe(&production, url, &who("secret")).await;
        assert!(matches!(probed, Err(QueueError::Production(name)) if name == "work"));
    }
}

#[tokio::test]
async fn a_queue_that_is_not_there_is_an_error() {
    let post = Post::start();
    let url = format!("{}/{ACCOUNT}/nowhere", post.moto.url());
    let error = Queue::open(&post.settings(&url), &who("secret")).await.unwrap_err().to_string();
    assert!(error.contains("GetQueueAttributes") && error.contains("DoesNotExist"), "{error}");
}

#[tokio::test]
async fn a_queue_says_whether_it_answers() {
    let post = Post::start();
    let url = post.moto.queue("work", json!({}));
    let queue = post.open(&url).await;
    queue.answers().await.unwrap();
    post.moto.sqs("DeleteQueue", json!({ "QueueUrl": url }));
    let error = queue.answers().await.unwrap_err().to_string();
    assert!(error.contains("DoesNotExist"), "{error}");
}
