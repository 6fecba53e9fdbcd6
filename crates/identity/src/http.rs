//! One short request and its answer.

use std::fmt;
use std::time::Duration;
use ureq::http::{Request, Response};
use ureq::{Agent, Body};

/// Longest wait for a service.
const SERVICE: Duration = Duration::from_secs(10);
/// Longest wait for what is on this very host.
const HOST: Duration = Duration::from_secs(1);

/// An answer, whatever it says.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

/// Nobody answered.
#[derive(Debug)]
pub struct Silence(pub String);

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "no answer: {}", self.0)
    }
}

impl Answer {
    /// The text, if the request was granted.
    pub fn granted(self) -> Result<String, String> {
        if self.status == 200 { Ok(self.text) } else { Err(format!("answers {}: {}", self.status, line(&self.text))) }
    }
}

/// The beginning of a text as one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

/// Asks a service.
pub async fn ask(request: Request<String>) -> Result<Answer, Silence> {
    run(request, SERVICE).await
}

/// Asks something on this host, which answers at once or is not there.
pub async fn ask_host(request: Request<String>) -> Result<Answer, Silence> {
    run(request, HOST).await
}

async fn run(request: Request<String>, longest: Duration) -> Result<Answer, Silence> {
    let run = tokio::task::spawn_blocking(move || agent(longest).run(request).and_then(answer));
    let silent = |why: &dyn fmt::Display| Silence(why.to_string());
    run.await.map_err(|e| silent(&e))?.map_err(|e| silent(&e))
}

fn answer(mut response: Response<Body>) -> Result<Answer, ureq::Error> {
    let status = response.status().as_u16();
    Ok(Answer { status, text: response.body_mut().read_to_string()? })
}

/// Follows nobody elsewhere, and asks no proxy: a link to this host means this host.
fn agent(longest: Duration) -> Agent {
    let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None);
    config.timeout_global(Some(longest)).build().into()
}
