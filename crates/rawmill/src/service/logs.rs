//! Logs: a JSON object a line, on standard error. `span` says which request, or which attempt at which task, it is about.

use tracing_subscriber::EnvFilter;

/// Starts logging; `RAWMILL_LOG` says how much, as `info` or `service=debug`.
pub fn start() {
    let filter = EnvFilter::try_from_env("RAWMILL_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_span_list(false).with_env_filter(filter);
    // Already started by a test.
    let _ = lines.with_writer(std::io::stderr).try_init();
}
