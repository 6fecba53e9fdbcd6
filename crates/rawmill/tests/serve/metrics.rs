//! The figures, read as strictly as Prometheus' own text format (version 0.0.4) is written down.

use super::lab::{Lab, until};
use super::submit;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, TcpListener};

/// Samples of a family, by their labels, in the order of the page.
type Family = Vec<(String, BTreeMap<String, String>, f64)>;

/// Name and kind of each family, with its samples; panics at whatever does not fit.
fn parse(text: &str) -> BTreeMap<String, (String, Family)> {
    assert!(text.ends_with('\n'));
    let mut families = BTreeMap::new();
    let mut current: Option<(String, String)> = None;
    let mut seen = BTreeSet::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("# HELP ")) {
        if let Some(typed) = line.strip_prefix("# TYPE ") {
            let (name, kind) = typed.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(families.insert(name.to_owned(), (kind.to_owned(), Family::new())).is_none(), "twice: {line}");
            current = Some((name.into(), kind.into()));
            continue;
        }
        let (name, labels, value) = sample(line);
        let (family, kind) = current.as_ref().expect("a type comes first");
        let rest = name.strip_prefix(family.as_str()).unwrap_or_else(|| panic!("{line} below {family}"));
        let parts: &[&str] = if kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
        assert!(parts.contains(&rest), "{line} below {family}");
        assert!(seen.insert(format!("{name}{labels:?}")), "twice: {line}");
        families.get_mut(family).unwrap().1.push((rest.into(), labels, value));
    }
    // OpenMetrics leaves the end of a counter's name out of the name of its family.
    let bare: BTreeSet<_> = families.keys().map(|name| name.strip_suffix("_total").unwrap_or(name)).collect();
    assert_eq!(bare.len(), families.len(), "two families of one name: {:?}", families.keys());
    families
}

fn sample(line: &str) -> (&str, BTreeMap<String, String>, f64) {
    let end = line.find(['{', ' ']).unwrap();
    let name = &line[..end];
    assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !name.as_bytes()[0].is_ascii_digit());
    let mut labels = BTreeMap::new();
    let mut rest = &line[end..];
    if let Some(inner) = rest.strip_prefix('{') {
        let (all, after) = inner.split_once("} ").unwrap();
        for label in all.split("\",").filter(|l| !l.is_empty()) {
            let (key, value) = label.split_once("=\"").unwrap();
            labels.insert(key.to_owned(), value.trim_end_matches('"').to_owned());
        }
        rest = after;
    }
    (name, labels, rest.trim_start().parse().unwrap_or_else(|_| panic!("{line}")))
}

