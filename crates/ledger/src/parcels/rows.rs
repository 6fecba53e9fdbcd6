//! Statements about archives and rows of them: the same for each backend in SQL.

use super::{NewParcel, Parcel};
use crate::LedgerError;
use crate::record::{BatchId, TenantId, Timestamp};
use crate::rows::small;

/// Number, tenant, batch, name, size, files, state, build, tries, until, done, why, expires.
pub type ParcelRow = (i64, i64, i64, String, i64, i64, String, i64, i64, Option<i64>, i64, Option<String>, i64);

/// A question for a [`ParcelRow`], and what follows it.
macro_rules! parcel {
    ($($rest:literal),+) => {
        concat!("SELECT id, tenant, batch, name, size, files, state, build, tries, until, done, why, expires FROM parcel ", $($rest),+)
    };
}
pub(crate) use parcel;

/// Values: tenant, batch, name, size, files.
pub const ADD: &str = "INSERT INTO parcel (tenant, batch, name, size, files, state, build, tries, done, expires) \
                       VALUES ($1, $2, $3, $4, $5, 'wanted', 0, 0, 0, 0) ON CONFLICT (tenant, batch, name) DO NOTHING";
/// Values: what may change, then the number.
pub const SET: &str = "UPDATE parcel SET state = $1, build = $2, tries = $3, until = $4, done = $5, why = $6, expires = $7 \
                       WHERE id = $8";
/// Value: the batch.
pub const DROP: &str = "DELETE FROM parcel WHERE batch = $1";
/// Value: now.
pub const SWEEP: &str = "DELETE FROM parcel WHERE expires < $1 AND NOT (state = 'building' AND until > $1)";

/// The archive that a row means.
pub fn read(row: ParcelRow) -> Result<Parcel, LedgerError> {
    let (id, tenant, batch, name, size, files, state, build, tries, until, done, why, expires) = row;
    let bytes = |number: i64| number.max(0).cast_unsigned();
    Ok(Parcel {
        id,
        new: NewParcel {
            tenant: TenantId(tenant),
            batch: BatchId(batch),
            name,
            size: bytes(size),
            files: bytes(files),
        },
        state: state.parse()?,
        build: small("build", build)?,
        tries: small("tries", tries)?,
        until: until.map(Timestamp),
        done: bytes(done),
        why,
        expires: Timestamp(expires),
    })
}

/// Binds the values of [`ADD`].
macro_rules! add {
    ($query:expr, $new:expr) => {{
        let crate::parcels::NewParcel { tenant, batch, name, size, files } = $new;
        $query.bind(tenant.0).bind(batch.0).bind(name).bind(size.cast_signed()).bind(files.cast_signed())
    }};
}

/// Binds the values of [`SET`].
macro_rules! set {
    ($query:expr, $parcel:expr) => {{
        let crate::parcels::Parcel { id, state, build, tries, until, done, why, expires, .. } = $parcel;
        let query = $query.bind(state.word()).bind(i64::from(*build)).bind(i64::from(*tries));
        let query = query.bind(until.map(|at| at.0)).bind(done.cast_signed()).bind(why);
        query.bind(expires.0).bind(id)
    }};
}
pub(crate) use {add, set};
