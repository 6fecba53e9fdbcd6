//! Workers that go on whatever happens, and the count afterwards.

use ledger::conformance::{kit, shop};
use ledger::*;
use servers::{Pgbouncer, Postgres as Server};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Of every claim.
pub const LEASE: Duration = Duration::from_secs(3);
/// All tasks.
pub const TASKS: usize = 360;
const WORKERS: usize = 8;
pub const DATABASE: &str = "mill";

/// Does it until the database is there. Any other error is a bug.
macro_rules! again {
    ($work:expr) => {
        loop {
            match $work.await {
                Ok(done) => break done,
                Err(error) if error.may_pass() => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(error) => panic!("{error}: {error:?}"),
            }
        }
    };
}

/// A server, workers that are at it, and what they know.
pub struct Mill {
    /// The server that gets into trouble.
    pub server: Arc<Server>,
    pooler: Option<Pgbouncer>,
    /// Tasks that were there before.
    before: usize,
    known: Arc<Known>,
    workers: Vec<JoinHandle<Vec<Token>>>,
    upkeep: JoinHandle<()>,
}

/// What all of them know.
#[derive(Default)]
struct Known {
    /// Whose success is recorded, as the ledger said.
    told: Mutex<Vec<Token>>,
    /// Every batch is closed.
    over: AtomicBool,
}

impl Mill {
    /// Each worker is a process of its own.
    pub async fn start(options: impl Fn(&Server, &str) -> PostgresOptions) -> Self {
        let server = new_server();
        let options = options(&server, DATABASE);
        Self::start_at(server, None, &[options], false).await
    }

    /// All workers are in one process.
    pub async fn start_shared(options: impl Fn(&Server, &str) -> PostgresOptions) -> Self {
        let server = new_server();
        let options = options(&server, DATABASE);
        Self::start_at(server, None, &[options], true).await
    }

    /// Through a pooler of three connections.
    pub async fn start_pooled() -> Self {
        let server = new_server();
        let pooler = Pgbouncer::start(&server, 3);
        let options = PostgresOptions::new(pooler.url(DATABASE));
        Self::start_at(server, Some(pooler), &[options], false).await
    }

    /// At a server that is there. The workers take these ways to it in turn; the first one is upkeep's.
    pub async fn start_at(
        server: Arc<Server>,
        pooler: Option<Pgbouncer>,
        ways: &[PostgresOptions],
        shared: bool,
    ) -> Self {
        let ledger = open(&ways[0]).await;
        let before = server.sql(DATABASE, "SELECT count(*) FROM task").parse().unwrap();
        let known = Arc::<Known>::default();
        fill(&ledger).await;
        let mut workers = Vec::new();
        for way in ways.iter().cycle().take(WORKERS) {
            let way = way.clone();
            let ledger = shared.then(|| ledger.clone());
            let known = Arc::clone(&known);
            workers.push(tokio::spawn(async move {
                let ledger = if let Some(ledger) = ledger { ledger } else { open(&way).await };
                work(ledger, known).await
            }));
        }
        let upkeep = tokio::spawn(upkeep(ledger, Arc::clone(&known)));
        Self { server, pooler, before, known, workers, upkeep }
    }

    /// The pooler between.
    pub fn pooler(&self) -> &Pgbouncer {
        self.pooler.as_ref().unwrap()
    }

    /// So many tasks have their outcome.
    pub fn done(&self) -> usize {
        self.known.told.lock().unwrap().len()
    }

    /// These have it, as the ledger said.
    pub fn told(&self) -> Vec<Token> {
        self.known.told.lock().unwrap().clone()
    }

