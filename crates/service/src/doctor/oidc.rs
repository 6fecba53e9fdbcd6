//! The provider by which people log in: there, as it calls itself, with keys that sign what we take. Whether it knows us
//! shows at the first login alone.

use super::{PATIENCE, Report};
use crate::config::Config;
use crate::config::oidc::CALLBACK;
use ::oidc::OidcError;
use std::time::Instant;
use tokio::time::timeout;

/// Reads what the provider says of itself, and its keys.
pub async fn examine(config: &Config, report: &mut Report) {
    let Some(at) = &config.console.oidc else { return };
    let provider = match at.open(&config.url()) {
        Ok(provider) => provider,
        Err(why) => return report.fail("oidc", why, "mend [console.oidc] in the configuration"),
    };
    let began = Instant::now();
    if let Err(why) = soon(provider.answers()).await {
        let advice = "see that it runs and is reached from here, that console.oidc.issuer is written as it writes it, and \
                      that ca_file trusts it; until then people come in by password alone";
        return report.fail("oidc", why, advice);
    }
    report.ok("oidc", format!("{}; it must send browsers back to {}{CALLBACK}", at.issuer, config.url()));
    report.since(began);
    let advice =
        "nobody comes in by it until it has a key for RS256, PS256, ES256 or EdDSA; set one up at the provider";
    match soon(provider.usable_keys()).await {
        Ok(0) => report.fail("oidc keys", "none of its keys can be used", advice),
        Ok(many) => report.ok("oidc keys", format!("{many} can be used")),
        Err(why) => report.fail("oidc keys", why, advice),
    }
}

async fn soon<T>(answer: impl Future<Output = Result<T, OidcError>>) -> Result<T, String> {
    let answer = timeout(PATIENCE, answer).await.map_err(|_| "it does not answer".to_owned())?;
    answer.map_err(|error| error.to_string())
}
