//! From a whole file to a photo, as an upload becomes one: within the quota, told by its bytes, with a row in the registry.

use super::pull::Pulled;
use super::work::Fault;
use crate::house::House;
use crate::media;
use crate::web::uploads;
use ledger::registry::{NewUpload, ObjectKind, Opened, Registry};
use ledger::transfers::{Errand, Made};
use ledger::{TenantId, Timestamp};
use std::path::Path;
use store::{Key, Store};
use tokio::io::AsyncReadExt;

/// Puts a file into the store. Its row is an open upload, which the ledger completes with the item's end or a sweeper removes.
pub async fn arrive(house: &House, errand: &Errand, pulled: Pulled, file: &Path) -> Result<Made, Fault> {
    let media_type = look(file, pulled.size).await?;
    let tenant = errand.transfer.new.tenant;
    let (upload, key) = open(house, errand, &pulled).await?;
    if let Err(error) = house.store.put_file(&key, file).await {
        give_up(house, tenant, upload).await;
        return Err(Fault::again(format!("it cannot be stored: {error}")));
    }
    Ok(Made::Photo { upload, size: pulled.size, media_type: media_type.into() })
}

/// The upload, and where its bytes go. One of a try before, whose worker has died, goes on: it holds the room already, and
/// whoever writes there writes the same.
async fn open(house: &House, errand: &Errand, pulled: &Pulled) -> Result<(i64, Key), Fault> {
    let (tenant, name) = (errand.transfer.new.tenant, errand.item.new.name.clone());
    let key = uploads::fresh_key(tenant, ObjectKind::Photo, &name).map_err(|problem| Fault::again(problem.detail))?;
    // A try has come to its end by then, whatever became of it.
    let try_ends = house.config.transfers.file() + house.config.lease();
    let new = NewUpload {
        tenant,
        kind: ObjectKind::Photo,
        name,
        size: pulled.size,
        sha256: Some(pulled.sha256.clone()),
        part_size: pulled.size,
        key: key.to_string(),
        ticket: format!("import-{}.{}", errand.transfer.id, errand.item.new.number),
        expires: Timestamp(house.clock.wall().0 + try_ends.as_millis() as i64),
    };
    if let Some(before) = house.ledger.resume_upload(&new).await.map_err(Fault::again)? {
        return Ok((before.id, Key::parse(&before.new.key).map_err(Fault::again)?));
    }
    let quota = house.config.limits.storage_bytes;
    match house.ledger.open_upload(&new, quota).await.map_err(Fault::again)? {
        Opened::Upload(id) => Ok((id, key)),
        Opened::OverQuota { stored } => {
            let why = format!("{stored} of {quota} bytes are taken; remove photos or batches, then try it again");
            Err(Fault::Refused(why))
        }
    }
}

/// Nobody wants the file any more: neither row nor object stays. Where this fails, a sweeper does it.
pub async fn give_up(house: &House, tenant: TenantId, upload: i64) {
    let given = house.ledger.abort_upload(tenant, upload).await;
    if let Ok(Some(row)) = given
        && let Ok(key) = Key::parse(&row.new.key)
        && let Err(error) = house.store.delete(&key).await
    {
        tracing::warn!(%error, upload, "what nobody wants stays in the store until it is swept");
    }
}

/// What the bytes are, whatever the name says.
async fn look(file: &Path, size: u64) -> Result<&'static str, Fault> {
    let mut head = Vec::new();
    let opened = tokio::fs::File::open(file).await.map_err(Fault::again)?;
    opened.take(uploads::SNIFFED).read_to_end(&mut head).await.map_err(Fault::again)?;
    if size == 0 {
        return Err(Fault::refused("it is empty"));
    }
    match media::is_text(&head) {
        true => Err(Fault::refused("it is a text and no photo, perhaps a page that asks for a login")),
        false => Ok(media::media_type(&head)),
    }
}
