//! Uploads: open, then completed or aborted.

use super::*;

/// Runs these examples.
pub async fn all<R: Registry>(desk: &impl AsyncFn() -> Desk<R>) {
    an_upload_becomes_an_object_once(&desk().await).await;
    an_aborted_upload_becomes_nothing(&desk().await).await;
    an_upload_goes_on_under_its_ticket(&desk().await).await;
    a_quota_counts_what_is_on_its_way(&desk().await).await;
    overdue_ones_are_found_oldest_first(&desk().await).await;
    numbers_are_never_given_again(&desk().await).await;
}

async fn an_upload_becomes_an_object_once<R: Registry>(desk: &Desk<R>) {
    let (registry, new) = (&desk.registry, upload(ANNA, ObjectKind::Photo, 48_000_000));
    let id = desk.open(&new).await;
    let open = registry.upload(ANNA, id).await.unwrap().unwrap();
    assert_eq!((open.id, &open.new, open.state), (id, &new, UploadState::Open));
    assert_eq!(registry.object(ANNA, ObjectKind::Photo, id).await.unwrap(), None, "not yet");
    desk.pass(500);
    let object = registry.finish_upload(ANNA, id, "image/tiff").await.unwrap().unwrap();
    assert_eq!((object.id, object.created.0 - open.created.0), (id, 500), "an object is as old as its last byte");
    assert_eq!((object.name.as_str(), object.media_type.as_str()), (new.name.as_str(), "image/tiff"));
    desk.pass(500);
    let again = registry.finish_upload(ANNA, id, "other").await.unwrap();
    assert_eq!(again, Some(object), "a reply that got lost is asked for again");
    assert_eq!(registry.abort_upload(ANNA, id).await.unwrap(), None);
    assert_eq!(registry.upload(ANNA, id).await.unwrap().unwrap().state, UploadState::Completed);
    let others = (registry.upload(BERT, id).await.unwrap(), registry.finish_upload(BERT, id, "x").await.unwrap());
    assert_eq!(others, (None, None));
}

async fn an_aborted_upload_becomes_nothing<R: Registry>(desk: &Desk<R>) {
    let registry = &desk.registry;
    let id = desk.open(&upload(ANNA, ObjectKind::Asset, 7)).await;
    assert_eq!(registry.abort_upload(BERT, id).await.unwrap(), None, "it is not Bert's");
    let aborted = registry.abort_upload(ANNA, id).await.unwrap().unwrap();
    assert_eq!((aborted.id, aborted.state), (id, UploadState::Aborted));
    assert_eq!(registry.abort_upload(ANNA, id).await.unwrap(), Some(aborted), "once more changes nothing");
    assert_eq!(registry.finish_upload(ANNA, id, "x").await.unwrap(), None);
    assert_eq!(registry.stored(ANNA).await.unwrap(), 0);
    assert_eq!(registry.abort_upload(ANNA, id + 1).await.unwrap(), None, "nobody knows it");
}

async fn an_upload_goes_on_under_its_ticket<R: Registry>(desk: &Desk<R>) {
    let registry = &desk.registry;
    let hashed = NewUpload { sha256: Some("cafe".into()), ..upload(ANNA, ObjectKind::Photo, 7) };
    let id = desk.open(&hashed).await;
    let later = NewUpload { key: "another".into(), expires: Timestamp(90_000), ..hashed.clone() };
    let found = registry.resume_upload(&later).await.unwrap().unwrap();
    assert_eq!((found.id, &found.new.key, found.new.expires), (id, &hashed.key, later.expires));
    assert_eq!(registry.upload(ANNA, id).await.unwrap(), Some(found), "until then");
    assert_eq!(registry.stored(ANNA).await.unwrap(), 7, "it counts once");
    for other in [
        NewUpload { tenant: BERT, ..later.clone() },
        NewUpload { ticket: "other".into(), ..later.clone() },
        NewUpload { size: 8, ..later.clone() },
        NewUpload { sha256: Some("beef".into()), ..later.clone() },
        NewUpload { sha256: None, ..later.clone() },
    ] {
        assert_eq!(registry.resume_upload(&other).await.unwrap(), None, "{other:?}");
    }
    registry.abort_upload(ANNA, id).await.unwrap();
    assert_eq!(registry.resume_upload(&later).await.unwrap(), None, "it was given up");
    let id = desk.open(&hashed).await;
    registry.finish_upload(ANNA, id, "image/tiff").await.unwrap();
    assert_eq!(registry.resume_upload(&later).await.unwrap(), None, "it has ended");
}

async fn a_quota_counts_what_is_on_its_way<R: Registry>(desk: &Desk<R>) {
    let (registry, photo) = (&desk.registry, |size| upload(ANNA, ObjectKind::Photo, size));
    let stored = desk.stored_as(&photo(40)).await;
    let open = desk.open(&upload(ANNA, ObjectKind::Asset, 50)).await;
    assert_eq!(registry.stored(ANNA).await.unwrap(), 90);
    assert_eq!(registry.open_upload(&photo(11), 100).await.unwrap(), Opened::OverQuota { stored: 90 });
    assert_eq!(registry.stored(ANNA).await.unwrap(), 90, "what was refused is not counted");
    assert!(matches!(registry.open_upload(&photo(10), 100).await.unwrap(), Opened::Upload(_)));
    assert!(matches!(
        registry.open_upload(&upload(BERT, ObjectKind::Photo, 100), 100).await.unwrap(),
        Opened::Upload(_)
    ));
    registry.abort_upload(ANNA, open).await.unwrap();
    registry.drop_object(ANNA, ObjectKind::Photo, stored.id).await.unwrap();
    assert_eq!(registry.stored(ANNA).await.unwrap(), 10);
}

async fn overdue_ones_are_found_oldest_first<R: Registry>(desk: &Desk<R>) {
    let registry = &desk.registry;
    let until = |expires| NewUpload { expires: Timestamp(expires), ..upload(ANNA, ObjectKind::Photo, 1) };
    let (late, early, done, next) = (
        desk.open(&until(30)).await,
        desk.open(&until(20)).await,
        desk.open(&until(10)).await,
        desk.open(&until(40)).await,
    );
    registry.finish_upload(ANNA, done, "x").await.unwrap();
    let overdue = async |now, most| {
        let found = registry.overdue_uploads(Timestamp(now), most).await.unwrap();
        found.into_iter().map(|u| u.id).collect::<Vec<_>>()
    };
    assert_eq!(overdue(40, 9).await, [early, late]);
    assert_eq!(overdue(41, 9).await, [early, late, next]);
    assert_eq!(overdue(41, 1).await, [early]);
}

async fn numbers_are_never_given_again<R: Registry>(desk: &Desk<R>) {
    let new = upload(ANNA, ObjectKind::Photo, 1);
    let first = desk.stored_as(&new).await;
    desk.registry.drop_object(ANNA, ObjectKind::Photo, first.id).await.unwrap();
    assert!(desk.open(&new).await > first.id, "somebody may still ask for the first");
}
