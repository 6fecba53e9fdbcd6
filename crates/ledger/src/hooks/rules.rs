//! What follows from a try, and what a change does: pure, and the only place where it stands.

use super::{Arrival, Change, DeliveryState, Ended, Hook, Off};
use crate::record::Timestamp;
use std::time::Duration;

/// Seconds between a try and the next, from the first try on: a message is given up a day after it was made.
pub const PAUSES: [u64; 11] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 25_200];
/// Tries of a delivery.
pub const TRIES: u32 = PAUSES.len() as u32 + 1;
/// No receiver makes us wait longer than this for its own sake.
pub const LONGEST: Duration = Duration::from_secs(6 * 3_600);
/// A hook to which nothing has arrived for so long is switched off.
pub const FAILING: Duration = Duration::from_secs(3 * 86_400);
/// So many tries of a delivery are remembered.
pub const REMEMBERED: u32 = 20;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: DeliveryState,
    /// Number of its newest try.
    pub attempt: u32,
    /// Tries up to this one do not count any more.
    pub forgiven: u32,
    /// Somebody has it, or had until nobody else wanted it.
    pub leased: bool,
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// Its state.
    pub state: DeliveryState,
    /// How long it waits, if it does.
    pub pause: Duration,
}

/// What follows from a try for its delivery, and for the hook; `None` where it is not the newest try any more.
pub fn settle(hook: &mut Hook, standing: &Standing, ended: &Ended, now: Timestamp) -> Option<Next> {
    let newest = standing.leased && standing.attempt == ended.tried.attempt;
    if standing.state != DeliveryState::Waiting || !newest {
        return None;
    }
    let tries = standing.attempt - standing.forgiven;
    let (state, pause) = match ended.arrival {
        Arrival::Arrived => (DeliveryState::Delivered, Duration::ZERO),
        Arrival::Failed(after) if tries < TRIES => (DeliveryState::Waiting, pause(ended.delivery, tries, after)),
        Arrival::Failed(_) | Arrival::Gone => (DeliveryState::GivenUp, Duration::ZERO),
    };
    judge(hook, ended.arrival, now);
    Some(Next { state, pause })
}

/// What a try says of the hook.
fn judge(hook: &mut Hook, arrival: Arrival, now: Timestamp) {
    if arrival == Arrival::Arrived {
        hook.failing = None;
        return;
    }
    let since = *hook.failing.get_or_insert(now);
    let long = now.0.saturating_sub(since.0) >= FAILING.as_millis() as i64;
    let why = match arrival {
        Arrival::Gone => "it answered 410 Gone",
        _ if long => "nothing has arrived for three days",
        _ => return,
    };
    hook.off.get_or_insert_with(|| Off { since: now, why: why.into() });
}

/// How long a delivery waits after so many tries: as the table says, a twentieth less or more, which for each delivery and try
/// is always the same; or longer, where the receiver asks for it.
pub fn pause(delivery: i64, tries: u32, after: Option<Duration>) -> Duration {
    let at = tries.saturating_sub(1) as usize;
    let seconds = PAUSES.get(at).or(PAUSES.last()).copied().unwrap_or_default();
    let ms = seconds * 950 + spread(delivery.cast_unsigned(), tries) % (seconds * 100 + 1);
    Duration::from_millis(ms).max(after.unwrap_or_default().min(LONGEST))
}

/// A number that is as good as any, and always the same (the end of SplitMix64).
fn spread(delivery: u64, tries: u32) -> u64 {
    let mut n = delivery.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(u64::from(tries) << 32);
    n = (n ^ n >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    n = (n ^ n >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ n >> 31
}

impl Hook {
    /// What a change does.
    pub(crate) fn change(&mut self, change: &Change, now: Timestamp) {
        match change.clone() {
            Change::Url(url) => self.url = url,
            Change::Events(events) => self.events = events,
            Change::Secret { new, keep } => {
                let before = std::mem::replace(&mut self.secrets.newest, new);
                self.secrets.before = keep.then_some(before);
            }
            Change::OneSecret => self.secrets.before = None,
            Change::On => (self.off, self.failing) = (None, None),
            Change::Off(why) => drop(self.off.get_or_insert(Off { since: now, why })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(delivery: i64) -> f64 {
        (1..TRIES).map(|tries| pause(delivery, tries, None).as_secs_f64()).sum::<f64>() / 3_600.0
    }

    #[test]
    fn tries_end_after_about_a_day() {
        assert_eq!(TRIES, 12);
        assert!((0..10_000).all(|id| (22.5..25.0).contains(&whole(id))));
        let mean = (0..10_000).map(whole).sum::<f64>() / 10_000.0;
        assert!((23.5..24.0).contains(&mean), "{mean} h");
    }

    #[test]
    fn pauses_grow_and_differ_from_delivery_to_delivery() {
        for id in 0..1_000 {
            assert!((1..TRIES - 1).all(|tries| pause(id, tries, None) < pause(id, tries + 1, None)), "{id}");
            assert_eq!(pause(id, 3, None), pause(id, 3, None));
        }
        let different: std::collections::BTreeSet<_> = (0..1_000).map(|id| pause(id, 6, None)).collect();
        assert!(different.len() > 900, "{}", different.len());
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_within_bounds() {
        let hours = |hours: u64| Duration::from_secs(hours * 3_600);
        assert_eq!(pause(1, 1, Some(hours(1))), hours(1));
        assert_eq!(pause(1, 1, Some(hours(100))), LONGEST);
        assert_eq!(pause(1, 11, Some(hours(1))), pause(1, 11, None), "never for less");
    }
}