/// Buckets grow, and the last one is the count.
fn check_histogram(name: &str, family: &Family) {
    let mut buckets: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for (part, labels, value) in family.iter().filter(|(part, ..)| part == "_bucket") {
        let mut others = labels.clone();
        let bound = others.remove("le").unwrap_or_else(|| panic!("{name}{part} without le"));
        buckets.entry(format!("{others:?}")).or_default().push((bound.parse().unwrap(), *value));
    }
    assert!(!buckets.is_empty(), "{name} has no buckets");
    for (labels, buckets) in &buckets {
        assert!(buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{name}{labels}: {buckets:?}");
        let count = family.iter().find(|(part, of, _)| part == "_count" && format!("{of:?}") == *labels);
        let (last, all) = buckets.last().unwrap();
        assert_eq!((*last, Some(*all)), (f64::INFINITY, count.map(|c| c.2)), "{name}{labels}");
    }
}

/// A page of figures.
#[derive(Debug)]
pub struct Figures(BTreeMap<String, (String, Family)>);

impl Figures {
    pub fn read(address: SocketAddr) -> Self {
        let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
        let mut response = agent.get(format!("http://{address}/metrics")).call().unwrap();
        Self(parse(&response.body_mut().read_to_string().unwrap()))
    }

    /// The sum of the samples with this label.
    pub fn of(&self, name: &str, (label, is): (&str, &str)) -> f64 {
        let Some((kind, family)) = self.0.get(name) else { return f64::NAN };
        let part = if kind == "histogram" { "_count" } else { "" };
        let has = |labels: &BTreeMap<String, String>| label.is_empty() || labels.get(label).is_some_and(|v| v == is);
        family.iter().filter(|(p, labels, _)| p == part && has(labels)).map(|(.., value)| value).sum()
    }

    fn plain(&self, name: &str) -> f64 {
        self.of(name, ("", ""))
    }
}

#[test]
fn the_figures_are_all_there_and_can_be_read() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lab = Lab::open_with(&format!("metrics_listen = \"{address}\"\n[seats]\ndenoise = 2\n[worker]\nslots = 2\n"));
    let batch = submit(&lab);
    lab.wait(&batch);
    let figures = until(|| Figures::read(address), |figures| figures.plain("rawmill_task_seconds") == 4.0);
    for (name, (kind, family)) in &figures.0 {
        assert!(family.iter().all(|(_, labels, value)| !labels.contains_key("tenant") && !value.is_nan()), "{name}");
        if kind == "histogram" {
            check_histogram(name, family);
        }
    }
    for (name, value) in [
        ("rawmill_attempts_total", 4.0),
        ("rawmill_slots", 2.0),
        ("rawmill_slots_used", 0.0),
        ("rawmill_queue_paused", 0.0),
        ("rawmill_seats", 2.0),
        ("rawmill_seats_used", 0.0),
        ("rawmill_lease_lost_total", 0.0),
        ("rawmill_leases_expired_total", 0.0),
        ("rawmill_stale_completions_total", 0.0),
        ("rawmill_hook_deliveries_total", 0.0),
        ("rawmill_hook_waiting", 0.0),
        ("rawmill_hook_oldest_seconds", 0.0),
        ("rawmill_scale_hint", 0.0),
        ("rawmill_backlog_per_slot", 0.0),
    ] {
        assert_eq!(figures.plain(name), value, "{name}");
    }
    for (name, label, value) in [
        ("rawmill_tasks", ("state", "failed"), 1.0),
        ("rawmill_tasks", ("state", "running"), 0.0),
        ("rawmill_endings_total", ("state", "succeeded"), 3.0),
        ("rawmill_task_seconds", ("outcome", "succeeded"), 3.0),
        ("rawmill_task_seconds", ("outcome", "failed"), 1.0),
        ("rawmill_store_seconds", ("operation", "put_file"), 6.0),
        ("rawmill_store_seconds", ("operation", "put_part"), 4.0),
        ("rawmill_http_seconds", ("route", "/v1/recipes"), 1.0),
        ("rawmill_http_requests_total", ("route", "/v1/recipes"), 1.0),
    ] {
        assert_eq!(figures.of(name, label), value, "{name} {label:?}");
    }
    for engine in ["ledger", "store"] {
        assert_eq!(figures.of("rawmill_engine_up", ("engine", engine)), 1.0, "{engine}");
        assert_eq!(figures.of("rawmill_engine_errors_total", ("engine", engine)), 0.0, "{engine}");
    }
    assert!(figures.of("rawmill_oldest_seconds", ("state", "failed")) > 0.0);
}

#[test]
fn the_scale_hint_is_beside_the_figures_and_for_keys_that_may_administer() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lines = format!("metrics_listen = \"{address}\"\n[scale]\ntarget_drain_s = 1\nslots_per_worker = 1\nmax = 3\n");
    let mut lab = Lab::open_with(&lines);
    lab.admin(&["queue", "pause"]);
    assert_eq!(lab.get("/v1/scale-hint").1["workers"], 0);
    let batch = submit(&lab);
    let (status, hint) = lab.get("/v1/scale-hint");
    assert_eq!(
        (status, &hint["workers"], &hint["backlog"], &hint["measured"]),
        (200, &3.into(), &4.into(), &false.into())
    );
    let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
    let beside =
        agent.get(format!("http://{address}/v1/scale-hint")).call().unwrap().body_mut().read_to_string().unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&beside).unwrap(), hint);
    assert_eq!(Figures::read(address).plain("rawmill_scale_hint"), 3.0);
    let (_, made) = lab.post("/v1/keys", serde_json::json!({ "name": "reads", "scopes": ["read"] }));
    let admin = std::mem::replace(&mut lab.key, made["key"].as_str().unwrap().into());
    assert_eq!(lab.get("/v1/scale-hint").0, 403);
    lab.key = admin;
    lab.admin(&["queue", "resume"]);
    lab.wait(&batch);
    assert_eq!(lab.get("/v1/scale-hint").1["workers"], 0);
}
