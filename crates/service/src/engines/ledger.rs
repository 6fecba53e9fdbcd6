//! The ledger that the configuration names, whichever engine keeps it.

use ledger::event::{Event, Folded};
use ledger::record::*;
use ledger::tenant::{BatchRecord, Once, Standing, Submitted, Tenant};
use ledger::upkeep::{Call, Depth, Page, Ring, Swept, TaskRecord, UsageRow};
use ledger::{BatchState, LedgerError, Postgres, Sqlite, TaskState, Verdict};
use std::time::Duration;

type Answer<T> = Result<T, LedgerError>;

/// A ledger.
#[derive(Debug, Clone)]
pub enum Ledger {
    /// In a file of the data folder.
    Sqlite(Sqlite),
    /// In a database that many machines share.
    Postgres(Postgres),
}

/// Asks whichever engine there is.
macro_rules! either {
    ($self:ident, $method:ident ( $($value:ident),* )) => {
        match $self {
            Self::Sqlite(ledger) => ledger.$method($($value),*).await,
            Self::Postgres(ledger) => ledger.$method($($value),*).await,
        }
    };
}

impl ledger::Ledger for Ledger {
    async fn open_batch(&self, new: &NewBatch) -> Answer<BatchId> {
        either!(self, open_batch(new))
    }

    async fn add(&self, batch: BatchId, tasks: &[NewTask]) -> Answer<Vec<TaskId>> {
        either!(self, add(batch, tasks))
    }

    async fn seal(&self, batch: BatchId) -> Answer<()> {
        either!(self, seal(batch))
    }

    async fn submit(&self, batch: BatchId, once: Option<&Once>, kept: Duration) -> Answer<Submitted> {
        either!(self, submit(batch, once, kept))
    }

    async fn submitted(&self, tenant: TenantId, once: &Once) -> Answer<Option<Submitted>> {
        either!(self, submitted(tenant, once))
    }

    async fn claim(&self, asking: &Asking) -> Answer<Vec<Claim>> {
        either!(self, claim(asking))
    }

    async fn claim_task(&self, task: TaskId, asking: &Asking) -> Answer<ClaimAnswer> {
        either!(self, claim_task(task, asking))
    }

    async fn renew(&self, tokens: &[Token], lease: Duration) -> Answer<Vec<Renewal>> {
        either!(self, renew(tokens, lease))
    }

    async fn record(&self, endings: &[Ending]) -> Answer<Vec<Verdict>> {
        either!(self, record(endings))
    }

    async fn close(&self, batch: BatchId) -> Answer<BatchState> {
        either!(self, close(batch))
    }

    async fn cancel(&self, batch: BatchId) -> Answer<BatchState> {
        either!(self, cancel(batch))
    }

    async fn redrive(&self, batch: BatchId, only: Option<&[TaskId]>) -> Answer<u64> {
        either!(self, redrive(batch, only))
    }

    async fn forget(&self, batch: BatchId) -> Answer<Vec<String>> {
        either!(self, forget(batch))
    }

    async fn fold(&self) -> Answer<Vec<Folded>> {
        either!(self, fold())
    }

    async fn to_ring(&self, most: usize) -> Answer<Vec<Ring>> {
        either!(self, to_ring(most))
    }

    async fn rung(&self, rings: &[Ring]) -> Answer<()> {
        either!(self, rung(rings))
    }

    async fn take_calls(&self, per_tenant: usize, most: usize) -> Answer<Vec<Call>> {
        either!(self, take_calls(per_tenant, most))
    }

    async fn sweep(&self, holder: &str) -> Answer<Option<Swept>> {
        either!(self, sweep(holder))
    }

    async fn put_tenant(&self, tenant: &Tenant) -> Answer<TenantId> {
        either!(self, put_tenant(tenant))
    }

    async fn pause_queue(&self, paused: bool) -> Answer<()> {
        either!(self, pause_queue(paused))
    }

    async fn tenants(&self) -> Answer<Vec<Standing>> {
        either!(self, tenants())
    }

    async fn set_seats(&self, pools: &SeatNeeds) -> Answer<()> {
        either!(self, set_seats(pools))
    }

    async fn unfinished(&self) -> Answer<Vec<BatchId>> {
        either!(self, unfinished())
    }

