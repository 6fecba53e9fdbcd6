//! Photos and assets.

use super::*;
use crate::Page;

/// Runs these examples.
pub async fn all<R: Registry>(desk: &impl AsyncFn() -> Desk<R>) {
    lists_go_from_newest_to_oldest(&desk().await).await;
    a_look_up_names_tenant_and_kind(&desk().await).await;
    a_hash_is_noted(&desk().await).await;
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
