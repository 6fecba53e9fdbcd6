//! Keys: unique by their prefix, each with a tenant.

use super::*;
use crate::LedgerError;

/// Runs these examples.
pub async fn all<R: Registry>(desk: &impl AsyncFn() -> Desk<R>) {
    a_key_is_found_by_its_prefix(&desk().await).await;
    a_prefix_belongs_to_one_key(&desk().await).await;
    use_is_noted_and_never_goes_back(&desk().await).await;
    only_its_tenant_removes_a_key(&desk().await).await;
}

async fn a_key_is_found_by_its_prefix<R: Registry>(Desk { registry, clock }: &Desk<R>) {
    let new = NewKey { expires: Some(Timestamp(7)), ..key(ANNA, "aa") };
    let created = crate::Clock::wall(&**clock);
    let id = registry.add_key(&new, BY).await.unwrap();
    registry.add_key(&NewKey { scopes: vec![], ..key(BERT, "bb") }, BY).await.unwrap();
    let expected = Key { id, new, created, last_used: None };
    assert_eq!(registry.key("aa").await.unwrap(), Some(expected.clone()));
    assert_eq!(registry.keys(ANNA).await.unwrap(), [expected]);
    assert_eq!(registry.key("bb").await.unwrap().unwrap().new.scopes, []);
    assert_eq!(registry.key("a").await.unwrap(), None);
    assert_eq!(registry.keys(TenantId(9)).await.unwrap(), []);
}

async fn a_prefix_belongs_to_one_key<R: Registry>(Desk { registry, .. }: &Desk<R>) {
    registry.add_key(&key(ANNA, "aa"), BY).await.unwrap();
    let again = registry.add_key(&key(BERT, "aa"), BY).await;
    assert!(matches!(again, Err(LedgerError::PrefixTaken(prefix)) if prefix == "aa"));
    assert_eq!(registry.keys(BERT).await.unwrap(), []);
    registry.add_key(&key(BERT, "bb"), BY).await.expect("the error was that key's alone");
}

async fn use_is_noted_and_never_goes_back<R: Registry>(Desk { registry, .. }: &Desk<R>) {
    let id = registry.add_key(&key(ANNA, "aa"), BY).await.unwrap();
    registry.touch_keys(&[(id, Timestamp(20)), (99, Timestamp(30))]).await.unwrap();
    registry.touch_keys(&[(id, Timestamp(10))]).await.unwrap();
    assert_eq!(registry.key("aa").await.unwrap().unwrap().last_used, Some(Timestamp(20)));
}

async fn only_its_tenant_removes_a_key<R: Registry>(Desk { registry, .. }: &Desk<R>) {
    let id = registry.add_key(&key(ANNA, "aa"), BY).await.unwrap();
    assert!(!registry.drop_key(BERT, id, BY).await.unwrap());
    assert!(registry.key("aa").await.unwrap().is_some());
    assert!(registry.drop_key(ANNA, id, BY).await.unwrap());
    assert!(!registry.drop_key(ANNA, id, BY).await.unwrap(), "it was gone");
    assert_eq!(registry.key("aa").await.unwrap(), None);
    registry.add_key(&key(BERT, "aa"), BY).await.expect("the prefix is free again");
}