    /// Waits until everything has it, as the rows say.
    pub async fn all_done(&self) {
        let done = (self.before + TASKS).to_string();
        while self.server.sql(DATABASE, "SELECT count(*) FROM task WHERE state = 'succeeded'") != done {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until so many more have it.
    pub async fn some_more(&self, count: usize) {
        let until = (self.done() + count).min(TASKS);
        while self.done() < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits for the end and counts.
    pub async fn end(self) {
        let server = Arc::clone(&self.server);
        self.end_at(&server).await;
    }

    /// The same, at the server that has taken over and lacks nothing.
    pub async fn end_at(self, server: &Server) {
        let known = Arc::clone(&self.known);
        let mut tokens = self.end_with_losses(server).await;
        let count = tokens.len();
        tokens.sort();
        tokens.dedup();
        assert_eq!(tokens.len(), count, "no token was handed out twice");
        assert_eq!(known.told.lock().unwrap().len(), TASKS, "every success was told to whoever had it");
    }

    /// The same, where what was handed out last is forgotten. Gives what was handed out.
    pub async fn end_with_losses(self, server: &Server) -> Vec<Token> {
        let mut tokens = Vec::new();
        for worker in self.workers {
            let ended = tokio::time::timeout(Duration::from_secs(120), worker).await;
            tokens.extend(ended.expect("nothing is stuck").unwrap());
        }
        self.upkeep.await.unwrap();
        assert_eq!(server.sql(DATABASE, COUNT), format!("{}|0|0|0|0|0|0", self.before + TASKS));
        tokens
    }
}

/// How many of these successes a server does not know.
pub fn lost(server: &Server, told: &[Token]) -> usize {
    let known = server.sql(DATABASE, "SELECT task || '.' || number FROM attempt WHERE state = 'succeeded'");
    let known: BTreeSet<_> = known.lines().collect();
    told.iter().filter(|token| !known.contains(token.to_string().as_str())).count()
}

/// Done; then what must not be: without an outcome, with two, without its one output of the winner, without its one usage
/// row, counts that are left, batches that are not closed or lack an event.
const COUNT: &str = "SELECT
    (SELECT count(*) FROM task WHERE state = 'succeeded'),
    (SELECT count(*) FROM task WHERE state <> 'succeeded' OR lease IS NOT NULL),
    (SELECT count(*) FROM (SELECT task FROM attempt WHERE state = 'succeeded' GROUP BY task HAVING count(*) > 1) AS twice)
        + (SELECT count(*) FROM attempt WHERE state = 'running'),
    (SELECT count(*) FROM task WHERE 1 <> (SELECT count(*) FROM output WHERE output.task = task.id
        AND output.attempt = task.attempt AND output.path = task.id || '.' || task.attempt || '.jpg'))
        + abs((SELECT count(*) FROM output) - (SELECT count(*) FROM task)),
    (SELECT count(*) FROM task WHERE 1 <> (SELECT count(*) FROM usage WHERE usage.task = task.id)),
    (SELECT count(*) FROM pace WHERE queued <> 0 OR running <> 0),
    (SELECT count(*) FROM batch WHERE state <> 'closed' OR succeeded <> found OR last_event <> found + 2
        OR last_event <> (SELECT count(*) FROM event WHERE event.batch = batch.id AND number BETWEEN 1 AND last_event))";

pub fn new_server() -> Arc<Server> {
    let server = Server::start_durable();
    server.create(DATABASE);
    Arc::new(server)
}

async fn open(options: &PostgresOptions) -> Postgres {
    again!(Postgres::open(options.clone()))
}

/// Three tenants, four batches each.
async fn fill(ledger: &Postgres) {
    for id in 1..=3 {
        again!(ledger.put_tenant(&shop::tenant(id)));
        for _ in 0..4 {
            let batch = NewBatch { tenant: TenantId(id), ..NewBatch::local("web") };
            let batch = again!(ledger.open_batch(&batch));
            let tasks: Vec<_> = (0..TASKS / 12).map(|at| kit::new(&at.to_string())).collect();
            again!(ledger.add(batch, &tasks));
            again!(ledger.submit(batch, None, Duration::from_secs(9)));
        }
    }
}

/// Claims, renews and records until everything is done; returns what it was handed.
async fn work(ledger: Postgres, known: Arc<Known>) -> Vec<Token> {
    let asking = Asking { lease: Some(LEASE), ..shop::anything(2) };
    let mut tokens = Vec::new();
    while !known.over.load(Ordering::SeqCst) {
        let claims = again!(ledger.claim(&asking));
        tokio::time::sleep(Duration::from_millis(5)).await;
        for claim in claims {
            tokens.push(claim.token);
            finish(&ledger, claim.token, &known).await;
        }
    }
    tokens
}

/// One heartbeat, one outcome, told again until there is an answer.
async fn finish(ledger: &Postgres, token: Token, known: &Known) {
    let renewed = again!(ledger.renew(&[token], LEASE));
    if renewed != [Renewal::Renewed] {
        return;
    }
    let outputs = [kit::output(&format!("{token}.jpg"), "h")];
    let ending = kit::ending(token, kit::succeeded(&outputs));
    let verdict = again!(ledger.record(std::slice::from_ref(&ending)));
    if matches!(verdict[..], [Verdict::Recorded(TaskState::Succeeded) | Verdict::AlreadyYours]) {
        known.told.lock().unwrap().push(token);
    }
}

/// Folds and sweeps until every batch is closed.
async fn upkeep(ledger: Postgres, known: Arc<Known>) {
    loop {
        again!(ledger.fold());
        again!(ledger.sweep("upkeep"));
        if again!(ledger.unfinished()).is_empty() {
            return known.over.store(true, Ordering::SeqCst);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
