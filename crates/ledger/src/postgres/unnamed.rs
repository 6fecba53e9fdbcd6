//! Statements without a name: a pooler may give the next transaction a connection on which that name means nothing, or
//! something else.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::{Query, QueryAs, QueryScalar};
use sqlx::{FromRow, Postgres, SqlSafeStr};

/// A statement.
pub fn query<'q>(sql: impl SqlSafeStr) -> Query<'q, Postgres, PgArguments> {
    sqlx::query(sql).persistent(false)
}

/// One that gives rows.
pub fn query_as<'q, O: for<'r> FromRow<'r, PgRow>>(sql: impl SqlSafeStr) -> QueryAs<'q, Postgres, O, PgArguments> {
    sqlx::query_as(sql).persistent(false)
}

/// One that gives a value a row.
pub fn query_scalar<'q, O>(sql: impl SqlSafeStr) -> QueryScalar<'q, Postgres, O, PgArguments>
where
    (O,): for<'r> FromRow<'r, PgRow>,
{
    sqlx::query_scalar(sql).persistent(false)
}
