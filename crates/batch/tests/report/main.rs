//! The report adds up, and its page needs nothing but itself.

mod sample;

use batch::report::scaling::Measured;
use batch::report::{Context, Report, page};

fn report(photos: u64) -> Report {
    let measured =
        [(1, 2.0), (2, 3.9), (4, 7.4)].map(|(workers, photos_per_s)| Measured { workers, photos_per_s }).to_vec();
    Report::of(&sample::log(photos), Context { recipe: "web <1>".into(), measured, ..Context::default() })
}

#[test]
fn the_sums_are_those_of_the_photos() {
    let report = report(26);
    assert_eq!((report.totals.succeeded, report.totals.failed, report.failures.len()), (24, 2, 2));
    assert_eq!((report.bytes_in, report.bytes_out), (26 * 48_000_000, 24 * 2_000_000));
    let stages: f64 = report.stages.iter().map(|s| s.seconds).sum();
    let busy: f64 = report.photos.iter().map(|l| l.end_s - l.start_s).sum();
    assert!((stages - busy).abs() < 1e-9, "{stages} {busy}");
    assert_eq!(report.stages[0].name, "demosaic <rcd>");
    let (low, high) = report.memory.estimate_over_peak.unwrap();
    assert!((low - 1.125).abs() < 1e-6 && (high - 1.125).abs() < 1e-6);
    let longest = report.photos.iter().filter(|l| l.done).map(|l| l.end_s - l.start_s).fold(0.0, f64::max);
    assert!((report.times.longest_s - longest).abs() < 1e-9 && report.times.p50_s < report.times.p90_s);
    assert!(report.utilisation > 0.8 && report.utilisation <= 1.0);
    assert!(report.scaling.serial_s >= 0.05 && report.scaling.serial_fraction < 0.02);
    assert_eq!(report.record_bytes_per_photo, 3_100.0);
}

#[test]
fn the_json_holds_every_photo() {
    let json: serde_json::Value = serde_json::from_str(&report(26).json()).unwrap();
    assert_eq!(json["photos"].as_array().unwrap().len(), 26);
    assert_eq!(json["totals"]["found"], 28);
    assert_eq!(json["failures"][0]["photo"], "/사진/결혼식 & <Fest>/IMG_0013.NEF");
}

#[test]
fn the_page_stands_alone_and_escapes_names() {
    let page = page(&report(26));
    for outside in ["http:", "https:", "src=", "href=", "url(", "@import", "<script"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("/사진/결혼식 &amp; &lt;Fest&gt;/IMG_0013.NEF"));
    assert!(!page.contains("<Fest>") && !page.contains("<rcd>") && !page.contains("<1>"));
    assert!(page.contains("copy it from the card again"));
    assert!(page.contains("2 photos failed; the others are done."));
}

#[test]
fn a_large_batch_gives_a_page_of_bounded_size() {
    assert!(page(&report(10_000)).len() < 3_000_000);
    assert!(!page(&report(0)).contains("NaN"));
}