    async fn totals(&self, batch: BatchId) -> Answer<Totals> {
        either!(self, totals(batch))
    }

    async fn failures(&self, batch: BatchId) -> Answer<Vec<Failure>> {
        either!(self, failures(batch))
    }

    async fn written(&self, names: &[String]) -> Answer<Vec<Written>> {
        either!(self, written(names))
    }

    async fn batch(&self, batch: BatchId) -> Answer<BatchRecord> {
        either!(self, batch(batch))
    }

    async fn batches(&self, tenant: TenantId, page: Page) -> Answer<Vec<BatchRecord>> {
        either!(self, batches(tenant, page))
    }

    async fn tasks(&self, batch: BatchId, state: Option<TaskState>, page: Page) -> Answer<Vec<TaskRecord>> {
        either!(self, tasks(batch, state, page))
    }

    async fn events(&self, batch: BatchId, after: u64, most: usize) -> Answer<Vec<Event>> {
        either!(self, events(batch, after, most))
    }

    async fn unnamed(&self, paths: &[(Token, String)]) -> Answer<Vec<String>> {
        either!(self, unnamed(paths))
    }

    async fn usage(&self, tenant: TenantId, page: Page) -> Answer<Vec<UsageRow>> {
        either!(self, usage(tenant, page))
    }

    async fn depth(&self) -> Answer<Depth> {
        either!(self, depth())
    }
}

/// The part of the ledger that keeps what tenants have beside batches.
mod registry {
    use super::{Answer, Ledger};
    use ledger::registry::*;
    use ledger::upkeep::Page;
    use ledger::{TenantId, Timestamp};

    impl Registry for Ledger {
        async fn add_key(&self, key: &NewKey, by: &str) -> Answer<i64> {
            either!(self, add_key(key, by))
        }

        async fn key(&self, prefix: &str) -> Answer<Option<Key>> {
            either!(self, key(prefix))
        }

        async fn keys(&self, tenant: TenantId) -> Answer<Vec<Key>> {
            either!(self, keys(tenant))
        }

        async fn touch_keys(&self, used: &[(i64, Timestamp)]) -> Answer<()> {
            either!(self, touch_keys(used))
        }

        async fn drop_key(&self, tenant: TenantId, id: i64, by: &str) -> Answer<bool> {
            either!(self, drop_key(tenant, id, by))
        }

        async fn add_recipe(&self, tenant: TenantId, name: &str, text: &str) -> Answer<Recipe> {
            either!(self, add_recipe(tenant, name, text))
        }

        async fn recipe(&self, tenant: TenantId, name: &str, version: Option<u32>) -> Answer<Option<Recipe>> {
            either!(self, recipe(tenant, name, version))
        }

        async fn recipes(&self, tenant: TenantId) -> Answer<Vec<Recipe>> {
            either!(self, recipes(tenant))
        }

        async fn open_upload(&self, new: &NewUpload, quota: u64) -> Answer<Opened> {
            either!(self, open_upload(new, quota))
        }

        async fn upload(&self, tenant: TenantId, id: i64) -> Answer<Option<Upload>> {
            either!(self, upload(tenant, id))
        }

        async fn finish_upload(&self, tenant: TenantId, id: i64, media_type: &str) -> Answer<Option<Object>> {
            either!(self, finish_upload(tenant, id, media_type))
        }

        async fn abort_upload(&self, tenant: TenantId, id: i64) -> Answer<Option<Upload>> {
            either!(self, abort_upload(tenant, id))
        }

        async fn overdue_uploads(&self, now: Timestamp, most: usize) -> Answer<Vec<Upload>> {
            either!(self, overdue_uploads(now, most))
        }

        async fn object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> Answer<Option<Object>> {
            either!(self, object(tenant, kind, id))
        }

        async fn objects_of(&self, tenant: TenantId, kind: ObjectKind, ids: &[i64]) -> Answer<Vec<Object>> {
            either!(self, objects_of(tenant, kind, ids))
        }

        async fn objects(&self, tenant: TenantId, kind: ObjectKind, page: Page) -> Answer<Vec<Object>> {
            either!(self, objects(tenant, kind, page))
        }

