//! The page: one file without any other, for screens of every width, light and dark, and for paper.

use super::{Line, Report, plot, sums};
use crate::names;
use std::fmt::Write;

/// Rows of the table of photos; the JSON holds them all.
const MOST_ROWS: usize = 200;

/// The report as a whole HTML document.
pub fn page(report: &Report) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>rawmill: {title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>",
        title = escape(&report.recipe),
        STYLE = include_str!("style.css"),
    );
    page += &verdict(report);
    page += &figures(report);
    page += &failures(report);
    section(&mut page, "Workers", &plot::timeline(report), "A block is a photo; red ones failed. Gaps are idle time.");
    if !report.stages.is_empty() {
        section(&mut page, "Stages", &plot::stages(&report.stages), "Worker seconds, summed over all photos.");
    }
    if report.memory.estimate_over_peak.is_some() {
        section(
            &mut page,
            "Memory",
            &plot::memory(&report.photos),
            "A dot is a photo. Above the line, the estimate was enough.",
        );
    }
    section(
        &mut page,
        "Scaling",
        &(plot::scaling(report) + &scaling(report)),
        "The curve is Amdahl's ceiling, the thin line is perfect, dots are measured.",
    );
    page += &photos(&report.photos);
    page += &left_out(report);
    page + "</body></html>\n"
}

/// Text for HTML, attributes included.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn section(page: &mut String, title: &str, body: &str, legend: &str) {
    let _ = write!(page, "<section><h2>{title}</h2>{body}<p class=\"legend\">{legend}</p></section>");
}

fn verdict(report: &Report) -> String {
    let t = &report.totals;
    let (class, mut text) = match (t.failed, t.remaining) {
        (0, 0) => ("good", "Every photo is done.".to_string()),
        (0, left) => ("warn", format!("{left} photos remain; run again with --resume.")),
        (failed, left) if left > 0 => {
            ("bad", format!("{failed} photos failed, {left} remain; run again with --resume."))
        }
        (failed, _) => ("bad", format!("{failed} photos failed; the others are done.")),
    };
    if let Some(why) = &report.gave_up {
        let _ = write!(text, " The run gave up: {}.", escape(why));
    }
    format!("<p class=\"verdict {class}\">{text}</p>")
}

fn figures(report: &Report) -> String {
    let (t, m) = (&report.totals, &report.memory);
    let ratio = m.estimate_over_peak.map_or("not measured".into(), |(low, high)| format!("{low:.2} to {high:.2}"));
    let all = [
        ("found", t.found.to_string()),
        ("succeeded", t.succeeded.to_string()),
        ("failed", t.failed.to_string()),
        ("skipped", t.skipped.to_string()),
        ("remaining", t.remaining.to_string()),
        ("time", format!("{:.1} s", report.wall_s)),
        ("photos per second", format!("{:.2}", report.photos_per_s)),
        ("input", format!("{:.1} MB/s", report.mb_per_s)),
        ("CPU per photo", format!("{:.2} s", sums::ratio(report.cpu_s, report.photos.len() as f64))),
        ("a photo, half and 99 %", format!("{:.2} s, {:.2} s", report.times.p50_s, report.times.p99_s)),
        ("workers", format!("{}, {:.0} % busy", report.workers, report.utilisation * 100.0)),
        ("read, written", format!("{:.1} MB, {:.1} MB", report.bytes_in as f64 / 1e6, report.bytes_out as f64 / 1e6)),
        ("records per photo", format!("{:.0} bytes", report.record_bytes_per_photo)),
        ("largest worker", plot::megabytes(m.largest_peak)),
        ("estimate ÷ peak", ratio),
        ("waited for memory", format!("{:.1} s", report.waits.memory_s)),
        ("waited for seats", format!("{:.1} s", report.waits.seats_s)),
    ];
    let cells: String = all.iter().map(|(name, value)| format!("<div><dt>{name}</dt><dd>{value}</dd></div>")).collect();
    format!("<dl class=\"figures\">{cells}</dl>")
}

