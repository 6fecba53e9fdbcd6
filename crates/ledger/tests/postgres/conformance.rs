//! The suites that every backend runs.

use crate::{block_on, carriers, errands, fresh, histories, invitees, people_steps, pooled, shelves, wishes};
use ledger::conformance::registry::agree;
use ledger::conformance::{all, follow, hooks, overview, parcels, people, registry, shares, transfers};
use ledger::{HeldClock, Memory};
use proptest::prelude::*;
use std::sync::Arc;

#[tokio::test]
async fn postgres_conforms() {
    all(async |clock| fresh(clock).await).await;
}

#[tokio::test]
async fn postgres_conforms_through_a_pooler() {
    all(async |clock| pooled(clock).await).await;
}

#[tokio::test]
async fn the_registry_conforms() {
    registry::all(async |clock| fresh(clock).await).await;
}

#[tokio::test]
async fn the_registry_conforms_through_a_pooler() {
    registry::all(async |clock| pooled(clock).await).await;
}

#[tokio::test]
async fn people_conform() {
    people::all(async |clock| fresh(clock).await).await;
}

#[tokio::test]
async fn people_conform_through_a_pooler() {
    people::all(async |clock| pooled(clock).await).await;
}

#[tokio::test]
async fn webhooks_conform() {
    hooks::all(async |clock| fresh(clock).await).await;
}

#[tokio::test]
async fn webhooks_conform_through_a_pooler() {
    hooks::all(async |clock| pooled(clock).await).await;
}

#[tokio::test]
async fn the_archives_conform() {
    parcels::all(async |clock| fresh(clock).await).await;
}

#[tokio::test]
async fn the_archives_conform_through_a_pooler() {
    parcels::all(async |clock| pooled(clock).await).await;
}

#[tokio::test]
async fn what_people_look_at_conforms() {
    overview::all(async |clock| fresh(clock).await).await;
}

#[tokio::test]
async fn what_people_look_at_conforms_through_a_pooler() {
    overview::all(async |clock| pooled(clock).await).await;
}

#[tokio::test]
async fn links_conform() {
    shares::all(async |clock| fresh(clock).await).await;
}

#[tokio::test]
async fn links_conform_through_a_pooler() {
    shares::all(async |clock| pooled(clock).await).await;
}

#[tokio::test]
async fn transfers_conform() {
    transfers::all(async |clock| fresh(clock).await).await;
}

#[tokio::test]
async fn transfers_conform_through_a_pooler() {
    transfers::all(async |clock| pooled(clock).await).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn postgres_follows_the_model(steps in prop::collection::vec(histories::step(), 1..80)) {
        let clock = Arc::<HeldClock>::default();
        block_on(async { follow(&fresh(clock.clone()).await, &clock, &steps).await });
    }

    #[test]
    fn postgres_follows_the_model_through_a_pooler(steps in prop::collection::vec(histories::step(), 1..80)) {
        let clock = Arc::<HeldClock>::default();
        block_on(async { follow(&pooled(clock.clone()).await, &clock, &steps).await });
    }

    #[test]
    fn the_registry_answers_as_memory_does(steps in prop::collection::vec(shelves::step(), 1..60)) {
        let clock = Arc::<HeldClock>::default();
        block_on(async {
            let postgres = fresh(clock.clone()).await;
            agree(&Memory::new(clock.clone()), &postgres, &clock, &steps).await;
        });
    }

    #[test]
    fn people_are_answered_as_memory_does(steps in prop::collection::vec(people_steps::step(), 1..60)) {
        let clock = Arc::<HeldClock>::default();
        block_on(async {
            let postgres = fresh(clock.clone()).await;
            people::agree(&Memory::new(clock.clone()), &postgres, &clock, &steps).await;
        });
    }

    #[test]
    fn webhooks_answer_as_in_memory(steps in prop::collection::vec(errands::step(), 1..60)) {
        let clock = Arc::<HeldClock>::default();
        block_on(async {
            let postgres = fresh(clock.clone()).await;
            hooks::agree(&Memory::new(clock.clone()), &postgres, &clock, &steps).await;
        });
    }

    #[test]
    fn the_archives_answer_as_memory_does(steps in prop::collection::vec(wishes::step(), 1..60)) {
        let clock = Arc::<HeldClock>::default();
        block_on(async {
            let postgres = fresh(clock.clone()).await;
            parcels::agree(&Memory::new(clock.clone()), &postgres, &clock, &steps).await;
        });
    }

    #[test]
    fn links_answer_as_in_memory(steps in prop::collection::vec(invitees::step(), 1..60)) {
        let clock = Arc::<HeldClock>::default();
        block_on(async {
            let postgres = fresh(clock.clone()).await;
            shares::agree(&Memory::new(clock.clone()), &postgres, &clock, &steps).await;
        });
    }

    #[test]
    fn transfers_are_answered_as_memory_does(steps in prop::collection::vec(carriers::step(), 1..60)) {
        let clock = Arc::<HeldClock>::default();
        block_on(async {
            let postgres = fresh(clock.clone()).await;
            transfers::agree(&Memory::new(clock.clone()), &postgres, &clock, &steps).await;
        });
    }
}
