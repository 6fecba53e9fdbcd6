//! The queue against moto.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{BehaviorVersion, Config, Region};
use aws_sdk_sqs::types::QueueAttributeName;
use ledger::{BatchId, Call, TaskId, TenantId};
use queue::{Message, Queue, QueueError, Settings, probe};
use servers::Moto;
use std::time::Duration;

const REGION: &str = "eu-central-1";
/// Long enough that only a broken queue shows it again.
const LONG: Duration = Duration::from_secs(600);
const NONE: Duration = Duration::ZERO;

fn keys() -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "test"))
}

/// A client that looks from outside.
fn outside(moto: &Moto) -> Client {
    use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let config = Config::builder().behavior_version(BehaviorVersion::latest()).region(Region::new(REGION));
    let config = config.credentials_provider(keys()).endpoint_url(moto.url()).http_client(http);
    Client::from_conf(config.build())
}

async fn create(moto: &Moto, name: &str, attributes: &[(QueueAttributeName, String)]) -> String {
    let mut create = outside(moto).create_queue().queue_name(name);
    for (key, value) in attributes {
        create = create.attributes(key.clone(), value);
    }
    create.send().await.unwrap().queue_url.unwrap()
}

fn settings(moto: &Moto, url: &str) -> Settings {
    Settings { url: url.into(), dlq_url: None, region: Some(REGION.into()), endpoint: Some(moto.url()) }
}

async fn fresh(moto: &Moto, name: &str) -> Queue {
    let url = create(moto, name, &[]).await;
    Queue::open(&settings(moto, &url), keys()).await.unwrap()
}

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
    let moto = Moto::start();
    let queue = fresh(&moto, "work").await;
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
    let moto = Moto::start();
    let queue = fresh(&moto, "work").await;
    let listening = tokio::spawn({
        let queue = queue.clone();
        async move { queue.receive(10, LONG).await.unwrap() }
    });
    queue.send(&[call(7)]).await.unwrap();
    assert_eq!(tasks(&listening.await.unwrap()), [7]);
}

#[tokio::test]
async fn what_is_not_deleted_comes_again() {
    let moto = Moto::start();
    let queue = fresh(&moto, "work").await;
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
    let moto = Moto::start();
    let queue = fresh(&moto, "work").await;
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
async fn what_is_missing_is_said() {
    let moto = Moto::start();
    let warnings = fresh(&moto, "bare").await.warnings().join(" ");
    assert!(warnings.contains("no redrive policy"), "{warnings}");
    let policy = |most| {
        let policy =
            format!(r#"{{"deadLetterTargetArn":"arn:aws:sqs:{REGION}:123456789012:dead","maxReceiveCount":"{most}"}}"#);
        [(QueueAttributeName::RedrivePolicy, policy)]
    };
    let open = async |url: String| Queue::open(&settings(&moto, &url), keys()).await.unwrap();
    create(&moto, "dead", &[]).await;
    let warnings = open(create(&moto, "hasty", &policy(3)).await).await.warnings().join(" ");
    assert!(warnings.contains("maxReceiveCount is 3"), "{warnings}");
    let url = create(&moto, "work", &policy(100)).await;
    assert_eq!(open(url.clone()).await.warnings(), [] as [String; 0]);
    let dead = outside(&moto).get_queue_url().queue_name("dead").send().await.unwrap().queue_url.unwrap();
    outside(&moto).delete_queue().queue_url(dead).send().await.unwrap();
    let warnings = open(url).await.warnings().join(" ");
    assert!(warnings.contains("dlq_url"), "{warnings}");
}

#[tokio::test]
async fn the_dead_are_read_and_sent_again_or_buried() {
    let moto = Moto::start();
    create(&moto, "dead", &[]).await;
    let policy = format!(r#"{{"deadLetterTargetArn":"arn:aws:sqs:{REGION}:123456789012:dead","maxReceiveCount":"1"}}"#);
    let url = create(&moto, "work", &[(QueueAttributeName::RedrivePolicy, policy)]).await;
    let queue = Queue::open(&settings(&moto, &url), keys()).await.unwrap();
    queue.send(&[call(1), call(2)]).await.unwrap();
    outside(&moto).send_message().queue_url(&url).message_body("hello").send().await.unwrap();
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
    assert!(queue.dead().await.unwrap().is_empty());
    let alive = all(&queue).await;
    assert!(tasks(&alive).contains(&1), "{alive:?}");
}

#[tokio::test]
async fn a_probe_leaves_nothing_and_stays_out_of_production() {
    let moto = Moto::start();
    let (work, trial) = (create(&moto, "work", &[]).await, create(&moto, "trial", &[]).await);
    let production = settings(&moto, &work);
    probe(&production, &trial, keys()).await.unwrap();
    let left = outside(&moto).receive_message().queue_url(&trial).send().await.unwrap();
    assert!(left.messages().is_empty());
    let elsewhere = work.replace("123456789012", "999999999999");
    for url in [&work, &elsewhere] {
        assert!(matches!(probe(&production, url, keys()).await, Err(QueueError::Production(name)) if name == "work"));
    }
}

#[tokio::test]
async fn a_queue_that_is_not_there_is_an_error() {
    let moto = Moto::start();
    let url = moto.url() + "/123456789012/nowhere";
    let error = Queue::open(&settings(&moto, &url), keys()).await.unwrap_err().to_string();
    assert!(error.contains("look at the queue") && error.contains("NonExistent"), "{error}");
}
