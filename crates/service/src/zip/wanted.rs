//! Archives that a worker is to build.

use super::{Archive, KEPT, Place};
use crate::house::House;
use crate::shared::wake::Happened;
use crate::web::Problem;
use ledger::doorbell::Doorbell;
use ledger::parcels::{Built, NewParcel, Parcel, ParcelState, Parcels};
use store::s3::PUT_MAX;
use store::{Kind, Store};

impl From<&NewParcel> for Place {
    fn from(new: &NewParcel) -> Self {
        Self { tenant: new.tenant, batch: new.batch, name: new.name.clone() }
    }
}

impl Place {
    /// The archive of this place, for the ledger.
    pub fn parcel(&self, archive: &Archive) -> NewParcel {
        let Self { tenant, batch, name } = self.clone();
        NewParcel { tenant, batch, name, size: archive.head.size, files: archive.list.files.len() as u64 }
    }
}

/// Wants the archive of a list that is kept, and calls a worker for it if it is not there.
pub async fn want(house: &House, place: &Place, archive: &Archive) -> Result<Parcel, Problem> {
    let size = archive.head.size;
    if size > PUT_MAX {
        let detail =
            format!("the archive has {size} bytes, {PUT_MAX} may be; ask for fewer renditions or tasks at once");
        return Err(Problem::too_large(detail));
    }
    let new = place.parcel(archive);
    let mut parcel = house.ledger.want_parcel(&new, KEPT).await?;
    if parcel.state == ParcelState::Ready && is_gone(house, place).await? {
        house.ledger.end_parcel(parcel.id, parcel.build, &Built::Lost).await?;
        parcel = house.ledger.want_parcel(&new, KEPT).await?;
    }
    if parcel.state == ParcelState::Wanted {
        house.bell.ring(&[]).await?;
        house.shared.wake().tell(Happened::Work);
    }
    Ok(parcel)
}

/// Somebody has removed what was built.
async fn is_gone(house: &House, place: &Place) -> Result<bool, Problem> {
    let Some(key) = place.archive() else { return Ok(true) };
    match house.store.head(&key).await {
        Err(error) if error.kind() == Kind::NotFound => Ok(true),
        found => Ok(found.map(|_| false)?),
    }
}
