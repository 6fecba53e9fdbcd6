//! What somebody sees who comes by a link to a batch and has no account.
//!
//! ```text
//!  token ──hash──▶ link, while it is good ──pass──▶ gallery ──▶ photos, and of each what is shown ──▶ links to files, ZIP
//! ```
//! Whatever is shown, fetched or zipped goes through [`Gallery`], which knows nothing but what the link shows: a rendition
//! that is not shown is in no row that it hands out. The link is looked up at every request, so one that is revoked is no
//! good at the next one at any web server. Links to files that were given before live for [`LIFE`].

pub mod pass;
mod photos;

pub use photos::{Around, LIFE};

use crate::house::House;
use crate::order::{self, Order};
use crate::web::auth::hash;
use crate::web::ids::BatchId;
use crate::web::people::peer::Address;
use crate::web::{Problem, batches};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::HeaderValue;
use axum::http::request::Parts;
use ledger::BatchRecord;
use ledger::people::{People, Try};
use ledger::shares::{NewShare, Share, Shares};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A link that is good, and its batch. Its visitor may lack the passcode.
pub struct Link {
    /// The link.
    pub share: Share,
    /// What it leads to.
    pub batch: BatchRecord,
    token: String,
}

/// What a visitor sees who came by a good link, and knows its passcode where it has one.
pub struct Gallery {
    /// The link.
    pub share: Share,
    /// What it leads to.
    pub batch: BatchRecord,
    /// Names of the renditions that are shown.
    shown: BTreeSet<String>,
}

/// Names of the renditions that a link shows. Where the order of its batch cannot be read, it shows nothing.
pub fn shown(link: &NewShare, order: &str) -> BTreeSet<String> {
    let order = serde_json::from_str::<Order>(order).ok();
    let Some(recipe) = order.and_then(|order| order::parse(&order.text).ok()) else { return BTreeSet::new() };
    let is_marked = |r| recipe.watermark_of(r).is_some_and(|mark| mark.opacity > 0.0);
    let marked = recipe.renditions.iter().filter(|r| !link.watermarked_only || is_marked(r));
    let chosen = |name: &&String| link.renditions.as_ref().is_none_or(|chosen| chosen.contains(*name));
    marked.map(|r| &r.name).filter(chosen).cloned().collect()
}

/// The same answer, whatever the reason: it tells nobody which links there were.
pub fn gone() -> Problem {
    Problem::not_found("this link does not lead anywhere, or not any more; ask whoever sent it for another one")
}

impl Link {
    /// The link of this token, if it is good.
    pub async fn find(house: &House, token: &str) -> Result<Self, Problem> {
        let share = house.ledger.share(&hash(token)).await?.ok_or_else(gone)?;
        let batch = batches::find(house, share.new.tenant, BatchId(share.new.batch.0)).await;
        let batch = batch.map_err(|problem| if problem.status == 404 { gone() } else { problem })?;
        Ok(Self { share, batch, token: token.into() })
    }

    /// Lets a visitor in who knows the passcode: the cookie to keep. Tries count for all web servers, those that fail stay.
    pub async fn unlock(&self, house: &House, from: Address, passcode: &str) -> Result<HeaderValue, Problem> {
        // No login has a space.
        let (login, from) = (format!("share {}", self.share.id), from.network());
        if let Try::Wait(time) = house.ledger.try_login(&login, &from).await? {
            let why = "there were too many wrong passcodes for this link, or from this address; wait a while";
            return Err(Problem::too_many(why).after(time.as_secs() + 1));
        }
        if !house.passwords.verify(passcode, self.share.new.passcode.as_ref()).await? {
            return Err(Problem::invalid("this is not the passcode; ask whoever sent the link"));
        }
        house.ledger.forget_tries(&login, &from).await?;
        pass::cookie(&house.config, &self.share, &self.token, house.clock.wall())
    }

    /// What is behind it.
    fn open(self) -> Gallery {
        let shown = shown(&self.share.new, &self.batch.new.order);
        Gallery { share: self.share, batch: self.batch, shown }
    }
}

impl FromRequestParts<Arc<House>> for Link {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        let path = RawPathParams::from_request_parts(parts, house).await.map_err(|_| gone())?;
        let token = path.iter().find(|(name, _)| *name == "token").map(|(_, token)| token.to_owned());
        Self::find(house, &token.ok_or_else(gone)?).await
    }
}

impl FromRequestParts<Arc<House>> for Gallery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        let link = Link::from_request_parts(parts, house).await?;
        let is_let_in = link.share.new.passcode.is_none()
            || pass::is_shown(&house.config, &parts.headers, &link.share, house.clock.wall());
        is_let_in.then(|| link.open()).ok_or_else(|| Problem::forbidden("this link asks for a passcode first"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::TenantId;

    const RECIPE: &str = "version = 1\n\
                          [[renditions]]\nname = \"plain\"\nencode = { format = \"jpeg\" }\n\
                          [[renditions]]\nname = \"proof\"\nencode = { format = \"jpeg\" }\nwatermark = { text = \"a\" }\n\
                          [[renditions]]\nname = \"faint\"\nencode = { format = \"jpeg\" }\nwatermark = { text = \"a\", opacity = 0.0 }\n";

    fn seen(recipe: &str, watermarked_only: bool, renditions: Option<&[&str]>) -> Vec<String> {
        let order = Order {
            recipe: "web".into(),
            version: 1,
            text: recipe.into(),
            assets: [].into(),
            tools: Vec::new(),
            retention_days: None,
            trace: None,
        };
        let link = NewShare {
            tenant: TenantId(1),
            batch: ledger::BatchId(1),
            label: String::new(),
            hash: String::new(),
            secret: String::new().into(),
            passcode: None,
            watermarked_only,
            renditions: renditions.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
        };
        shown(&link, &serde_json::to_string(&order).unwrap()).into_iter().collect()
    }

    #[test]
    fn a_link_shows_what_it_was_made_for() {
        assert_eq!(seen(RECIPE, false, None), ["faint", "plain", "proof"]);
        assert_eq!(seen(RECIPE, true, None), ["proof"], "what nobody sees is no watermark");
        assert_eq!(seen(RECIPE, false, Some(&["plain", "other"])), ["plain"]);
        assert_eq!(seen(RECIPE, true, Some(&["plain"])), [""; 0]);
        let all_marked = RECIPE.replacen('\n', "\n[watermark]\ntext = \"b\"\n", 1);
        assert_eq!(
            seen(&all_marked, true, None),
            ["plain", "proof"],
            "the recipe's own counts where there is none nearer"
        );
        assert_eq!(seen("no recipe", false, None), [""; 0]);
    }
}
