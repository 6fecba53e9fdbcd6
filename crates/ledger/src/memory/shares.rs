//! Links, the plain way; and as rows of a move and made of them.

use super::{Answer, Memory};
use crate::moving;
use crate::people::{Deed, PasswordHash, later};
use crate::record::{BatchId, TenantId, Timestamp};
use crate::shares::rows::{names, text};
use crate::shares::*;
use std::collections::BTreeMap;
use std::time::Duration;

/// The rows of links.
#[derive(Debug, Default)]
pub struct Links {
    all: BTreeMap<i64, Share>,
    last: i64,
}

impl Shares for Memory {
    async fn add_share(&self, new: &NewShare, lasts: Duration, by: &str) -> Answer<i64> {
        let mut tx = self.begin();
        let (created, expires) = (tx.wall, later(tx.wall, lasts));
        tx.links.last += 1;
        let id = tx.links.last;
        let (new, by) = (new.clone(), by.to_owned());
        let share = Share { id, new, by, created, expires, revoked: None, views: 0, seen: None };
        tx.note(share.new.tenant, &share.by, Deed::ShareMade, &share.told());
        tx.links.all.insert(id, share);
        Ok(id)
    }

    async fn shares(&self, tenant: TenantId, batch: BatchId) -> Answer<Vec<Share>> {
        let is_it = |share: &&Share| (share.new.tenant, share.new.batch) == (tenant, batch);
        Ok(self.begin().links.all.values().rev().filter(is_it).cloned().collect())
    }

    async fn share(&self, hash: &str) -> Answer<Option<Share>> {
        let tx = self.begin();
        Ok(tx.links.all.values().find(|share| share.new.hash == hash && share.is_good(tx.wall)).cloned())
    }

    async fn see_share(&self, id: i64) -> Answer<()> {
        let mut tx = self.begin();
        let now = tx.wall;
        if let Some(share) = tx.links.all.get_mut(&id).filter(|share| share.counts(now)) {
            (share.views, share.seen) = (share.views + 1, Some(now));
        }
        Ok(())
    }

    async fn revoke_share(&self, tenant: TenantId, batch: BatchId, id: i64, by: &str) -> Answer<bool> {
        let mut tx = self.begin();
        let now = tx.wall;
        let is_it = |share: &&mut Share| (share.new.tenant, share.new.batch) == (tenant, batch);
        let found = tx.links.all.get_mut(&id).filter(is_it).filter(|share| share.revoked.is_none());
        let Some(share) = found else { return Ok(false) };
        share.revoked = Some(now);
        let about = share.told();
        tx.note(tenant, by, Deed::ShareRevoked, &about);
        Ok(true)
    }

    async fn drop_shares(&self, batch: BatchId) -> Answer<()> {
        self.begin().links.all.retain(|_, share| share.new.batch != batch);
        Ok(())
    }
}

impl Links {
    /// All rows.
    pub fn given_out(&self) -> Vec<moving::Row> {
        self.all.values().map(|share| moving::Row::Share(row(share))).collect()
    }

    /// Puts a row here.
    pub fn take_in(&mut self, row: moving::Share) {
        self.last = self.last.max(row.id);
        self.all.insert(row.id, share(row));
    }
}

fn row(share: &Share) -> moving::Share {
    let Share { id, new, by, created, expires, revoked, views, seen } = share.clone();
    moving::Share {
        id,
        tenant: new.tenant.0,
        batch: new.batch.0,
        label: new.label,
        hash: new.hash,
        secret: new.secret,
        passcode: new.passcode.map(|hash| hash.0),
        marked: new.watermarked_only.into(),
        renditions: new.renditions.as_ref().map(text),
        maker: by,
        created: created.0,
        expires: expires.0,
        revoked: revoked.map(|at| at.0),
        views: views.cast_signed(),
        seen: seen.map(|at| at.0),
    }
}

fn share(row: moving::Share) -> Share {
    let new = NewShare {
        tenant: TenantId(row.tenant),
        batch: BatchId(row.batch),
        label: row.label,
        hash: row.hash,
        secret: row.secret,
        passcode: row.passcode.map(PasswordHash),
        watermarked_only: row.marked != 0,
        renditions: row.renditions.map(|text| names(&text)),
    };
    Share {
        id: row.id,
        new,
        by: row.maker,
        created: Timestamp(row.created),
        expires: Timestamp(row.expires),
        revoked: row.revoked.map(Timestamp),
        views: row.views.cast_unsigned(),
        seen: row.seen.map(Timestamp),
    }
}
