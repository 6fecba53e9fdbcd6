//! What people look at who run the house, beside what the model and the single rows say.

use super::play::Play;
use super::retold::Fate;
use crate::overview::*;
use crate::*;
use std::collections::BTreeMap;

const ALL: Page = Page { after: None, most: usize::MAX };

impl<L: Ledger + Overview> Play<'_, L> {
    /// Compares it; panics at the first difference.
    pub async fn check_overview(&self) {
        self.days_are_so().await;
        self.workers_are_so().await;
        self.dead_letters_are_so().await;
    }

    async fn days_are_so(&self) {
        let (mut lately, since) = (Done::default(), Timestamp(self.clock.wall().0 - 60_000));
        for id in self.model.tenants.keys() {
            let mut days = BTreeMap::<i64, Day>::new();
            let rows = self.ledger.usage(TenantId(*id), ALL).await.unwrap();
            for row in rows.iter().filter(|row| row.state == TaskState::Succeeded) {
                let day = row.at.0.div_euclid(24 * 60 * 60 * 1_000);
                days.entry(day).or_insert(Day { day, ..Day::default() }).add(&row.usage);
                lately.photos += u64::from(row.at >= since);
                lately.pixels += if row.at >= since { row.usage.pixels } else { 0 };
            }
            let told = self.ledger.usage_by_day(TenantId(*id), 0..i64::MAX).await.unwrap();
            assert_eq!(told, days.into_values().collect::<Vec<_>>(), "use of tenant {id} by day");
        }
        assert_eq!(self.ledger.done_since(since).await.unwrap(), lately, "photos of the last minute");
    }

    /// Tasks of tenants, with how their newest attempts go.
    fn served(&self, place: TaskState) -> impl Iterator<Item = (TaskId, &Fate)> {
        let all = self.model.tasks.iter().filter(move |(_, task)| task.place() == place);
        let served = all.filter(|(_, task)| self.model.batches[&task.batch].tenant > 0);
        served.filter_map(|(id, task)| Some((*id, task.fates.last()?)))
    }

    async fn workers_are_so(&self) {
        let told = self.ledger.at_work(usize::MAX).await.unwrap();
        let left = |work: &AtWork| work.until.map(|until| until.0 - self.clock.wall().0);
        let mut told: Vec<_> = told.iter().map(|work| (work.token.task, left(work))).collect();
        told.sort();
        let known = self.served(TaskState::Running).map(|(id, fate)| match fate {
            Fate::Runs(lease) => (id, lease.map(|lease| lease - self.model.now)),
            _ => panic!("{id:?} runs, and its newest attempt does not"),
        });
        assert_eq!(told, known.collect::<Vec<_>>(), "who works on what, and how long yet");
    }

    async fn dead_letters_are_so(&self) {
        let told = self.ledger.dead_letters(usize::MAX).await.unwrap();
        assert!(told.is_sorted_by_key(|dead| std::cmp::Reverse((dead.since, dead.task))), "the newest first: {told:?}");
        assert!(told.iter().all(|dead| dead.fault.is_some()), "{told:?}");
        let mut told: Vec<_> = told.iter().map(|dead| dead.task).collect();
        told.sort();
        assert_eq!(told, self.served(TaskState::Failed).map(|(id, _)| id).collect::<Vec<_>>(), "dead letters");
    }
}
