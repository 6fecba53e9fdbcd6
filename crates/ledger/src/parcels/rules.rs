//! The rules of archives: pure, and the only place where they stand.

use super::{Built, Parcel, ParcelState};
use crate::record::Timestamp;
use std::time::Duration;

/// So many builds may fail.
pub const TRIES: u32 = 3;
/// A build that failed is followed by another after so long.
pub const PAUSE: Duration = Duration::from_secs(10);

fn after(now: Timestamp, time: Duration) -> Timestamp {
    Timestamp(now.0.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
}

impl Parcel {
    /// Somebody wants it.
    pub(crate) fn wanted(self, now: Timestamp, kept: Duration) -> Self {
        let expires = self.expires.max(after(now, kept));
        match self.state {
            ParcelState::Failed => Self { expires, ..self.anew() },
            _ => Self { expires, ..self },
        }
    }

    fn anew(self) -> Self {
        Self { state: ParcelState::Wanted, tries: 0, until: None, done: 0, why: None, ..self }
    }

    /// May somebody take it.
    pub(crate) fn is_free(&self, now: Timestamp) -> bool {
        let open = matches!(self.state, ParcelState::Wanted | ParcelState::Building);
        open && self.until.is_none_or(|until| until <= now)
    }

    /// A worker takes it; one that has had its tries has failed.
    pub(crate) fn taken(self, now: Timestamp, lease: Duration) -> Self {
        if self.tries >= TRIES {
            let why = self.why.clone().unwrap_or_else(|| "whoever built it was not heard of any more".into());
            return Self { state: ParcelState::Failed, until: None, why: Some(why), ..self };
        }
        let (build, tries) = (self.build + 1, self.tries + 1);
        Self { state: ParcelState::Building, build, tries, until: Some(after(now, lease)), done: 0, ..self }
    }

    /// The worker with this build is alive.
    pub(crate) fn renewed(self, build: u32, done: u64, now: Timestamp, lease: Duration) -> Option<Self> {
        let own = self.state == ParcelState::Building && self.build == build;
        own.then(|| Self { done, until: Some(after(now, lease)), ..self })
    }

    /// The build has ended so.
    pub(crate) fn ended(self, build: u32, built: &Built, now: Timestamp) -> Option<Self> {
        let from = if *built == Built::Lost { ParcelState::Ready } else { ParcelState::Building };
        if (self.state, self.build) != (from, build) {
            return None;
        }
        Some(match built {
            Built::Ready => Self { state: ParcelState::Ready, until: None, done: self.new.size, why: None, ..self },
            Built::Lost => self.anew(),
            Built::HandedBack => {
                Self { state: ParcelState::Wanted, tries: self.tries.saturating_sub(1), until: None, done: 0, ..self }
            }
            Built::Failed(why) => {
                let last = self.tries >= TRIES;
                let state = if last { ParcelState::Failed } else { ParcelState::Wanted };
                let until = (!last).then(|| after(now, PAUSE));
                Self { state, until, done: 0, why: Some(why.clone()), ..self }
            }
        })
    }
}
