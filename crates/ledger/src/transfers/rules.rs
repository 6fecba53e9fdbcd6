//! The rules of transfers: pure, and the only place where they stand.

use super::{Ended, Item, ItemState, Made};
use crate::record::{TenantId, Timestamp};
use std::collections::HashMap;
use std::time::Duration;

/// So many tries may fail.
pub const TRIES: u32 = 3;
/// A try that failed is followed by another after so long, by the tries before.
pub const PAUSES: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];
/// Nobody is waited for longer than that, whatever they ask.
pub const LONGEST: Duration = Duration::from_secs(600);

/// Said of a file that came when nobody waited for it any more.
pub(crate) const GIVEN_UP: &str = "its upload was given up meanwhile";

/// So much later.
pub(crate) fn after(now: Timestamp, time: Duration) -> Timestamp {
    Timestamp(now.0.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
}

/// How long an item waits after so many tries; longer where it was asked for, within bounds.
fn pause(tries: u32, asked: Option<Duration>) -> Duration {
    let usual = PAUSES[(tries.max(1) as usize - 1).min(PAUSES.len() - 1)];
    usual.max(asked.unwrap_or_default().min(LONGEST))
}

impl Item {
    /// May somebody take it.
    pub(crate) fn is_free(&self, now: Timestamp) -> bool {
        let open = matches!(self.state, ItemState::Wanted | ItemState::Running);
        open && self.until.is_none_or(|until| until <= now)
    }

    /// Somebody has it.
    pub(crate) fn is_held(&self, now: Timestamp) -> bool {
        self.state == ItemState::Running && !self.is_free(now)
    }

    /// A worker takes it; one that has had its tries has failed.
    pub(crate) fn taken(self, now: Timestamp, lease: Duration) -> Self {
        if self.tries >= TRIES {
            let why = self.why.clone().unwrap_or_else(|| "whoever worked on it was not heard of any more".into());
            return Self { state: ItemState::Failed, until: None, why: Some(why), ..self };
        }
        let (attempt, tries) = (self.attempt + 1, self.tries + 1);
        Self { state: ItemState::Running, attempt, tries, until: Some(after(now, lease)), ..self }
    }

    /// The worker with this try has it.
    pub(crate) fn is_of(&self, attempt: u32) -> bool {
        self.state == ItemState::Running && self.attempt == attempt
    }

    /// The worker with this try is alive.
    pub(crate) fn renewed(self, attempt: u32, now: Timestamp, lease: Duration) -> Option<Self> {
        self.is_of(attempt).then(|| Self { until: Some(after(now, lease)), ..self })
    }

    /// The try has ended so.
    pub(crate) fn ended(self, attempt: u32, ended: &Ended, now: Timestamp) -> Option<Self> {
        if !self.is_of(attempt) {
            return None;
        }
        Some(match ended {
            Ended::Done(made) => self.done(made),
            Ended::HandedBack => {
                Self { state: ItemState::Wanted, tries: self.tries.saturating_sub(1), until: None, ..self }
            }
            Ended::Failed(why, asked) if self.tries < TRIES => {
                let until = Some(after(now, pause(self.tries, *asked)));
                Self { state: ItemState::Wanted, until, why: Some(why.clone()), ..self }
            }
            Ended::Failed(why, _) | Ended::Refused(why) => {
                Self { state: ItemState::Failed, until: None, why: Some(why.clone()), ..self }
            }
        })
    }

    fn done(self, made: &Made) -> Self {
        let (mut new, mut photo, mut why) = (self.new.clone(), None, None);
        match made {
            Made::File(size) => new.size = Some(*size),
            Made::Photo { upload, size, .. } => (new.size, photo) = (Some(*size), Some(*upload)),
            Made::List(told) => why.clone_from(told),
            Made::Batch(_) => {}
        }
        Self { new, photo, state: ItemState::Done, until: None, why, ..self }
    }

    /// Somebody wants it anew.
    pub(crate) fn anew(self) -> Self {
        Self { state: ItemState::Wanted, tries: 0, until: None, why: None, ..self }
    }
}

/// Which of the items that are free are handed out, given how many each tenant holds: first to the one with the fewest.
pub(crate) fn choose(
    free: &[(TenantId, i64, i64)],
    mut held: HashMap<TenantId, usize>,
    most: usize,
    per_tenant: usize,
) -> Vec<(i64, i64)> {
    let mut left: Vec<_> = free.iter().collect();
    let mut chosen = Vec::new();
    while chosen.len() < most {
        let has = |tenant: &TenantId| held.get(tenant).copied().unwrap_or(0);
        let open = left.iter().enumerate().filter(|(_, (tenant, ..))| has(tenant) < per_tenant);
        let Some((at, _)) = open.min_by_key(|(at, (tenant, ..))| (has(tenant), *at)) else { break };
        let (tenant, transfer, number) = *left.remove(at);
        *held.entry(tenant).or_default() += 1;
        chosen.push((transfer, number));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_the_fewest_goes_first() {
        let free: Vec<_> =
            (1..=4).map(|n| (TenantId(1), 1, n)).chain([(TenantId(2), 2, 1), (TenantId(2), 2, 2)]).collect();
        let none = HashMap::new();
        assert_eq!(choose(&free, none.clone(), 3, 9), [(1, 1), (2, 1), (1, 2)]);
        assert_eq!(choose(&free, HashMap::from([(TenantId(1), 2)]), 3, 9), [(2, 1), (2, 2), (1, 1)]);
        assert_eq!(choose(&free, none, 9, 1), [(1, 1), (2, 1)]);
    }

    #[test]
    fn who_is_asked_to_wait_waits_within_bounds() {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        assert_eq!((pause(1, None), pause(2, None), pause(9, None)), (PAUSES[0], PAUSES[1], PAUSES[1]));
        assert_eq!(pause(1, Some(minutes(5))), minutes(5));
        assert_eq!(pause(1, Some(minutes(50))), LONGEST);
        assert_eq!(pause(2, Some(Duration::from_secs(1))), PAUSES[1], "never for less");
    }
}