        async fn objects_by_hash(
            &self,
            tenant: TenantId,
            kind: ObjectKind,
            sha256: &str,
            page: Page,
        ) -> Answer<Vec<Object>> {
            either!(self, objects_by_hash(tenant, kind, sha256, page))
        }

        async fn note_hash(&self, tenant: TenantId, id: i64, sha256: &str) -> Answer<()> {
            either!(self, note_hash(tenant, id, sha256))
        }

        async fn drop_object(&self, tenant: TenantId, kind: ObjectKind, id: i64) -> Answer<Option<Object>> {
            either!(self, drop_object(tenant, kind, id))
        }

        async fn stored(&self, tenant: TenantId) -> Answer<u64> {
            either!(self, stored(tenant))
        }
    }
}

/// The part that keeps people.
mod people {
    use super::{Answer, Ledger};
    use ledger::TenantId;
    use ledger::people::*;
    use ledger::upkeep::Page;

    impl People for Ledger {
        async fn invite(&self, new: &NewInvitation, by: &str) -> Answer<i64> {
            either!(self, invite(new, by))
        }

        async fn invitation(&self, hash: &str) -> Answer<Option<Invitation>> {
            either!(self, invitation(hash))
        }

        async fn invitations(&self, tenant: TenantId) -> Answer<Vec<Invitation>> {
            either!(self, invitations(tenant))
        }

        async fn drop_invitation(&self, tenant: TenantId, id: i64, by: &str) -> Answer<bool> {
            either!(self, drop_invitation(tenant, id, by))
        }

        async fn accept(&self, hash: &str, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
            either!(self, accept(hash, new, session))
        }

        async fn admit(&self, tenant: TenantId, role: Role, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
            either!(self, admit(tenant, role, new, session))
        }

        async fn user(&self, login: &str) -> Answer<Option<User>> {
            either!(self, user(login))
        }

        async fn users(&self, tenant: TenantId) -> Answer<Vec<User>> {
            either!(self, users(tenant))
        }

        async fn change_user(&self, tenant: TenantId, id: i64, change: UserChange, by: &str) -> Answer<Changed> {
            either!(self, change_user(tenant, id, change, by))
        }

        async fn drop_user(&self, tenant: TenantId, id: i64, by: &str) -> Answer<Changed> {
            either!(self, drop_user(tenant, id, by))
        }

        async fn change_password(&self, user: &User, password: &PasswordHash, kept: i64) -> Answer<bool> {
            either!(self, change_password(user, password, kept))
        }

        async fn identities(&self, user: i64) -> Answer<Vec<Connected>> {
            either!(self, identities(user))
        }

        async fn connect(&self, user: &User, identity: &Identity) -> Answer<bool> {
            either!(self, connect(user, identity))
        }

        async fn disconnect(&self, user: &User, issuer: &str) -> Answer<Disconnected> {
            either!(self, disconnect(user, issuer))
        }

        async fn try_login(&self, login: &str, address: &str) -> Answer<Try> {
            either!(self, try_login(login, address))
        }

        async fn forget_tries(&self, login: &str, address: &str) -> Answer<()> {
            either!(self, forget_tries(login, address))
        }

        async fn refuse_login(&self, login: &str) -> Answer<()> {
            either!(self, refuse_login(login))
        }

        async fn log_in(&self, user: &User, session: &NewSession, instead: Option<&str>) -> Answer<bool> {
            either!(self, log_in(user, session, instead))
        }

        async fn log_in_by(&self, who: &Identity, session: &NewSession, instead: Option<&str>) -> Answer<Accepted> {
            either!(self, log_in_by(who, session, instead))
        }

        async fn session(&self, hash: &str) -> Answer<Option<(Session, User)>> {
            either!(self, session(hash))
        }

        async fn see_session(&self, id: i64) -> Answer<()> {
            either!(self, see_session(id))
        }

        async fn sessions(&self, tenant: TenantId) -> Answer<Vec<Session>> {
            either!(self, sessions(tenant))
        }

        async fn end_session(&self, tenant: TenantId, id: i64, by: &str, deed: Deed) -> Answer<bool> {
            either!(self, end_session(tenant, id, by, deed))
        }

        async fn audit(&self, tenant: TenantId, page: Page) -> Answer<Vec<AuditRow>> {
            either!(self, audit(tenant, page))
        }
    }
}

