//! Plots as inline SVG. Colours come from the page's style, so they follow light, dark and print.

use super::{Line, Report, Stage};
use std::fmt::Write;

/// In units that are pixels on a small phone and a little more elsewhere.
const WIDTH: f64 = 480.0;

/// One row a worker, a block wherever it was busy.
pub fn timeline(report: &Report) -> String {
    const LEFT: f64 = 30.0;
    let row = (160.0 / report.workers.max(1) as f64).clamp(4.0, 18.0);
    let height = row * report.workers as f64;
    let scale = (WIDTH - LEFT) / (report.wall_s - report.before_s).max(1e-9);
    let mut blocks = [String::new(), String::new()];
    for line in &report.photos {
        let (x, width) = (LEFT + line.start_s * scale, ((line.end_s - line.start_s) * scale).max(0.3));
        let y = line.worker as f64 * row;
        let _ = write!(blocks[usize::from(!line.done)], "M{x:.1} {y:.1}h{width:.1}v{:.1}h-{width:.1}z", row - 1.5);
    }
    let labels: String = (0..report.workers)
        .filter(|worker| report.workers <= 16 || worker % 8 == 0)
        .map(|worker| format!(r#"<text x="0" y="{:.1}">{}</text>"#, (worker as f64 + 0.75) * row, worker + 1))
        .collect();
    let [done, failed] = blocks;
    let axis = axis(LEFT, height, report.wall_s - report.before_s);
    svg(
        height + 20.0,
        "when each worker was busy",
        &format!(r#"<path class="bar" d="{done}"/><path class="bad" d="{failed}"/>{labels}{axis}"#),
    )
}

/// The time axis: its begin, middle and end.
fn axis(left: f64, y: f64, seconds: f64) -> String {
    let mark = |share: f64, anchor| {
        let x = left + share * (WIDTH - left);
        format!(r#"<text x="{x:.0}" y="{:.0}" text-anchor="{anchor}">{:.1} s</text>"#, y + 15.0, share * seconds)
    };
    format!("{}{}{}", mark(0.0, "start"), mark(0.5, "middle"), mark(1.0, "end"))
}

/// A bar a stage.
pub fn stages(stages: &[Stage]) -> String {
    const ROW: f64 = 20.0;
    const LEFT: f64 = 150.0;
    let largest = stages.first().map_or(1.0, |s| s.seconds).max(1e-9);
    let all: f64 = stages.iter().map(|s| s.seconds).sum::<f64>().max(1e-9);
    let mut body = String::new();
    for (row, stage) in stages.iter().enumerate() {
        let (y, width) = (row as f64 * ROW, stage.seconds / largest * (WIDTH - LEFT - 130.0));
        let (name, share) = (super::html::escape(&stage.name), stage.seconds / all * 100.0);
        let (text, after) = (y + 14.0, LEFT + width + 6.0);
        let _ = write!(
            body,
            r#"<text x="{:.0}" y="{text}" text-anchor="end">{name}</text><rect class="bar" x="{LEFT}" y="{:.0}" width="{width:.1}" height="14"/><text x="{after:.1}" y="{text}">{:.2} s, {share:.0} %</text>"#,
            LEFT - 8.0,
            y + 3.0,
            stage.seconds
        );
    }
    svg(stages.len() as f64 * ROW, "seconds by stage", &body)
}

/// Estimate over measured peak, a dot a photo; safe above the line.
pub fn memory(photos: &[Line]) -> String {
    const HEIGHT: f64 = 220.0;
    const LEFT: f64 = 60.0;
    const BOTTOM: f64 = 24.0;
    let points: Vec<_> = photos.iter().filter(|l| l.peak > 0 && l.estimate > 0).collect();
    let largest = points.iter().map(|l| l.peak.max(l.estimate)).max().unwrap_or(1) as f64 * 1.05;
    let x = |bytes: f64| LEFT + bytes / largest * (WIDTH - LEFT - 10.0);
    let y = |bytes: f64| HEIGHT - BOTTOM - bytes / largest * (HEIGHT - BOTTOM - 10.0);
    let dots: String = points
        .iter()
        .map(|l| {
            format!(r#"<circle class="dot" r="3" cx="{:.1}" cy="{:.1}"/>"#, x(l.peak as f64), y(l.estimate as f64))
        })
        .collect();
    let (x0, y0, x1, y1) = (x(0.0), y(0.0), x(largest), y(largest));
    let end = megabytes(largest as u64);
    svg(
        HEIGHT,
        "estimated over measured memory",
        &format!(
            r#"<path class="axis" d="M{x0} {y1}V{y0}H{x1}"/><path class="guide" d="M{x0} {y0}L{x1} {y1}"/>{dots}<text x="{:.0}" y="{:.0}" text-anchor="end">{end}</text><text x="{x1:.0}" y="{:.0}" text-anchor="end">measured {end}</text><text x="{:.0}" y="{:.0}">estimated</text>"#,
            x0 - 6.0,
            y1 + 10.0,
            y0 + 16.0,
            x0 + 6.0,
            y1 + 10.0
        ),
    )
}

/// Amdahl's ceiling over the number of cores, both in powers of two, and what was measured.
pub fn scaling(report: &Report) -> String {
    const HEIGHT: f64 = 220.0;
    let x = |cores: f64| 40.0 + cores.log2() / 6.0 * (WIDTH - 80.0);
    let y = |speedup: f64| HEIGHT - 24.0 - speedup.max(1.0).log2() / 6.0 * (HEIGHT - 44.0);
    let curve: String =
        report.scaling.amdahl.iter().map(|(c, s)| format!("L{:.1} {:.1}", x(f64::from(*c)), y(*s))).collect();
    let marks: String = [1, 2, 4, 8, 16, 32, 64]
        .map(f64::from)
        .iter()
        .map(|c| format!(r#"<text x="{:.1}" y="{:.0}" text-anchor="middle">{c}</text><text x="32" y="{:.1}" text-anchor="end">{c}×</text>"#, x(*c), HEIGHT - 6.0, y(*c) + 4.0))
        .collect();
    let measured = report.scaling.karp_flatt.iter().filter(|(workers, ..)| *workers <= 64);
    let dots: String = measured
        .map(|(workers, speedup, _)| {
            format!(r#"<circle class="dot" r="4" cx="{:.1}" cy="{:.1}"/>"#, x(f64::from(*workers)), y(*speedup))
        })
        .collect();
    let (x0, y0, x1, y1) = (x(1.0), y(1.0), x(64.0), y(64.0));
    svg(
        HEIGHT,
        "speed-up over cores",
        &format!(
            r#"<path class="axis" d="M{x0} {y1}V{y0}H{x1}"/><path class="guide" d="M{x0} {y0}L{x1} {y1}"/><path class="line" d="M{x0} {y0}{curve}"/>{dots}{marks}"#
        ),
    )
}

/// What a plot of bars says beside them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Words<'a> {
    /// What is shown.
    pub title: &'a str,
    /// At the height of the longest bar.
    pub longest: &'a str,
    /// Below: at the begin, in the middle and at the end.
    pub below: [&'a str; 3],
}

/// A bar a figure, from left to right; one path, however many there are.
pub fn bars(figures: &[f64], words: &Words) -> String {
    const TOP: f64 = 20.0;
    const BASE: f64 = 130.0;
    let largest = figures.iter().copied().fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let step = WIDTH / figures.len().max(1) as f64;
    let width = step - (step * 0.15).min(1.5);
    let mut path = String::new();
    for (at, figure) in figures.iter().enumerate().filter(|(_, figure)| **figure > 0.0) {
        let (x, height) = (at as f64 * step, (figure / largest * (BASE - TOP)).max(1.0));
        let _ = write!(path, "M{x:.1} {BASE}v-{height:.1}h{width:.1}v{height:.1}z");
    }
    let [title, longest] = [words.title, words.longest].map(super::html::escape);
    let mut body = format!(
        r#"<path class="axis" d="M0 {BASE}H{WIDTH}"/><path class="guide" d="M0 {TOP}H{WIDTH}"/><path class="bar" d="{path}"/><text x="0" y="{}">{longest}</text>"#,
        TOP - 6.0
    );
    for (text, (x, anchor)) in words.below.iter().zip([(0.0, "start"), (WIDTH / 2.0, "middle"), (WIDTH, "end")]) {
        let text = super::html::escape(text);
        let _ = write!(body, r#"<text x="{x}" y="{}" text-anchor="{anchor}">{text}</text>"#, BASE + 16.0);
    }
    svg(BASE + 22.0, &title, &body)
}

/// Megabytes of 2²⁰ bytes.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.0} MiB", bytes as f64 / f64::from(1 << 20))
}

fn svg(height: f64, title: &str, body: &str) -> String {
    let height = height.max(1.0);
    format!(
        r#"<svg viewBox="0 0 {WIDTH} {height:.0}" role="img" aria-label="{title}"><title>{title}</title>{body}</svg>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_figures_and_stay_few_bytes() {
        let words = Words { title: "a < b", longest: "4 & more", below: ["from", "to", "end"] };
        let svg = bars(&[4.0, 0.0, 1.0], &words);
        assert!(svg.contains("M0.0 130v-110.0h158.5v110.0zM320.0 130v-27.5h158.5v27.5z"), "{svg}");
        assert!(svg.contains("<title>a &lt; b</title>") && svg.contains("4 &amp; more"), "{svg}");
        assert!(!svg.contains("style="), "the policy of pages forbids it");
        assert!(bars(&[1.0; 366], &words).len() < 16_000);
        assert!(!bars(&[], &words).contains("NaN") && !bars(&[0.0], &words).contains("NaN"));
    }
}
