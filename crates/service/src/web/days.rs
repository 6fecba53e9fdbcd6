//! What a tenant used, by day.

use super::Shop;
use super::auth::{Caller, Reader};
use super::extract::Query;
use super::problem::Problem;
use super::time::rfc3339;
use crate::house::House;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use jiff::civil::Date;
use ledger::overview::{self, DAY, Overview};
use ledger::{TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::ops::Range;
use utoipa::{IntoParams, ToSchema};

/// Most days of an answer.
const MOST: i64 = 366;
/// Days where nobody says how many.
const USUAL: i64 = 30;

/// Which days, in UTC.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Span {
    /// The first one, `YYYY-MM-DD`; the 29th before the last one if absent.
    #[param(format = Date)]
    pub from: Option<String>,
    /// The last one, `YYYY-MM-DD`; today if absent. At most 366 days.
    #[param(format = Date)]
    pub to: Option<String>,
}

/// What was used on each of some days.
#[derive(Debug, Serialize, ToSchema)]
pub struct Days {
    /// Every day of the span, the first one first.
    pub items: Vec<Day>,
}

/// What was used on a day: the photos that succeeded on it, and what they cost.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Day {
    /// `YYYY-MM-DD`, in UTC.
    pub day: String,
    /// Photos.
    pub photos: u64,
    /// Their pixels.
    pub pixels: u64,
    /// Their bytes.
    pub bytes_in: u64,
    /// Bytes of their renditions.
    pub bytes_out: u64,
    /// Processor seconds.
    pub cpu_s: f64,
}

/// What was used, by day
#[utoipa::path(get, operation_id = "usage_by_day", path = "/v1/usage/days", tag = "usage", params(Span), responses(
    (status = 200, description = "Every day of the span, also those without a photo", body = Days),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn days(State(house): Shop, Reader(caller): Reader, Query(span): Query<Span>) -> Result<Json<Days>, Problem> {
    Ok(Json(Days { items: of(&house, &caller, &span).await? }))
}

/// What was used, by day, as a table for spreadsheets
#[utoipa::path(get, operation_id = "usage_table", path = "/v1/usage/days.csv", tag = "usage", params(Span), responses(
    (status = 200, description = "CSV (RFC 4180) with a line of names; every day of the span", body = String, content_type = "text/csv"),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn table(
    State(house): Shop,
    Reader(caller): Reader,
    Query(span): Query<Span>,
) -> Result<([(HeaderName, &'static str); 2], String), Problem> {
    let mut text = String::from("day,photos,pixels,bytes_in,bytes_out,cpu_s\r\n");
    for Day { day, photos, pixels, bytes_in, bytes_out, cpu_s } in of(&house, &caller, &span).await? {
        let _ = write!(text, "{day},{photos},{pixels},{bytes_in},{bytes_out},{cpu_s:.3}\r\n");
    }
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
    Ok(([kind, (header::CONTENT_DISPOSITION, "attachment; filename=\"usage.csv\"")], text))
}

async fn of(house: &House, caller: &Caller, span: &Span) -> Result<Vec<Day>, Problem> {
    by_day(house, caller.tenant, numbers(span, house.clock.wall())?).await
}

async fn by_day(house: &House, tenant: TenantId, days: Range<i64>) -> Result<Vec<Day>, Problem> {
    let found = house.ledger.usage_by_day(tenant, days.clone()).await?;
    let on = |day| found.iter().find(|found| found.day == day).copied();
    Ok(days.map(|day| show(on(day).unwrap_or(overview::Day { day, ..overview::Day::default() }))).collect())
}

/// Numbers of the days.
fn numbers(span: &Span, now: Timestamp) -> Result<Range<i64>, Problem> {
    let number = |name, text: &str| {
        let wrong = || Problem::malformed(format!("`{name}` is `{}`, expected YYYY-MM-DD", text.escape_debug()));
        let date = text.parse::<Date>().map_err(|_| wrong())?;
        let moment = date.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| wrong())?;
        Ok::<_, Problem>(moment.timestamp().as_millisecond().div_euclid(DAY))
    };
    let last = span.to.as_deref().map_or(Ok(now.0.div_euclid(DAY)), |to| number("to", to))?;
    let first = span.from.as_deref().map_or(Ok(last - USUAL + 1), |from| number("from", from))?;
    match last - first + 1 {
        1..=MOST => Ok(first..last + 1),
        length if length < 1 => Err(Problem::malformed("`from` is after `to`")),
        length => Err(Problem::malformed(format!("these are {length} days, at most {MOST} are told at once"))),
    }
}

fn show(day: overview::Day) -> Day {
    let overview::Day { day, photos, pixels, bytes_in, bytes_out, cpu_s } = day;
    let day = rfc3339(Timestamp(day.saturating_mul(DAY)))[..10].to_owned();
    Day { day, photos, pixels, bytes_in, bytes_out, cpu_s }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: Option<&str>, to: Option<&str>) -> Result<Range<i64>, String> {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let now = Timestamp(400 * DAY + DAY / 2);
        numbers(&Span { from: text(from), to: text(to) }, now).map_err(|problem| problem.detail)
    }

    #[test]
    fn days_are_numbered_from_1970() {
        assert_eq!(span(None, None), Ok(371..401), "thirty days, and today is one of them");
        assert_eq!(span(Some("1970-01-01"), Some("1970-01-01")), Ok(0..1));
        assert_eq!(span(Some("1972-01-01"), Some("1972-12-31")), Ok(730..1_096), "a leap year is allowed");
        assert_eq!(span(None, Some("1970-01-30")), Ok(0..30));
        for (from, to, why) in [
            (Some("1971-01-01"), Some("1970-12-31"), "after"),
            (Some("1970-01-01"), Some("1971-01-02"), "367 days"),
            (Some("yesterday"), None, "`from` is `yesterday`"),
            (None, Some("1971-02-29"), "`to` is"),
        ] {
            assert!(span(from, to).unwrap_err().contains(why), "{from:?} {to:?}");
        }
    }
}
