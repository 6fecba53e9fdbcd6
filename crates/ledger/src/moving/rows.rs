//! The shelves and their rows: each field is a column.

use super::{Part, Place};
use crate::LedgerError;
use crate::hooks::Secret;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Rows of these tables, a list of them, and one type for all. After `by` come the columns of a place.
macro_rules! shelves {
    ($($(#[$doc:meta])* $name:ident = $table:literal by [$($key:ident),+] { $($column:ident: $type:ty),+ $(,)? })+) => {
        /// A table that moves.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Shelf { $($(#[$doc])* $name),+ }

        $($(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[allow(missing_docs, reason = "a field is the column of this name")]
        pub struct $name { $(pub $column: $type),+ })+

        /// A row of any shelf.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum Row { $($(#[$doc])* $name($name)),+ }

        impl Shelf {
            /// All, in the order in which they move: what rows refer to comes before them, and users and keys come last, so that
            /// nobody enters before everything is there.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name of the table.
            pub fn table(self) -> &'static str {
                match self { $(Self::$name => $table),+ }
            }

            /// The columns that move.
            pub fn columns(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$(stringify!($column)),+]),+ }
            }

            /// The columns of a place.
            pub fn key(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$(stringify!($key)),+]),+ }
            }

            /// A row of this shelf as an engine gives it: an object of its columns.
            pub(crate) fn read(self, json: &str) -> Result<Row, LedgerError> {
                let row = match self { $(Self::$name => serde_json::from_str(json).map(Row::$name)),+ };
                row.map_err(|_| LedgerError::Unreadable { what: self.table(), found: json.into() })
            }
        }

        impl Row {
            /// Where it belongs.
            pub fn shelf(&self) -> Shelf {
                match self { $(Self::$name(_) => Shelf::$name),+ }
            }

            /// Where it stands there.
            pub fn place(&self) -> Place {
                match self { $(Self::$name(row) => Place(vec![$(Part::from(row.$key.clone())),+])),+ }
            }
        }
    };
}

shelves! {
    /// Tenants, and what they have at the moment.
    Tenant = "tenant" by [id] {
        id: i64, name: String, weight: i64, queued_cap: i64, running_cap: i64, paused: bool, queued: i64, running: i64,
        pass: i64,
    }
    /// Versions of recipes.
    Recipe = "recipe" by [tenant, name, version] {
        tenant: i64, name: String, version: i64, text: String, created: i64,
    }
    /// Uploads, and what they became.
    Upload = "upload" by [id] {
        id: i64, tenant: i64, kind: String, name: String, size: i64, sha256: Option<String>, part_size: i64, key: String,
        ticket: String, state: String, expires: i64, created: i64, media_type: Option<String>,
    }
    /// Batches, as last folded.
    Batch = "batch" by [id] {
        id: i64, tenant: i64, recipe: String, work: String, priority: i64, seated: bool, state: String, opened: i64,
        ended: Option<i64>, waits: Option<i64>, submitted: Option<i64>, found: i64, skipped: i64, succeeded: i64,
        failed: i64, cancelled: i64, last_event: i64,
    }
    /// Seats that each task of a batch needs.
    Need = "need" by [batch, pool] { batch: i64, pool: String, count: i64 }
    /// Tasks: the photos of batches.
    Task = "task" by [id] {
        id: i64, batch: i64, state: String, attempt: i64, input_name: String, input_size: i64, input_modified: i64,
        input_hash: Option<String>, detail: String, due: i64, lease: Option<i64>, heard: Option<i64>, since: Option<i64>,
        photo_faults: i64, expiries: i64,
    }
    /// Attempts at tasks.
    Attempt = "attempt" by [task, number] {
        task: i64, number: i64, state: String, worker: String, started: i64, ended: Option<i64>, class: Option<String>,
        what: Option<String>, why: Option<String>, advice: Option<String>, usage: Option<String>,
    }
    /// Outputs: the renditions.
    Made = "output" by [id] {
        id: i64, task: i64, attempt: i64, rendition: String, rendition_hash: String, path: String, size: i64, crc32: i64,
        name: String,
    }
    /// Seats that attempts hold.
    Seat = "seat" by [task, attempt, pool] { task: i64, attempt: i64, pool: String, count: i64, rest: Option<i64> }
    /// What happened to batches.
    Event = "event" by [id] {
        id: i64, batch: i64, task: Option<i64>, kind: String, at: i64, number: Option<i64>,
    }
    /// What tasks cost.
    Cost = "usage" by [id] {
        id: i64, tenant: i64, batch: i64, task: i64, state: String, at: i64, cost: String,
    }
    /// Bells that are to be rung.
    Dispatch = "dispatch" by [id] { id: i64, batch: i64, due: i64 }
    /// Names of submissions.
    Once = "once" by [tenant, key] { tenant: i64, key: String, fingerprint: String, batch: i64, until: i64 }
    /// What was done.
    Audit = "audit" by [id] { id: i64, tenant: i64, at: i64, who: String, what: String, about: String }
    /// Invitations that are open.
    Invitation = "invitation" by [id] {
        id: i64, tenant: i64, hash: String, login: Option<String>, role: String, maker: String, created: i64, expires: i64,
    }
    /// Users of tenants.
    Person = "person" by [id] {
        id: i64, tenant: i64, login: String, name: String, role: String, password: String, created: i64,
        disabled: Option<i64>,
    }
    /// Who users are to providers.
    Identity = "identity" by [issuer, subject] { issuer: String, subject: String, person: i64, created: i64 }
    /// Whom tenants want told of events.
    Hook = "hook" by [id] {
        id: i64, tenant: i64, url: String, events: String, secrets: Secret, created: i64, off: Option<i64>,
        why: Option<String>, failing: Option<i64>,
    }
    /// Messages that are owed to them, or were. The log of tries stays behind: it tells how another house reached them.
    Delivery = "delivery" by [id] {
        id: i64, hook: i64, batch: Option<i64>, number: Option<i64>, kind: Option<String>, task: Option<i64>,
        at: Option<i64>, found: Option<i64>, skipped: Option<i64>, succeeded: Option<i64>, failed: Option<i64>,
        cancelled: Option<i64>, state: String, attempt: i64, forgiven: i64, due: i64, lease: Option<i64>, made: i64,
    }
    /// Links to batches.
    Share = "share" by [id] {
        id: i64, tenant: i64, batch: i64, label: String, hash: String, secret: Secret, passcode: Option<String>, marked: i64,
        renditions: Option<String>, maker: String, created: i64, expires: i64, revoked: Option<i64>, views: i64,
        seen: Option<i64>,
    }
    /// Keys of tenants.
    Key = "key" by [id] {
        id: i64, tenant: i64, name: String, prefix: String, hash: String, scopes: String, expires: Option<i64>,
        created: i64, last_used: Option<i64>,
    }
}

impl fmt::Display for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.table())
    }
}
