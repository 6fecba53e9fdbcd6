//! How the bucket is set up and how late it is there, for whoever looks after it. Nothing of the service depends on it.

use super::bucket::Call;
use super::{Failure, S3, xml};
use crate::{Sha256, StoreError, Timestamp};
use base64::prelude::{BASE64_STANDARD, Engine};
use hyper::Method;
use serde::Deserialize;

/// What a browser on other origins may do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CorsRule {
    /// Where the page may come from.
    #[serde(rename = "AllowedOrigin")]
    pub origins: Vec<String>,
    /// Methods of HTTP.
    #[serde(rename = "AllowedMethod")]
    pub methods: Vec<String>,
    /// Headers of an answer that the page may read.
    #[serde(rename = "ExposeHeader")]
    pub exposed: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cors {
    #[serde(rename = "CORSRule")]
    rules: Vec<CorsRule>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Lifecycle {
    #[serde(rename = "Rule")]
    rules: Vec<Rule>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Rule {
    status: String,
    prefix: String,
    filter: Filter,
    abort_incomplete_multipart_upload: Option<Abort>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Filter {
    prefix: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Abort {
    days_after_initiation: u32,
}

impl S3 {
    /// The time of the server's clock, to the second. Anybody is told: nothing is signed for it.
    pub async fn clock(&self) -> Result<Timestamp, StoreError> {
        let date = self.0.date().await.and_then(|date| xml::http_time(&date));
        date.map_err(self.failed("ask the time of"))
    }

    /// The rules for browsers; none where none are set.
    pub async fn cors(&self) -> Result<Vec<CorsRule>, StoreError> {
        let cors: Cors = self.setting("cors", "NoSuchCORSConfiguration").await?;
        Ok(cors.rules)
    }

    /// After how many days parts are removed that nobody makes an object of; `None` where no rule for all of the prefix
    /// says so.
    pub async fn aborts_after(&self) -> Result<Option<u32>, StoreError> {
        let Lifecycle { rules } = self.setting("lifecycle", "NoSuchLifecycleConfiguration").await?;
        let ours = self.0.under("");
        let covers = |rule: &&Rule| {
            rule.status == "Enabled" && ours.starts_with(&format!("{}{}", rule.prefix, rule.filter.prefix))
        };
        let days = rules.iter().filter(covers).filter_map(|rule| rule.abort_incomplete_multipart_upload.as_ref());
        Ok(days.map(|abort| abort.days_after_initiation).min())
    }

    /// Sets the rules of the bucket's lifecycle, a document of XML, in place of all that are there.
    pub async fn set_lifecycle(&self, rules: String) -> Result<(), StoreError> {
        let hash = BASE64_STANDARD.encode(Sha256::of(rules.as_bytes()).0);
        let call = Call::new(Method::PUT, String::new()).query("lifecycle", "").header("x-amz-checksum-sha256", hash);
        self.0.call(&call.body(rules)).await.map(drop).map_err(self.failed("set the lifecycle of"))
    }

    /// A setting, or what holds where there is none.
    async fn setting<T: Default + serde::de::DeserializeOwned>(
        &self,
        name: &'static str,
        none: &str,
    ) -> Result<T, StoreError> {
        match self.0.text(&Call::new(Method::GET, String::new()).query(name, "")).await {
            Ok(text) => xml::read(&text).map_err(self.failed("read the settings of")),
            Err(failure) if failure.code() == none => Ok(T::default()),
            Err(failure) => Err(self.failed("read the settings of")(failure)),
        }
    }
}

impl Failure {
    /// Why a call to a bucket failed, if this is such a failure.
    pub fn of(error: &StoreError) -> Option<&Self> {
        let StoreError::Environment { source, .. } = error else { return None };
        source.get_ref()?.downcast_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_they_are_published() {
        let text = "<CORSConfiguration><CORSRule><AllowedOrigin>https://lab.example</AllowedOrigin>\
                    <AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader>\
                    <MaxAgeSeconds>9</MaxAgeSeconds><ExposeHeader>ETag</ExposeHeader></CORSRule></CORSConfiguration>";
        let cors: Cors = xml::read(text).unwrap();
        assert_eq!((cors.rules[0].methods.len(), cors.rules[0].exposed[0].as_str()), (2, "ETag"));
        let text = "<LifecycleConfiguration><Rule><ID>a</ID><Filter><Prefix>mill/</Prefix></Filter><Status>Enabled</Status>\
                    <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>\
                    </AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>";
        let lifecycle: Lifecycle = xml::read(text).unwrap();
        let abort = lifecycle.rules[0].abort_incomplete_multipart_upload.as_ref().unwrap();
        assert_eq!((abort.days_after_initiation, lifecycle.rules[0].filter.prefix.as_str()), (7, "mill/"));
    }
}
