//! Random histories on two backends at once: the plain one says what the other must answer.

use super::*;
use std::fmt::Debug;

/// One operation. Numbers are few, so that steps meet each other's rows.
#[derive(Debug, Clone)]
pub enum Step {
    /// Adds a hook of this tenant.
    Add(bool),
    /// Changes this tenant's hook of this number, in one of seven ways.
    Change(bool, i64, u8),
    /// Removes it.
    Drop(bool, i64),
    /// Makes a delivery for it.
    Test(bool, i64),
    /// Makes this delivery of it due.
    Redeliver(bool, i64, i64),
    /// Takes so many, so many of a hook.
    Take(u8, u8),
    /// Ends one of all tries ever taken: 0 and 1 it arrives, 2 and 3 it fails, 4 it is to wait, 5 it is gone.
    End(u16, u8),
    /// Forgets so many of those made more than so many seconds ago.
    Forget(u16, u8),
    /// Time goes by, in seconds.
    Pass(u32),
}

/// Does the steps on both; panics at the first difference in an answer, or in what there is to look at. Both are empty
/// and read this clock.
pub async fn agree(plain: &impl Hooks, other: &impl Hooks, clock: &HeldClock, steps: &[Step]) {
    let mut taken = Vec::new();
    for step in steps {
        let expected = answer(plain, clock, &taken, step).await;
        assert_eq!(answer(other, clock, &taken, step).await, expected, "{step:?}");
        match step {
            Step::Pass(seconds) => clock.pass(Duration::from_secs((*seconds).into())),
            Step::Take(most, per_hook) => {
                let errands = plain.take_deliveries((*most).into(), (*per_hook).into(), LEASE).await.unwrap();
                let others = other.take_deliveries((*most).into(), (*per_hook).into(), LEASE).await.unwrap();
                assert_eq!(others, errands, "{step:?}");
                taken.extend(errands.into_iter().map(|errand| errand.delivery));
            }
            _ => {}
        }
        for tenant in [ANNA, BERT] {
            assert_eq!(look(other, tenant).await, look(plain, tenant).await, "after {step:?}");
        }
    }
}

fn tenant(first: bool) -> TenantId {
    if first { ANNA } else { BERT }
}

fn told(answer: Result<impl Debug, LedgerError>) -> String {
    format!("{:?}", answer.unwrap())
}

async fn answer(hooks: &impl Hooks, clock: &HeldClock, taken: &[Delivery], step: &Step) -> String {
    match step {
        Step::Add(t) => told(hooks.add_hook(&new_hook(tenant(*t), &[EventKind::Closed])).await),
        Step::Change(t, id, how) => told(hooks.change_hook(tenant(*t), *id, &[change(*how)]).await),
        Step::Drop(t, id) => told(hooks.drop_hook(tenant(*t), *id).await),
        Step::Test(t, id) => told(hooks.test_hook(tenant(*t), *id).await),
        Step::Redeliver(t, hook, id) => told(hooks.redeliver(tenant(*t), *hook, *id).await),
        Step::End(which, how) => match taken.get(usize::from(*which) % taken.len().max(1)) {
            Some(delivery) => told(hooks.end_delivery(&ended(delivery, arrival(*how))).await),
            None => String::new(),
        },
        Step::Forget(seconds, most) => {
            let before = Timestamp(clock.wall().0 - i64::from(*seconds) * 1_000);
            told(hooks.forget_deliveries(before, (*most).into()).await)
        }
        Step::Take(..) | Step::Pass(_) => String::new(),
    }
}

fn change(how: u8) -> Change {
    let secret = |keep| Change::Secret { new: Secret::from(format!("whsec_{how}")), keep };
    match how % 7 {
        0 => Change::Url("https://changed.example/".into()),
        1 => Change::Events([EventKind::Dead, EventKind::Succeeded].into()),
        2 => secret(true),
        3 => secret(false),
        4 => Change::OneSecret,
        5 => Change::On,
        _ => Change::Off("enough".into()),
    }
}

fn arrival(how: u8) -> Arrival {
    match how % 6 {
        0 | 1 => Arrival::Arrived,
        2 | 3 => Arrival::Failed(None),
        4 => Arrival::Failed(Some(Duration::from_secs(7_000))),
        _ => Arrival::Gone,
    }
}

/// All that a tenant has.
async fn look(hooks: &impl Hooks, tenant: TenantId) -> String {
    let all = hooks.hooks(tenant).await.unwrap();
    let mut text = format!("{:?}\n{all:?}\n", hooks.owed().await.unwrap());
    for hook in all {
        text += &told(hooks.deliveries(tenant, hook.id, ALL).await);
        // Debug does not show them.
        text += hook.secrets.text().reveal();
    }
    text
}
