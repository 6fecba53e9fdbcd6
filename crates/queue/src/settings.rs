//! Where the queue is.

use crate::error::QueueError;
use std::path::PathBuf;

/// Where the queue is, and where its dead messages go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The queue: a standard one.
    pub url: String,
    /// Where messages go that were received too often; found by the queue's redrive policy if absent.
    pub dlq_url: Option<String>,
    /// Its region; read from the URL if absent.
    pub region: Option<String>,
    /// Whom to ask, if not the host of the URL.
    pub endpoint: Option<String>,
    /// Certificates in PEM of those to trust; those whom everybody trusts if absent.
    pub ca_file: Option<PathBuf>,
}

impl Settings {
    /// The region as set, or as the URL tells: `https://sqs.REGION.amazonaws.com/…`.
    pub fn region(&self) -> Option<String> {
        let host = self.url.split_once("://").and_then(|(_, rest)| rest.split('/').next());
        let told = host.and_then(|host| host.strip_prefix("sqs.")?.split_once(".amazonaws.com"));
        self.region.clone().or_else(|| told.map(|(region, _)| region.to_owned()))
    }

    /// Whom to ask: `https://host`.
    pub(crate) fn place(&self) -> &str {
        let url = self.endpoint.as_ref().unwrap_or(&self.url);
        let path = url.find("://").and_then(|at| url[at + 3..].find('/').map(|slash| at + 3 + slash));
        path.map_or(url, |path| &url[..path])
    }

    pub(crate) fn check(&self) -> Result<(), QueueError> {
        let wrong = |key, why: String| Err(QueueError::Settings { key, why });
        if !self.url.starts_with("https://") && !self.url.starts_with("http://") {
            return wrong("queue.url", format!("is `{}`, expected the https://… of a queue", self.url));
        }
        if self.url.ends_with(".fifo") {
            return wrong(
                "queue.url",
                "names a FIFO queue; a standard queue is faster, and fair by message groups".into(),
            );
        }
        Ok(())
    }
}

/// The name of a queue, from its URL or ARN.
pub(crate) fn name(queue: &str) -> &str {
    queue.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(queue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_tells_the_region() {
        let of = |url: &str| Settings { url: url.into(), ..Settings::default() }.region();
        assert_eq!(of("https://sqs.eu-central-1.amazonaws.com/123/work").as_deref(), Some("eu-central-1"));
        assert_eq!(of("https://sqs.cn-north-1.amazonaws.com.cn/123/work").as_deref(), Some("cn-north-1"));
        assert_eq!(of("http://127.0.0.1:5000/123/work"), None);
    }

    #[test]
    fn the_host_of_the_url_is_asked_or_another() {
        let settings =
            Settings { url: "https://sqs.eu-central-1.amazonaws.com/123/work".into(), ..Settings::default() };
        assert_eq!(settings.place(), "https://sqs.eu-central-1.amazonaws.com");
        for endpoint in ["http://127.0.0.1:5000", "http://127.0.0.1:5000/"] {
            assert_eq!(
                Settings { endpoint: Some(endpoint.into()), ..settings.clone() }.place(),
                "http://127.0.0.1:5000"
            );
        }
    }

    #[test]
    fn what_is_no_standard_queue_is_refused() {
        let check = |url: &str| Settings { url: url.into(), ..Settings::default() }.check();
        assert!(check("https://sqs.eu-central-1.amazonaws.com/123/work").is_ok());
        assert!(check("https://sqs.eu-central-1.amazonaws.com/123/work.fifo").is_err());
        assert!(check("work").is_err());
    }
}