/// The part that keeps whom tenants want told.
mod hooks {
    use super::{Answer, Ledger};
    use ledger::hooks::*;
    use ledger::upkeep::Page;
    use ledger::{TenantId, Timestamp};
    use std::time::Duration;

    impl Hooks for Ledger {
        async fn add_hook(&self, new: &NewHook) -> Answer<i64> {
            either!(self, add_hook(new))
        }

        async fn hooks(&self, tenant: TenantId) -> Answer<Vec<Hook>> {
            either!(self, hooks(tenant))
        }

        async fn hook(&self, tenant: TenantId, id: i64) -> Answer<Option<Hook>> {
            either!(self, hook(tenant, id))
        }

        async fn change_hook(&self, tenant: TenantId, id: i64, changes: &[Change]) -> Answer<Option<Hook>> {
            either!(self, change_hook(tenant, id, changes))
        }

        async fn drop_hook(&self, tenant: TenantId, id: i64) -> Answer<bool> {
            either!(self, drop_hook(tenant, id))
        }

        async fn test_hook(&self, tenant: TenantId, id: i64) -> Answer<Option<i64>> {
            either!(self, test_hook(tenant, id))
        }

        async fn deliveries(&self, tenant: TenantId, hook: i64, page: Page) -> Answer<Vec<Delivery>> {
            either!(self, deliveries(tenant, hook, page))
        }

        async fn redeliver(&self, tenant: TenantId, hook: i64, id: i64) -> Answer<Option<Delivery>> {
            either!(self, redeliver(tenant, hook, id))
        }

        async fn take_deliveries(&self, most: usize, per_hook: usize, lease: Duration) -> Answer<Vec<Errand>> {
            either!(self, take_deliveries(most, per_hook, lease))
        }

        async fn end_delivery(&self, ended: &Ended) -> Answer<Option<DeliveryState>> {
            either!(self, end_delivery(ended))
        }

        async fn forget_deliveries(&self, before: Timestamp, most: usize) -> Answer<u64> {
            either!(self, forget_deliveries(before, most))
        }

        async fn owed(&self) -> Answer<Owed> {
            either!(self, owed())
        }
    }
}

/// The part that keeps the archives which are to be built.
mod parcels {
    use super::{Answer, Ledger};
    use ledger::parcels::*;
    use ledger::{BatchId, TenantId};
    use std::time::Duration;

    impl Parcels for Ledger {
        async fn want_parcel(&self, new: &NewParcel, kept: Duration) -> Answer<Parcel> {
            either!(self, want_parcel(new, kept))
        }

        async fn parcel(&self, tenant: TenantId, batch: BatchId, name: &str) -> Answer<Option<Parcel>> {
            either!(self, parcel(tenant, batch, name))
        }

        async fn take_parcel(&self, lease: Duration) -> Answer<Option<Parcel>> {
            either!(self, take_parcel(lease))
        }

        async fn renew_parcel(&self, id: i64, build: u32, done: u64, lease: Duration) -> Answer<bool> {
            either!(self, renew_parcel(id, build, done, lease))
        }

        async fn end_parcel(&self, id: i64, build: u32, built: &Built) -> Answer<bool> {
            either!(self, end_parcel(id, build, built))
        }

        async fn drop_parcels(&self, batch: BatchId) -> Answer<()> {
            either!(self, drop_parcels(batch))
        }

        async fn sweep_parcels(&self) -> Answer<u64> {
            either!(self, sweep_parcels())
        }
    }
}

/// The part that people look at who run the house.
mod overview {
    use super::{Answer, Ledger};
    use ledger::overview::*;
    use ledger::{TenantId, Timestamp};
    use std::ops::Range;

    impl Overview for Ledger {
        async fn usage_by_day(&self, tenant: TenantId, days: Range<i64>) -> Answer<Vec<Day>> {
            either!(self, usage_by_day(tenant, days))
        }

        async fn done_since(&self, since: Timestamp) -> Answer<Done> {
            either!(self, done_since(since))
        }

        async fn at_work(&self, most: usize) -> Answer<Vec<AtWork>> {
            either!(self, at_work(most))
        }

        async fn dead_letters(&self, most: usize) -> Answer<Vec<DeadLetter>> {
            either!(self, dead_letters(most))
        }

