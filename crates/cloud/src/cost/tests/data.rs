//! The rules of the data files: a figure has its words, their place and their day, and stands in them.

use super::*;
use crate::cost::free::{self, Free};
use crate::cost::prices::{LISTS, Prices};
use crate::cost::{instances, money::Price};
use std::collections::BTreeSet;

const UNITS: &[&str] = &[
    "hour",
    "gb",
    "gb-month",
    "gb-hour",
    "vcpu-hour",
    "lcu-hour",
    "month",
    "requests",
    "1000-requests",
    "10000-requests",
    "million-requests",
    "metric",
    "alarm",
];

/// The numbers of a text, with the commas of thousands or without.
fn numbers(text: &str) -> Vec<f64> {
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let parts = text
        .split(|c| !digits(c))
        .flat_map(|run| [run.replace(',', "")].into_iter().chain(run.split(',').map(str::to_owned)));
    parts.filter_map(|part| part.trim_matches('.').parse().ok()).collect()
}

fn stands_in(figure: f64, quote: &str) -> bool {
    numbers(quote).iter().any(|found| (found - figure).abs() < 1e-12)
}

/// `# 230.00 / 10000` above a figure leads to it from an amount that was quoted, rounded to its last digit.
fn leads_to(comment: &str, usd: f64, quote: &str) -> bool {
    let Some((amount, by)) = comment.trim_start_matches("# ").split_once(" / ") else { return false };
    let by = by.split([' ', ';', ',']).next().unwrap_or_default();
    let (Ok(a), Ok(b)) = (amount.parse::<f64>(), by.parse::<f64>()) else { return false };
    let digits = amount.split_once('.').map_or(0, |(_, rest)| rest.len());
    let half = 0.5 * 10_f64.powi(-i32::try_from(digits).unwrap());
    stands_in(a, quote) && (a / b - usd).abs() <= half / b + 1e-12
}

fn is_a_day(date: &str) -> bool {
    let parts: Vec<&str> = date.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let shape = matches!(lengths[..], [4] | [4, 2] | [4, 2, 2]);
    shape && parts.iter().all(|part| part.parse::<u32>().is_ok())
}

fn check_source(what: &str, quote: &str, url: &str, date: &str) {
    assert!(!quote.trim().is_empty(), "{what} has no quote");
    assert!(url.starts_with("https://") || url.starts_with("http://"), "{what}: {url}");
    assert!(is_a_day(date), "{what}: {date}");
}

/// The comment above the figure of every row, by the order of the rows.
fn comments(text: &str) -> Vec<String> {
    let comment = |row: &str| row.lines().find(|line| line.starts_with("# ")).unwrap_or_default().to_owned();
    text.split("[[price]]").skip(1).map(comment).collect()
}

#[test]
fn every_price_with_a_figure_has_its_words_and_stands_in_them() {
    for (region, text) in LISTS {
        let rows = &Prices::of(region).unwrap().rows;
        let comments = comments(text);
        assert_eq!(rows.len(), comments.len());
        for (row, comment) in rows.iter().zip(comments) {
            let what = format!("{region}: {}, {}", row.item, row.plan);
            let Some(usd) = row.usd else {
                assert!(row.quote.is_empty() && row.url.is_empty(), "{what} has words but no figure");
                continue;
            };
            check_source(&what, &row.quote, &row.url, &row.date);
            let free = usd == 0.0 && row.quote.contains("no additional charge");
            assert!(
                free || stands_in(usd, &row.quote) || leads_to(&comment, usd, &row.quote),
                "{what}: {usd} does not follow from `{}` by `{comment}`",
                row.quote
            );
        }
    }
}

#[test]
fn a_price_stands_once_in_a_list_and_counts_in_a_known_unit() {
    for (region, _) in LISTS {
        let mut seen = BTreeSet::new();
        for row in &Prices::of(region).unwrap().rows {
            assert!(seen.insert((&row.item, &row.plan)), "{region}: {} {} is there twice", row.item, row.plan);
            assert!(UNITS.contains(&row.unit.as_str()), "{region}: {} counts in {}", row.item, row.unit);
        }
    }
}

