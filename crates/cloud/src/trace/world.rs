//! The ways in which what is not known could be completed: each is a world, and a verdict that differs between two of them
//! is unknown.

use crate::rule::Holds;
use std::collections::BTreeMap;

/// More ways than this are not tried.
const MOST: usize = 4096;

/// One way to complete what is not known.
#[derive(Debug, Default)]
pub struct World {
    /// What the first questions are answered.
    script: Vec<bool>,
    /// What was asked, and answered.
    asked: Vec<(String, bool)>,
    /// The same by question: who asks twice hears the same.
    known: BTreeMap<String, bool>,
}

impl World {
    /// Does it hold; asks only where that is not known.
    pub fn holds(&mut self, holds: Holds, question: impl FnOnce() -> String) -> bool {
        holds.unwrap_or_else(|| self.ask(question()))
    }

    fn ask(&mut self, question: String) -> bool {
        if let Some(answer) = self.known.get(&question) {
            return *answer;
        }
        let answer = self.script.get(self.asked.len()).copied().unwrap_or(false);
        self.known.insert(question.clone(), answer);
        self.asked.push((question, answer));
        answer
    }

    /// The next world: the last question that was answered with no is answered with yes.
    fn next(self) -> Option<Self> {
        let last = self.asked.iter().rposition(|(_, answer)| !answer)?;
        let script = self.asked[..last].iter().map(|(_, answer)| *answer).chain([true]).collect();
        Some(Self { script, ..Self::default() })
    }
}

/// What came of every world, as far as they differ.
#[derive(Debug)]
pub struct Worlds<T> {
    /// The first of each outcome, with what was asked on the way.
    pub outcomes: Vec<(T, Vec<(String, bool)>)>,
    /// Were all of them tried.
    pub complete: bool,
}

/// Runs it in every world; `same` says which outcomes count as one.
pub fn explore<T>(mut run: impl FnMut(&mut World) -> T, same: impl Fn(&T, &T) -> bool) -> Worlds<T> {
    let (mut world, mut worlds) = (World::default(), Worlds { outcomes: Vec::new(), complete: true });
    for _ in 0..MOST {
        let outcome = run(&mut world);
        if !worlds.outcomes.iter().any(|(other, _)| same(other, &outcome)) {
            worlds.outcomes.push((outcome, world.asked.clone()));
        }
        match world.next() {
            Some(next) => world = next,
            None => return worlds,
        }
    }
    worlds.complete = false;
    worlds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_of_answers_is_tried_once() {
        let mut seen = Vec::new();
        let ask = |world: &mut World, name: &str| world.holds(None, || name.to_owned());
        let worlds = explore(
            |world| {
                // The third question depends on the first.
                let (a, b, again) = (ask(world, "a"), ask(world, "b"), ask(world, "a"));
                assert_eq!(a, again);
                let c = a && ask(world, "c");
                seen.push((a, b, c));
                a && b && c
            },
            |a, b| a == b,
        );
        seen.sort();
        assert_eq!(seen.len(), 6);
        seen.dedup();
        assert_eq!(seen.len(), 6, "none twice");
        assert_eq!(worlds.outcomes.iter().map(|(outcome, _)| *outcome).collect::<Vec<_>>(), [false, true]);
        assert!(worlds.complete);
    }

    #[test]
    fn what_is_known_asks_nothing() {
        let worlds = explore(|world| world.holds(Some(true), || unreachable!()), |a, b| a == b);
        assert_eq!((worlds.outcomes.len(), worlds.outcomes[0].1.len()), (1, 0));
    }

    #[test]
    fn too_many_worlds_are_not_all_tried() {
        let all = |world: &mut World| (0..20).map(|n| world.holds(None, || n.to_string())).fold(false, |a, b| a | b);
        assert!(!explore(all, |a, b| a == b).complete);
    }
}