        async fn pause_queue_by(&self, paused: bool, tenant: TenantId, by: &str) -> Answer<()> {
            either!(self, pause_queue_by(paused, tenant, by))
        }
    }
}

/// The part that keeps links to batches.
mod shares {
    use super::{Answer, Ledger};
    use ledger::shares::*;
    use ledger::{BatchId, TenantId};
    use std::time::Duration;

    impl Shares for Ledger {
        async fn add_share(&self, new: &NewShare, lasts: Duration, by: &str) -> Answer<i64> {
            either!(self, add_share(new, lasts, by))
        }

        async fn shares(&self, tenant: TenantId, batch: BatchId) -> Answer<Vec<Share>> {
            either!(self, shares(tenant, batch))
        }

        async fn share(&self, hash: &str) -> Answer<Option<Share>> {
            either!(self, share(hash))
        }

        async fn see_share(&self, id: i64) -> Answer<()> {
            either!(self, see_share(id))
        }

        async fn revoke_share(&self, tenant: TenantId, batch: BatchId, id: i64, by: &str) -> Answer<bool> {
            either!(self, revoke_share(tenant, batch, id, by))
        }

        async fn drop_shares(&self, batch: BatchId) -> Answer<()> {
            either!(self, drop_shares(batch))
        }
    }
}

/// The part that keeps imports and exports.
mod transfers {
    use super::{Answer, Ledger};
    use ledger::transfers::*;
    use ledger::{Page, TenantId};
    use std::time::Duration;

    impl Transfers for Ledger {
        async fn open_transfer(&self, new: &NewTransfer, kept: Duration) -> Answer<i64> {
            either!(self, open_transfer(new, kept))
        }

        async fn add_items(&self, transfer: i64, attempt: Option<u32>, items: &[NewItem]) -> Answer<bool> {
            either!(self, add_items(transfer, attempt, items))
        }

        async fn seal_transfer(&self, transfer: i64, kept: Duration) -> Answer<()> {
            either!(self, seal_transfer(transfer, kept))
        }

        async fn take_items(&self, most: usize, per_tenant: usize, lease: Duration) -> Answer<Vec<Errand>> {
            either!(self, take_items(most, per_tenant, lease))
        }

        async fn renew_item(&self, at: At, lease: Duration) -> Answer<bool> {
            either!(self, renew_item(at, lease))
        }

        async fn end_item(&self, at: At, ended: &Ended) -> Answer<Option<ItemState>> {
            either!(self, end_item(at, ended))
        }

        async fn transfer(&self, tenant: TenantId, id: i64) -> Answer<Option<(Transfer, Counts)>> {
            either!(self, transfer(tenant, id))
        }

        async fn transfers(&self, tenant: TenantId, kind: TransferKind, page: Page) -> Answer<Vec<Transfer>> {
            either!(self, transfers(tenant, kind, page))
        }

        async fn items(&self, transfer: i64, state: Option<ItemState>, page: Page) -> Answer<Vec<Item>> {
            either!(self, items(transfer, state, page))
        }

        async fn cancel_transfer(&self, tenant: TenantId, id: i64) -> Answer<bool> {
            either!(self, cancel_transfer(tenant, id))
        }

        async fn retry_transfer(&self, tenant: TenantId, id: i64) -> Answer<u64> {
            either!(self, retry_transfer(tenant, id))
        }

        async fn sweep_transfers(&self) -> Answer<u64> {
            either!(self, sweep_transfers())
        }

        async fn waiting_items(&self) -> Answer<Waiting> {
            either!(self, waiting_items())
        }
    }
}

/// The part that is only asked when everything goes elsewhere.
mod moving {
    use super::{Answer, Ledger};
    use ledger::moving::*;

    impl Moving for Ledger {
        async fn house(&self) -> Answer<House> {
            either!(self, house())
        }

        async fn export(&self, shelf: Shelf, after: Option<&Place>, most: usize) -> Answer<Vec<Row>> {
            either!(self, export(shelf, after, most))
        }

        async fn import(&self, rows: &[Row]) -> Answer<u64> {
            either!(self, import(rows))
        }

        async fn settle(&self, house: &House) -> Answer<()> {
            either!(self, settle(house))
        }
    }
}