fn failures(report: &Report) -> String {
    if report.failures.is_empty() {
        return String::new();
    }
    let mut rows = String::new();
    for f in &report.failures {
        let tries = if f.attempts == 1 { "1 try".into() } else { format!("{} tries", f.attempts) };
        let advice =
            if f.advice.is_empty() { String::new() } else { format!("<p>What to do: {}.</p>", escape(&f.advice)) };
        let (photo, what, why) = (escape(&f.photo), escape(&f.what), escape(&f.why));
        let _ = write!(rows, "<li><strong>{photo}</strong> <small>{tries}</small><p>{what}: {why}.</p>{advice}</li>");
    }
    format!("<section><h2>Failures</h2><ul class=\"failures\">{rows}</ul></section>")
}

fn scaling(report: &Report) -> String {
    let s = &report.scaling;
    let heads: String = s.amdahl.iter().map(|(cores, _)| format!("<th>{cores}</th>")).collect();
    let cells: String = s.amdahl.iter().map(|(_, speedup)| format!("<td>{speedup:.2}×</td>")).collect();
    let mut text = format!(
        "<p>Serial time {:.3} s of {:.1} s for one worker: a serial fraction of {:.2} %.</p><div class=\"wide\"><table><tr><th>cores</th>{heads}</tr><tr><th>ceiling</th>{cells}</tr></table></div>",
        s.serial_s,
        s.one_worker_s,
        s.serial_fraction * 100.0
    );
    if s.karp_flatt.is_empty() {
        return text + "<p class=\"legend\">Karp–Flatt appears here once rawmill bench --scaling has run.</p>";
    }
    for (workers, speedup, fraction) in &s.karp_flatt {
        let _ = write!(
            text,
            "<p>{workers} workers: {speedup:.2}×, Karp–Flatt serial fraction {:.2} %.</p>",
            fraction * 100.0
        );
    }
    text
}

fn photos(all: &[Line]) -> String {
    let mut slowest: Vec<_> = all.iter().collect();
    slowest.sort_by(|a, b| (b.end_s - b.start_s).total_cmp(&(a.end_s - a.start_s)));
    let rows: String = slowest.iter().take(MOST_ROWS).map(|l| row(l)).collect();
    let note = if all.len() > MOST_ROWS {
        format!("<p class=\"legend\">The {MOST_ROWS} slowest of {}; the JSON report holds them all.</p>", all.len())
    } else {
        String::new()
    };
    format!(
        "<section><h2>Photos</h2><div class=\"wide\"><table><thead><tr><th>photo</th><th>outcome</th><th>s</th><th>CPU s</th><th>estimate</th><th>peak</th><th>MB in</th><th>MB out</th></tr></thead><tbody>{rows}</tbody></table></div>{note}</section>"
    )
}

fn row(line: &Line) -> String {
    let name = names::path(&line.photo).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let (name, full, outcome) = (escape(&name), escape(&line.photo), escape(&line.outcome));
    let class = if line.done { "" } else { " class=\"failed\"" };
    format!(
        "<tr{class}><td title=\"{full}\">{name}</td><td>{outcome}</td><td>{:.2}</td><td>{:.2}</td><td>{}</td><td>{}</td><td>{:.1}</td><td>{:.1}</td></tr>",
        line.end_s - line.start_s,
        line.cpu_s,
        plot::megabytes(line.estimate),
        plot::megabytes(line.peak),
        line.bytes_in as f64 / 1e6,
        line.bytes_out as f64 / 1e6
    )
}

fn left_out(report: &Report) -> String {
    let i = &report.ignored;
    let reasons = [
        (i.sidecars, "sidecars"),
        (i.hidden, "hidden"),
        (i.other_kinds, "of other kinds"),
        (i.pairs, "halves of pairs"),
        (i.patterns, "by pattern"),
        (i.repeated, "named twice"),
        (i.output_folder, "output folder"),
    ];
    let seen: Vec<_> = reasons.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let mut text = if seen.is_empty() { String::new() } else { format!("<p>Left out: {}.</p>", seen.join(", ")) };
    for (path, why) in &report.problems {
        let _ = write!(text, "<p>Not read: {}: {}.</p>", escape(path), escape(why));
    }
    for why in &report.replaced {
        let _ = write!(text, "<p>A worker was replaced: {}.</p>", escape(why));
    }
    if text.is_empty() { text } else { format!("<section><h2>Besides</h2>{text}</section>") }
}
