//! Recipes: versions that never change.

use super::*;

/// Runs these examples.
pub async fn all<R: Registry>(desk: &impl AsyncFn() -> Desk<R>) {
    versions_count_from_one(&desk().await).await;
    tenants_have_their_own(&desk().await).await;
}

async fn versions_count_from_one<R: Registry>(desk: &Desk<R>) {
    let add = async |text| desk.registry.add_recipe(ANNA, "web", text).await.unwrap();
    let first = add("one").await;
    desk.pass(1_000);
    assert_eq!(add("one").await, first, "the same text is the same version");
    let second = add("two").await;
    assert_eq!((first.version, second.version, second.created.0 - first.created.0), (1, 2, 1_000));
    assert_eq!(add("one").await.version, 3, "an older text is a new version");
    let find = async |version| desk.registry.recipe(ANNA, "web", version).await.unwrap();
    assert_eq!(find(Some(1)).await, Some(first));
    assert_eq!(find(Some(2)).await, Some(second));
    assert_eq!(find(None).await.unwrap().version, 3);
    assert_eq!((find(Some(0)).await, find(Some(4)).await), (None, None));
}

async fn tenants_have_their_own<R: Registry>(Desk { registry, .. }: &Desk<R>) {
    for (tenant, name, text) in [(ANNA, "web", "a"), (ANNA, "print", "b"), (BERT, "web", "c"), (ANNA, "web", "d")] {
        registry.add_recipe(tenant, name, text).await.unwrap();
    }
    let texts = async |tenant| {
        let all = registry.recipes(tenant).await.unwrap();
        all.into_iter().map(|r| (r.name, r.version, r.text)).collect::<Vec<_>>()
    };
    assert_eq!(texts(ANNA).await, [("print".into(), 1, "b".into()), ("web".into(), 2, "d".into())]);
    assert_eq!(texts(BERT).await, [("web".into(), 1, "c".into())]);
    assert_eq!(registry.recipe(BERT, "print", None).await.unwrap(), None);
}
