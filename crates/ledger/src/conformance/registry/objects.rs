//! Photos and assets.

use super::*;
use crate::Page;

/// Runs these examples.
pub async fn all<R: Registry>(desk: &impl AsyncFn() -> Desk<R>) {
    lists_go_from_newest_to_oldest(&desk().await).await;
    a_look_up_names_tenant_and_kind(&desk().await).await;
    a_hash_is_noted(&desk().await).await;
    objects_are_found_by_their_hash(&desk().await).await;
    a_removed_object_is_gone(&desk().await).await;
}

async fn lists_go_from_newest_to_oldest<R: Registry>(desk: &Desk<R>) {
    let photo = upload(ANNA, ObjectKind::Photo, 5);
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(desk.stored_as(&photo).await.id);
        desk.stored_as(&upload(ANNA, ObjectKind::Asset, 5)).await;
        desk.stored_as(&upload(BERT, ObjectKind::Photo, 5)).await;
    }
    desk.open(&photo).await;
    let list = async |after, most| {
        let page = desk.registry.objects(ANNA, ObjectKind::Photo, Page { after, most }).await.unwrap();
        page.into_iter().map(|o| o.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 2).await, [ids[4], ids[3]]);
    assert_eq!(list(Some(ids[3]), 9).await, [ids[2], ids[1], ids[0]]);
    assert!(list(Some(ids[0]), 9).await.is_empty());
}

async fn a_look_up_names_tenant_and_kind<R: Registry>(desk: &Desk<R>) {
    let registry = &desk.registry;
    let photo = desk.stored_as(&upload(ANNA, ObjectKind::Photo, 5)).await;
    let asset = desk.stored_as(&upload(ANNA, ObjectKind::Asset, 5)).await;
    let foreign = desk.stored_as(&upload(BERT, ObjectKind::Photo, 5)).await;
    let open = desk.open(&upload(ANNA, ObjectKind::Photo, 5)).await;
    let another = desk.stored_as(&upload(ANNA, ObjectKind::Photo, 6)).await;
    assert_eq!(registry.object(ANNA, ObjectKind::Photo, photo.id).await.unwrap().as_ref(), Some(&photo));
    assert_eq!(registry.object(ANNA, ObjectKind::Asset, photo.id).await.unwrap(), None);
    assert_eq!(registry.object(BERT, ObjectKind::Photo, photo.id).await.unwrap(), None);
    let ids = [another.id, 99, open, asset.id, foreign.id, photo.id, photo.id];
    let found = registry.objects_of(ANNA, ObjectKind::Photo, &ids).await.unwrap();
    assert_eq!(found, [photo, another], "each once, in the order of their numbers");
}

async fn a_hash_is_noted<R: Registry>(desk: &Desk<R>) {
    let registry = &desk.registry;
    let object = desk.stored_as(&upload(ANNA, ObjectKind::Photo, 5)).await;
    registry.note_hash(BERT, object.id, "beef").await.unwrap();
    registry.note_hash(ANNA, object.id, "cafe").await.unwrap();
    let found = registry.object(ANNA, ObjectKind::Photo, object.id).await.unwrap().unwrap();
    assert_eq!(found, Object { sha256: Some("cafe".into()), ..object });
}

async fn objects_are_found_by_their_hash<R: Registry>(desk: &Desk<R>) {
    let told = |sha256: &str, tenant, kind| NewUpload { sha256: Some(sha256.into()), ..upload(tenant, kind, 5) };
    let cafe = told("cafe", ANNA, ObjectKind::Photo);
    let first = desk.stored_as(&cafe).await;
    for other in [
        told("beef", ANNA, ObjectKind::Photo),
        told("cafe", ANNA, ObjectKind::Asset),
        upload(ANNA, ObjectKind::Photo, 5),
    ] {
        desk.stored_as(&other).await;
    }
    desk.stored_as(&told("cafe", BERT, ObjectKind::Photo)).await;
    desk.open(&cafe).await;
    let noted = desk.stored_as(&upload(ANNA, ObjectKind::Photo, 5)).await;
    let find = async |sha256, after, most| {
        let page = Page { after, most };
        let found = desk.registry.objects_by_hash(ANNA, ObjectKind::Photo, sha256, page).await.unwrap();
        found.into_iter().map(|o| o.id).collect::<Vec<_>>()
    };
    assert_eq!(find("cafe", None, 9).await, [first.id], "what is on its way is not there yet");
    desk.registry.note_hash(ANNA, noted.id, "cafe").await.unwrap();
    let last = desk.stored_as(&cafe).await;
    assert_eq!(find("cafe", None, 9).await, [last.id, noted.id, first.id], "newest first");
    assert_eq!(find("cafe", None, 2).await, [last.id, noted.id]);
    assert_eq!(find("cafe", Some(noted.id), 9).await, [first.id]);
    assert!(find("caf", None, 9).await.is_empty());
    desk.registry.drop_object(ANNA, ObjectKind::Photo, noted.id).await.unwrap();
    assert_eq!(find("cafe", None, 9).await, [last.id, first.id]);
}

async fn a_removed_object_is_gone<R: Registry>(desk: &Desk<R>) {
    let registry = &desk.registry;
    let object = desk.stored_as(&upload(ANNA, ObjectKind::Photo, 5)).await;
    let open = desk.open(&upload(ANNA, ObjectKind::Photo, 5)).await;
    let remove = async |tenant, kind, id| registry.drop_object(tenant, kind, id).await.unwrap();
    assert_eq!(remove(BERT, ObjectKind::Photo, object.id).await, None);
    assert_eq!(remove(ANNA, ObjectKind::Asset, object.id).await, None);
    assert_eq!(remove(ANNA, ObjectKind::Photo, open).await, None, "an upload is aborted, not removed");
    assert_eq!(remove(ANNA, ObjectKind::Photo, object.id).await.as_ref(), Some(&object));
    assert_eq!(remove(ANNA, ObjectKind::Photo, object.id).await, None);
    assert_eq!(registry.upload(ANNA, object.id).await.unwrap(), None);
    assert_eq!(registry.finish_upload(ANNA, object.id, "x").await.unwrap(), None);
    assert_eq!(registry.stored(ANNA).await.unwrap(), 5);
}
