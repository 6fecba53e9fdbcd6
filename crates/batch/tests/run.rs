//! Plans and runs, with fake workers and a real ledger.

mod common;

use batch::Lock;
use batch::lock::LockError;
use batch::plan::{Existing, PlanError};
use common::{Act, Studio, exists};
use darkroom::Class;
use ledger::Totals;
use std::fs;

fn make(_: &str) -> Act {
    Act::Make
}

fn totals(found: u64, succeeded: u64, failed: u64, skipped: u64) -> Totals {
    Totals { found, succeeded, failed, skipped, remaining: found - succeeded - failed - skipped, ..Totals::default() }
}

#[test]
fn every_photo_gets_its_renditions() {
    let names: Vec<_> = (0..40).map(|n| format!("{}/IMG_{n}.NEF", n % 3)).collect();
    let studio = Studio::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let log = studio.run(Existing::Refuse, make).unwrap();
    assert_eq!(log.totals, totals(40, 40, 0, 0));
    assert_eq!((log.work.len(), log.refused, log.stopped), (40, 0, false));
    assert!(exists(&studio, "1/IMG_1_web.jpg") && exists(&studio, "0/IMG_39_thumb.jpg"));
}

#[test]
fn an_empty_folder_is_a_batch_of_nothing() {
    let studio = Studio::new(&[]);
    fs::create_dir(studio.root.path().join("in")).unwrap();
    assert_eq!(studio.run(Existing::Refuse, make).unwrap().totals, totals(0, 0, 0, 0));
}

#[test]
fn one_bad_photo_stops_nothing_and_is_tried_as_its_class_says() {
    let studio = Studio::new(&["a.NEF", "corrupt.NEF", "crash.NEF", "z.NEF"]);
    let act = |name: &str| match name {
        "corrupt.NEF" => Act::Fail(Class::Input),
        "crash.NEF" => Act::Fail(Class::Crash),
        _ => Act::Make,
    };
    let log = studio.run(Existing::Refuse, act).unwrap();
    assert_eq!(log.totals, totals(4, 2, 2, 0));
    let attempts: Vec<_> = log.failures.iter().map(|f| f.attempts).collect();
    assert_eq!(attempts, [1, 3]);
    assert_eq!(log.failures[0].faults[0].why, "because");
}

#[test]
fn a_machine_that_fails_again_and_again_ends_the_run_without_blame() {
    let studio = Studio::new(&["a.NEF", "b.NEF", "c.NEF"]);
    let log = studio.run(Existing::Refuse, |_| Act::Fail(Class::Environment)).unwrap();
    assert_eq!(log.totals, totals(3, 0, 0, 0));
    assert_eq!(log.gave_up.as_deref(), Some("cannot develop this photo: because"));
    assert_eq!(studio.run(Existing::Resume, make).unwrap().totals, totals(3, 3, 0, 0));
}

#[test]
fn a_stop_hands_back_what_nobody_began_and_resume_goes_on() {
    let studio = Studio::new(&["a.NEF", "b.NEF", "c.NEF", "d.NEF", "e.NEF", "f.NEF"]);
    let log = studio.run(Existing::Refuse, |name| if name == "c.NEF" { Act::Stop } else { Act::Make }).unwrap();
    assert!(log.stopped && log.totals.remaining >= 1);
    let done = log.totals.succeeded;
    let log = studio.run(Existing::Resume, make).unwrap();
    assert_eq!(log.totals, totals(6, 6 - done, 0, done));
}

#[test]
fn fail_fast_stops_at_the_first_failure() {
    let names: Vec<_> = (0..200).map(|n| format!("IMG_{n}.NEF")).collect();
    let mut studio = Studio::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    studio.fail_fast = true;
    let log = studio.run(Existing::Refuse, |_| Act::Fail(Class::Input)).unwrap();
    assert!(log.stopped && log.totals.failed >= 1 && log.totals.remaining > 100, "{:?}", log.totals);
}

#[test]
fn resume_makes_what_is_missing_and_nothing_else() {
    let studio = Studio::new(&["a.NEF", "b.NEF", "c.NEF"]);
    studio.run(Existing::Refuse, make).unwrap();
    fs::remove_file(studio.out().join("a_web.jpg")).unwrap();
    fs::write(studio.out().join("b_thumb.jpg"), "cut").unwrap();
    let plan = studio.plan(Existing::Resume).unwrap();
    let wanted: Vec<Vec<_>> =
        plan.photos.iter().map(|p| p.wanted.iter().map(|w| w.rendition.as_str()).collect()).collect();
    assert_eq!(wanted, [vec!["web"], vec!["thumb"], vec![]]);
    assert_eq!(studio.run(Existing::Resume, make).unwrap().totals, totals(3, 2, 0, 1));
    assert_eq!(studio.run(Existing::Resume, make).unwrap().totals, totals(3, 0, 0, 3));
}

#[test]
fn resume_makes_again_what_changed() {
    let mut studio = Studio::new(&["a.NEF", "b.NEF"]);
    studio.run(Existing::Refuse, make).unwrap();
    fs::write(studio.root.path().join("in/a.NEF"), "other content").unwrap();
    studio.recipe = studio.recipe.replace("320", "300");
    let plan = studio.plan(Existing::Resume).unwrap();
    let wanted: Vec<_> = plan.photos.iter().map(|p| p.wanted.len()).collect();
    assert_eq!(wanted, [2, 1]);
}

#[test]
fn two_photos_for_one_file_are_refused_before_the_start() {
    let mut studio = Studio::new(&["a/IMG_1.NEF", "b/IMG_1.NEF"]);
    studio.recipe = format!("{}\n[output]\npath = \"{{stem}}_{{rendition}}\"\n", studio.recipe);
    let error = studio.plan(Existing::Refuse).err().unwrap();
    let PlanError::Collision { path, first, second } = error else { panic!("{error}") };
    assert_eq!(path, "IMG_1_web.jpg");
    assert!(first.ends_with("a/IMG_1.NEF") && second.ends_with("b/IMG_1.NEF"));
}

#[test]
fn a_collision_that_the_header_reveals_costs_the_second_photo() {
    let mut studio = Studio::new(&["a/IMG_1.NEF", "b/IMG_1.NEF"]);
    studio.recipe = format!("{}\n[output]\npath = \"{{date}}/{{stem}}_{{rendition}}\"\n", studio.recipe);
    let log = studio.run(Existing::Refuse, make).unwrap();
    assert_eq!(log.totals, totals(2, 1, 1, 0));
}

#[test]
fn files_that_are_there_are_not_overwritten_unasked() {
    let studio = Studio::new(&["a.NEF", "b.NEF"]);
    studio.run(Existing::Refuse, make).unwrap();
    let error = studio.plan(Existing::Refuse).err().unwrap();
    assert!(matches!(error, PlanError::Exists { count: 4, .. }), "{error}");
    assert_eq!(studio.run(Existing::Force, make).unwrap().totals, totals(2, 2, 0, 0));
}

#[test]
fn the_output_folder_has_one_holder() {
    let studio = Studio::new(&[]);
    let lock = Lock::take(&studio.out()).unwrap();
    let error = Lock::take(&studio.out()).unwrap_err();
    assert!(matches!(&error, LockError::Held { holder, .. } if *holder == std::process::id().to_string()), "{error}");
    drop(lock);
    Lock::take(&studio.out()).unwrap();
}
