//! A model of photos that claim seats: every interleaving of a few, random ones of many, with crashes.
//!
//! The claims are the real ones; only the locks are a table. A state is dead when no further steps (without a crash) can
//! bring everybody to an end.

use super::*;
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};

/// Who holds which lock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Table {
    holder: BTreeMap<String, usize>,
    asks: usize,
}

impl Locks for Table {
    type Lock = String;

    fn try_lock(&mut self, name: &str) -> io::Result<Option<String>> {
        let free = !self.holder.contains_key(name);
        if free {
            self.holder.insert(name.into(), self.asks);
        }
        Ok(free.then(|| name.into()))
    }

    fn unlock(&mut self, lock: String) {
        self.holder.remove(&lock);
    }
}

/// Photos that claim, by number; `None` has ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    locks: Table,
    photos: Vec<Option<Claim<String>>>,
}

impl World {
    fn new(claims: impl IntoIterator<Item = Claim<String>>) -> Self {
        Self { locks: Table::default(), photos: claims.into_iter().map(Some).collect() }
    }

    /// Photo `i` takes one step; when it has all seats it works and ends.
    fn step(&mut self, i: usize) {
        let Some(claim) = &mut self.photos[i] else { return };
        self.locks.asks = i;
        if claim.step(&mut self.locks).unwrap() == Step::Done {
            self.end(i);
        }
    }

    /// Photo `i` ends, well or by a crash: the kernel frees its locks.
    fn end(&mut self, i: usize) {
        self.photos[i] = None;
        self.locks.holder.retain(|_, holder| *holder != i);
    }

    fn finished(&self) -> bool {
        self.photos.iter().all(Option::is_none)
    }

    fn after(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut next = self.clone();
        change(&mut next);
        next
    }
}

/// Visits every reachable state; returns how many there are, and how many of them are dead.
fn explore(start: World, crashes: bool) -> (usize, usize) {
    let (mut before, mut todo) = (HashMap::<World, Vec<World>>::new(), vec![start.clone()]);
    let mut seen = HashSet::from([start]);
    while let Some(world) = todo.pop() {
        for i in 0..world.photos.len() {
            let steps = world.after(|w| w.step(i));
            before.entry(steps.clone()).or_default().push(world.clone());
            let crash = crashes.then(|| world.after(|w| w.end(i)));
            todo.extend(std::iter::once(steps).chain(crash).filter(|next| seen.insert(next.clone())));
        }
    }
    let mut alive: HashSet<World> = seen.iter().filter(|w| w.finished()).cloned().collect();
    let mut todo: Vec<World> = alive.iter().cloned().collect();
    while let Some(world) = todo.pop() {
        todo.extend(before.get(&world).into_iter().flatten().filter(|w| alive.insert((*w).clone())).cloned());
    }
    (seen.len(), seen.len() - alive.len())
}

fn needs(list: &[(&str, u32)]) -> SeatNeeds {
    list.iter().map(|&(pool, n)| (pool.to_string(), n)).collect()
}

fn naive(list: &[(&str, u32, u32)]) -> Claim<String> {
    Claim::visiting(list.iter().map(|&(pool, need, capacity)| (pool.to_string(), need, capacity)).collect(), false)
}

#[test]
fn naive_orders_deadlock_and_the_model_sees_it() {
    let crossed = World::new([naive(&[("a", 1, 1), ("b", 1, 1)]), naive(&[("b", 1, 1), ("a", 1, 1)])]);
    assert!(explore(crossed, false).1 > 0, "a then b against b then a");
    let halves = World::new([naive(&[("a", 2, 2)]), naive(&[("a", 2, 2)])]);
    assert!(explore(halves, false).1 > 0, "two photos with half of what each needs");
}

#[test]
fn no_interleaving_of_ours_deadlocks_not_even_after_crashes() {
    let capacity = needs(&[("a", 2), ("b", 1)]);
    let claims = [&[("b", 1), ("a", 2)][..], &[("a", 1), ("b", 1)], &[("a", 2)]];
    let (states, dead) = explore(World::new(claims.map(|c| Claim::new(&needs(c), &capacity))), true);
    assert!(states > 500, "only {states} states");
    assert_eq!(dead, 0);
}

proptest! {
    #[test]
    fn random_needs_and_crashes_all_come_to_an_end(
        capacity in proptest::collection::vec(1u32..4, 1..4),
        wishes in proptest::collection::vec(proptest::collection::vec(0u32..4, 4), 1..8),
        order in proptest::collection::vec((any::<u16>(), 0u8..100), 0..400),
    ) {
        let pools: SeatNeeds = capacity.iter().enumerate().map(|(i, &c)| (format!("pool{i}"), c)).collect();
        let wish = |w: &Vec<u32>| pools.iter().zip(w).map(|((p, &c), &n)| (p.clone(), n.min(c))).collect::<SeatNeeds>();
        let mut world = World::new(wishes.iter().map(|w| Claim::new(&wish(w), &pools)));
        for (who, chance) in order {
            let who = who as usize % wishes.len();
            if chance == 0 { world.end(who) } else { world.step(who) }
        }
        for _ in 0..wishes.len() * 100 {
            (0..wishes.len()).for_each(|i| world.step(i));
        }
        prop_assert!(world.finished(), "{world:?}");
    }
}

#[test]
fn files_lock_across_threads_and_are_freed_on_drop() {
    let folder = tempfile::tempdir().unwrap();
    let seats = Seats::new(folder.path().join("seats"), needs(&[("denoise", 2)]));
    let one = seats.take(&needs(&[("denoise", 1)]), &|| false).unwrap();
    let two = seats.take(&needs(&[("denoise", 1)]), &|| false).unwrap();
    let third = seats.take(&needs(&[("denoise", 1)]), &|| false);
    assert_eq!(third.err().unwrap().class, Class::Stopped);
    drop((one, two));
    seats.take(&needs(&[("denoise", 2)]), &|| false).unwrap();
    let refused = seats.take(&needs(&[("denoise", 3)]), &|| true).err().unwrap();
    assert_eq!(refused.why, "the recipe needs 3 seats of `denoise`, there are 2");
}
