//! What a bucket answers when it does not do as asked.

use crate::StoreError;
use aws_credential_types::provider::error::CredentialsError;
use hyper::StatusCode;
use serde::Deserialize;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why a request to a bucket failed. No text of it holds a secret: not a header that was sent, not a query.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody gave us an identity.
    #[error(
        "there are no credentials for the bucket; give the process a role, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    Credentials(#[source] CredentialsError),
    /// The credentials end before anything could be done with them.
    #[error("the credentials for the bucket have expired and no others came")]
    Expired,
    /// No connection, or one that broke.
    #[error("the bucket was not reached, or the connection broke")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No answer in time.
    #[error("the bucket did not answer for {0:?}")]
    Silent(Duration),
    /// It refused.
    #[error("the bucket answered {status} {code}: {message}{}", named(request))]
    Refused {
        /// The status of HTTP.
        status: u16,
        /// The code of the error, as its documentation lists them.
        code: String,
        /// What it says to it.
        message: String,
        /// Its name of the request, for its operator; may be empty.
        request: String,
    },
    /// More than can be sent.
    #[error("more than {0} bytes cannot be stored in this way")]
    TooLarge(u64),
    /// It answered something that a bucket does not.
    #[error("the answer is not that of a bucket: {0}")]
    Strange(&'static str),
}

fn named(request: &str) -> String {
    if request.is_empty() { String::new() } else { format!(" (request {request})") }
}

/// The document of an error.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Document {
    code: String,
    message: String,
    request_id: String,
}

impl Failure {
    /// Reads the answer to a request that failed; a HEAD has no document.
    pub(super) fn read(status: StatusCode, text: &str) -> Self {
        let Document { code, message, request_id } = quick_xml::de::from_str(text).unwrap_or_default();
        let code = if code.is_empty() { status.canonical_reason().unwrap_or("Error").replace(' ', "") } else { code };
        Self::Refused { status: status.as_u16(), code, message, request: request_id }
    }

    /// An error in the place of an answer: `CompleteMultipartUpload` and copies begin to answer 200 before they know.
    pub(super) fn hidden(text: &str) -> Option<Self> {
        let error = text.trim_start().trim_start_matches(|c| c != '<');
        let body = error.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map_or(error, |(_, body)| body);
        body.trim_start().starts_with("<Error>").then(|| Self::read(StatusCode::INTERNAL_SERVER_ERROR, text))
    }

    /// Its code, if the bucket gave one.
    pub(super) fn code(&self) -> &str {
        if let Self::Refused { code, .. } = self { code } else { "" }
    }

    /// Its status, if the bucket answered.
    pub(super) fn status(&self) -> u16 {
        if let Self::Refused { status, .. } = self { *status } else { 0 }
    }

    /// Whether the same request may succeed in a moment.
    pub(super) fn passes(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Silent(_) => true,
            Self::Refused { status, code, .. } => {
                let busy = ["SlowDown", "InternalError", "RequestTimeout", "ServiceUnavailable", "OperationAborted"];
                matches!(status, 429 | 500 | 502 | 503 | 504) || busy.contains(&code.as_str())
            }
            Self::Credentials(_) | Self::Expired | Self::TooLarge(_) | Self::Strange(_) => false,
        }
    }

    /// Whether the credentials are what is wrong, so that new ones may help. The answer to a HEAD has no code: there it is
    /// whatever else is bad of a request, which ours are not.
    pub(super) fn is_of_credentials(&self) -> bool {
        let codes = ["ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired", "BadRequest"];
        codes.contains(&self.code())
    }

    /// As an error of the store: the house's affair, whatever it was.
    pub(super) fn doing(self, doing: &'static str, place: String) -> StoreError {
        StoreError::Environment { doing, path: PathBuf::from(place), source: io::Error::other(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_a_good_answer_is_seen() {
        let error = "<Error><Code>InternalError</Code><Message>try again</Message></Error>";
        for text in [error.to_owned(), format!("\n \n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{error}")] {
            let failure = Failure::hidden(&text).unwrap();
            assert!(failure.code() == "InternalError" && failure.passes(), "{failure}");
        }
        let good =
            "<?xml version=\"1.0\"?><CompleteMultipartUploadResult><Key>Error</Key></CompleteMultipartUploadResult>";
        assert!(Failure::hidden(good).is_none());
    }

    #[test]
    fn what_passes_is_tried_again() {
        let refused = |status, code: &str| {
            Failure::read(StatusCode::from_u16(status).unwrap(), &format!("<Error><Code>{code}</Code></Error>"))
        };
        for (status, code) in [(503, "SlowDown"), (500, "InternalError"), (400, "RequestTimeout"), (429, "TooMany")] {
            assert!(refused(status, code).passes(), "{code}");
        }
        for (status, code) in
            [(403, "AccessDenied"), (404, "NoSuchKey"), (400, "ExpiredToken"), (501, "NotImplemented")]
        {
            assert!(!refused(status, code).passes(), "{code}");
        }
        assert!(Failure::read(StatusCode::BAD_GATEWAY, "<html>").passes(), "a document is not needed");
    }
}
