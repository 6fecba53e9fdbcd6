//! One try: a request, and what its answer means.

use super::message::{body, message_id, signatures};
use crate::house::House;
use ledger::Timestamp;
use ledger::hooks::{Arrival, DeliveryState, Ended, Errand, Hooks, Tried};
use outward::{Answer, OutwardError, Request, StatusCode, header};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of an answer that are remembered.
const EXCERPT: usize = 1_024;

/// Sends a message and records how that ended.
pub async fn send(house: Arc<House>, errand: Errand) {
    let began = Instant::now();
    let answer = ask(&house, &errand).await;
    let (arrival, error) = judge(&answer);
    let (status, excerpt) = answer.map_or((None, String::new()), |a| (Some(a.status.as_u16()), text(&a.body)));
    let (attempt, at, took_ms) = (errand.delivery.attempt, Timestamp(0), began.elapsed().as_millis() as u64);
    let tried = Tried { attempt, at, took_ms, status, error, excerpt };
    let ended = Ended { hook: errand.hook.id, delivery: errand.delivery.id, arrival, tried };
    match house.ledger.end_delivery(&ended).await {
        Ok(state) => tell(&ended, state),
        // Its lease ends, and it is sent again.
        Err(error) => tracing::error!(%error, delivery = ended.delivery, "how a webhook was answered is not recorded"),
    }
}

async fn ask(house: &House, errand: &Errand) -> Result<Answer, OutwardError> {
    let (id, body) = (message_id(&errand.delivery), body(errand, &house.config.url()));
    let seconds = house.clock.wall().0.div_euclid(1_000);
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, concat!("rawmill/", env!("CARGO_PKG_VERSION")))
        .header("webhook-signature", signatures(&errand.hook.secrets, &id, seconds, &body))
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds);
    let request = request.body(body.into_bytes()).map_err(|e| OutwardError::Broken(e.to_string()))?;
    house.outward.fetch(&errand.hook.url, request).await
}

/// What an answer means, and what is said of one that is none.
fn judge(answer: &Result<Answer, OutwardError>) -> (Arrival, Option<String>) {
    let answer = match answer {
        Ok(answer) if answer.status.is_success() => return (Arrival::Arrived, None),
        Ok(answer) => answer,
        Err(error) => return (Arrival::Failed(None), Some(text(error.to_string().as_bytes()))),
    };
    let status = answer.status;
    let why = match status {
        StatusCode::GONE => "it wants no messages any more".into(),
        _ if status.is_redirection() => "it redirects, which is not followed; give the hook the new URL".into(),
        _ => format!("it answered {status}"),
    };
    (if status == StatusCode::GONE { Arrival::Gone } else { Arrival::Failed(retry_after(answer)) }, Some(why))
}

/// How long the receiver wants us to wait, where it says so in seconds.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let seconds = answer.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The beginning of a text, without what no text has.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(EXCERPT)]);
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn tell(ended: &Ended, state: Option<DeliveryState>) {
    let result = match state {
        Some(DeliveryState::Delivered) => "delivered",
        Some(DeliveryState::Waiting) => "failed",
        Some(DeliveryState::GivenUp) => "given_up",
        None => "stale",
    };
    let Tried { attempt, status, error, .. } = &ended.tried;
    tracing::info!(hook = ended.hook, delivery = ended.delivery, attempt, status, error, result, "webhook sent");
    metrics::counter!("rawmill_hook_deliveries_total", "result" => result).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)]) -> Result<Answer, OutwardError> {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Ok(Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: Vec::new(), cut: false })
    }

    #[test]
    fn an_answer_means_what_the_form_says() {
        for status in [200, 202, 204, 299] {
            assert_eq!(judge(&answer(status, &[])), (Arrival::Arrived, None), "{status}");
        }
        for status in [301, 302, 307, 308] {
            let (arrival, why) = judge(&answer(status, &[("location", "http://127.0.0.1/")]));
            assert!(arrival == Arrival::Failed(None) && why.unwrap().contains("redirects"), "{status}");
        }
        assert_eq!(judge(&answer(410, &[])).0, Arrival::Gone);
        let later = |text| judge(&answer(503, &[("retry-after", text)])).0;
        assert_eq!(later("120"), Arrival::Failed(Some(Duration::from_secs(120))));
        assert_eq!(later("Wed, 21 Oct 2015 07:28:00 GMT"), Arrival::Failed(None));
        assert_eq!(judge(&answer(500, &[])).1.unwrap(), "it answered 500 Internal Server Error");
    }

    #[test]
    fn whatever_is_answered_can_be_remembered() {
        assert_eq!(text(b"fine\0\x1b[31m\n"), "fine[31m\n");
        let cut = text("ä".repeat(600).as_bytes());
        assert!(cut.len() <= EXCERPT + 3 && cut.starts_with('ä'));
    }
}