#[test]
fn both_lists_count_an_item_in_the_same_unit() {
    let [one, two] = [LISTS[0].0, LISTS[1].0].map(|region| Prices::of(region).unwrap());
    for row in &one.rows {
        let other = two.row(&row.item, &row.plan);
        assert!(other.is_none_or(|other| other.unit == row.unit), "{}", row.item);
    }
}

#[test]
fn a_price_is_read_exactly() {
    for (_, text) in LISTS {
        for figure in text.lines().filter_map(|line| line.strip_prefix("usd = ")) {
            let (whole, rest) = figure.split_once('.').unwrap();
            assert!(rest.len() <= 9, "{figure}");
            let nano: i64 = format!("{whole}{rest:0<9}").parse().unwrap();
            let read = Price::new(figure.parse().unwrap()).times(money::Quantity::whole(1_000_000_000));
            assert_eq!(read.exact(), format!("{nano}.0000"));
        }
    }
}

#[test]
fn every_allowance_has_its_words_and_stands_in_them() {
    let mut seen = BTreeSet::new();
    for row in &Free::known().allowances {
        let what = format!("{} of {:?}", row.item, row.accounts);
        assert!(seen.insert(what.clone()), "{what} is there twice");
        assert!(UNITS.contains(&row.unit.as_str()), "{what} counts in {}", row.unit);
        let months = row.months.as_integer().is_some_and(|months| (1..=12).contains(&months));
        assert!(months || row.months.as_str() == Some("always"), "{what}");
        let Some(figure) = row.per_month else { continue };
        check_source(&what, &row.quote, &row.url, &row.date);
        let figure = figure as f64;
        let told = stands_in(figure, &row.quote)
            || (row.quote.contains("million") && stands_in(figure / 1e6, &row.quote))
            || (row.quote.contains("TB") && stands_in(figure / 1e3, &row.quote));
        assert!(told, "{what}: {figure} does not stand in `{}`", row.quote);
    }
}

#[test]
fn every_credit_has_its_words_and_stands_in_them() {
    for row in &Free::known().credits {
        check_source(&row.item, &row.quote, &row.url, &row.date);
        assert!(stands_in(row.usd, &row.quote), "{}", row.item);
    }
    assert_eq!(free::TEXT.matches("[[credit]]").count(), Free::known().credits.len());
}

#[test]
fn every_instance_type_has_its_words_and_stands_in_them() {
    let mut seen = BTreeSet::new();
    for kind in instances::all() {
        assert!(seen.insert(&kind.name), "{} is there twice", kind.name);
        check_source(&kind.name, &kind.quote, &kind.url, &kind.date);
        // type, , , vCPUs, GiB, , hour, spot, region, zone, architecture
        let fields: Vec<&str> = kind.quote.split(',').collect();
        assert_eq!(fields[0], kind.name);
        assert_eq!(fields[3].parse(), Ok(f64::from(kind.vcpus)), "{}", kind.name);
        assert_eq!(fields[4].parse(), Ok(kind.gib), "{}", kind.name);
        assert_eq!(fields[10] == "arm64", kind.arm, "{}", kind.name);
    }
}

/// A rule that never fails says nothing: figures that do not follow are found.
#[test]
fn a_figure_that_does_not_follow_is_found() {
    assert!(stands_in(0.0116, "\"t2.micro\": 0.011600"));
    assert!(!stands_in(0.0117, "\"t2.micro\": 0.011600"));
    assert!(leads_to("# 230.00 / 10000", 0.023, "Standard Storage 10,000 GB $230.00"));
    assert!(leads_to("# 3481.60 / 40960", 0.085, "(next 40TB) 40,960 GB $3,481.60"));
    assert!(!leads_to("# 230.00 / 10000", 0.024, "Standard Storage 10,000 GB $230.00"));
    assert!(!leads_to("# 240.00 / 10000", 0.024, "Standard Storage 10,000 GB $230.00"));
    assert!(!is_a_day("lately") && !is_a_day("2026-1") && is_a_day("2026-11-25"));
}
