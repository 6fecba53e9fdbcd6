//! The fail-over timeline against a play of it, second by second.

use super::super::failover::{Settings, timeline};
use proptest::prelude::*;

/// Numbers that look like chance, the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: f64) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        limit * ((self.0 >> 11) as f64 / (1_u64 << 53) as f64)
    }
}

struct Played {
    removed: f64,
    replaced: f64,
    failing: f64,
}

/// One fault, played: the balancer asks on its beat, requests come all the time and take turns.
fn play(settings: &Settings, dice: &mut Dice) -> Played {
    let (mut asks, mut failures) = (dice.below(settings.interval_s), 0);
    let removed = loop {
        failures += 1;
        if failures == settings.unhealthy {
            break asks + settings.timeout_s;
        }
        asks += settings.interval_s;
    };
    let beat = dice.below(settings.interval_s);
    let replaced = removed + settings.warm_up_s + beat;
    let (step, mut now, mut asked, mut failed) = (replaced / 500.0, 0.0, 0.0, 0.0);
    while now < replaced {
        let n = settings.targets;
        let well = f64::from(n - 1);
        asked += 1.0;
        failed += if now < removed || n == 1 { 1.0 / f64::from(n) } else { over(settings.busy * f64::from(n), well) };
        now += step;
    }
    Played { removed, replaced, failing: failed / asked }
}

/// The share of what is asked that those who are well cannot bear.
fn over(asked: f64, borne: f64) -> f64 {
    if asked > borne { (asked - borne) / asked } else { 0.0 }
}

fn settings() -> impl Strategy<Value = Settings> {
    (5..60_u32, 1..6_u32, 0.0..1.0_f64, 0..600_u32, 1..6_u32, 0.0..=1.0_f64).prop_map(
        |(interval, unhealthy, part, warm_up, targets, busy)| Settings {
            interval_s: f64::from(interval),
            unhealthy,
            timeout_s: part * f64::from(interval - 1),
            warm_up_s: f64::from(warm_up),
            targets,
            busy,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_thousand_plays_have_its_least_its_mean_and_its_most(settings in settings()) {
        let told = timeline(&settings).unwrap();
        let mut dice = Dice(7);
        let plays: Vec<Played> = (0..1000).map(|_| play(&settings, &mut dice)).collect();
        let close = 0.05 * settings.interval_s;
        for (span, of) in [(told.removed, (|p: &Played| p.removed) as fn(&Played) -> f64), (told.replaced, |p| p.replaced)] {
            let all: Vec<f64> = plays.iter().map(of).collect();
            let mean = all.iter().sum::<f64>() / 1000.0;
            let (least, most) = all.iter().fold((f64::MAX, 0.0_f64), |(a, b), x| (a.min(*x), b.max(*x)));
            prop_assert!((mean - span.expected_s).abs() < close, "{} {}", mean, span.expected_s);
            prop_assert!(least >= span.min_s - 1e-9 && most <= span.max_s + 1e-9);
            prop_assert!(least < span.min_s + 3.0 * close && most > span.max_s - 3.0 * close, "{} {} {:?}", least, most, span);
        }
        // The share over all plays together: what failed of what was asked.
        let time: f64 = plays.iter().map(|p| p.replaced).sum();
        let failed: f64 = plays.iter().map(|p| p.failing * p.replaced).sum();
        prop_assert!((failed / time - told.failing).abs() < 0.02, "{} {}", failed / time, told.failing);
    }
}

const USUAL: Settings =
    Settings { interval_s: 30.0, unhealthy: 3, timeout_s: 5.0, warm_up_s: 120.0, targets: 2, busy: 0.4 };

#[test]
fn the_usual_settings() {
    let told = timeline(&USUAL).unwrap();
    assert_eq!((told.removed.min_s, told.removed.expected_s, told.removed.max_s), (65.0, 80.0, 95.0));
    assert_eq!((told.replaced.min_s, told.replaced.expected_s, told.replaced.max_s), (185.0, 215.0, 245.0));
    assert_eq!((told.failing_before, told.failing_after), (0.5, 0.0));
    let alone = timeline(&Settings { targets: 1, ..USUAL }).unwrap();
    assert_eq!(alone.failing, 1.0, "a single target fails everybody until it is replaced");
    let busy = timeline(&Settings { busy: 1.0, ..USUAL }).unwrap();
    assert_eq!(busy.failing_after, 0.5, "one cannot bear what two did");
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let said = |settings: Settings| timeline(&settings).unwrap_err().to_string();
    assert_eq!(said(Settings { timeout_s: 30.0, ..USUAL }), "expected a timeout below the interval, found 30");
    assert_eq!(said(Settings { interval_s: f64::NAN, ..USUAL }), "expected an interval of more than 0 s, found NaN");
    assert_eq!(said(Settings { targets: 0, ..USUAL }), "expected one failure and one target at least, found 0");
    assert_eq!(said(Settings { busy: 1.5, ..USUAL }), "expected a share from 0 to 1 for busy, found 1.5");
}
