//! Coming back from the provider.

use super::refused::{Refused, Why};
use super::way::{Goal, Way};
use super::{profile, provider};
use crate::config::Oidc;
use crate::house::House;
use crate::web::Shop;
use crate::web::auth::hash;
use crate::web::extract::Query;
use crate::web::people::cookie::{self, Secret};
use crate::web::people::{Returning, Visitor};
use crate::web::problem::Problem;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use ledger::people::{Accepted, Identity, NewSession, People, Try};
use ledger::{Ledger as _, TenantId};
use oidc::{Granted, Provider};
use serde::Deserialize;
use utoipa::IntoParams;

/// What the provider has a browser bring. There may be more, which says nothing to us.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Brought {
    /// What left with the browser.
    pub state: Option<String>,
    /// Good for a token.
    pub code: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// Whose answer it is (RFC 9207).
    pub iss: Option<String>,
}

/// Come back from the provider
///
/// Only browsers do, sent by the provider. A browser is led into the console, or to a page that says why not; everything
/// else is told a problem.
#[utoipa::path(get, operation_id = "oidc_callback", path = "/v1/oidc/callback", tag = "people", params(Brought), security(()), responses(
    (status = 303, description = "In, or to a page that says why not", headers(("set-cookie" = String, description = "The session"))),
    (status = "4XX", description = "Not in", body = Problem, content_type = "application/problem+json"),
))]
pub async fn callback(
    State(house): Shop,
    Returning(visitor): Returning,
    headers: HeaderMap,
    Query(brought): Query<Brought>,
) -> Result<Response, Problem> {
    let now = house.clock.wall().0 / 1000;
    let way = Way::read(&house.config, &headers, brought.state.as_deref().unwrap_or_default(), now);
    let came = arrive(&house, &visitor, way.as_ref(), &brought, now).await;
    let mut cookies = vec![(header::SET_COOKIE, Way::no_cookie(&house.config)?)];
    let response = match came {
        Ok(secret) => {
            if let Some(secret) = secret {
                cookies.push((header::SET_COOKIE, cookie::set(&house.config, &secret)?));
            }
            to(way.as_ref().map_or("/", Way::then))?
        }
        Err(refused) => outside(refused, way.as_ref(), &headers)?,
    };
    Ok((AppendHeaders(cookies), response).into_response())
}

/// Lets somebody in; returns the secret of the session, where one was opened.
async fn arrive(
    house: &House,
    visitor: &Visitor,
    way: Option<&Way>,
    brought: &Brought,
    now: i64,
) -> Result<Option<Secret>, Refused> {
    let (provider, config) = provider(house)?;
    let stale = "this is not the answer to a login that began in this browser within ten minutes; begin again";
    let way = way.ok_or_else(|| Refused::new(Why::Stale, stale))?;
    provider.check_answer(brought.iss.as_deref()).await?;
    let code = code(brought)?;
    let attempt = Attempt::begin(house, visitor, way).await?;
    let granted = provider.finish(code, &way.verifier(), &way.nonce(), now).await?;
    let identity = Identity { issuer: provider.issuer().into(), subject: granted.subject.clone() };
    if let Goal::Connect(session) = way.goal {
        connect(house, visitor, session, &identity).await?;
        attempt.succeed(house).await?;
        return Ok(None);
    }
    let secret = Secret::make()?;
    let entering = Entering { house, provider, config, granted: &granted, identity };
    let session = NewSession { by: Some(provider.issuer().into()), ..visitor.session(&secret) };
    entering.enter(&way.goal, &session, visitor.session.as_deref()).await?;
    attempt.succeed(house).await?;
    Ok(Some(secret))
}

/// The code, or the provider's reason why there is none.
fn code(brought: &Brought) -> Result<&str, Refused> {
    match (brought.error.as_deref(), brought.code.as_deref()) {
        (None, Some(code)) => Ok(code),
        (Some("access_denied"), _) => Err(Refused::new(Why::Declined, "the provider says that access was denied")),
        (Some(error), _) => {
            let error: String = error.chars().take(100).filter(|c| !c.is_control()).collect();
            Err(Refused::new(Why::Provider, format!("the provider says `{error}`")))
        }
        (None, None) => Err(Refused::new(Why::Invalid, "the provider sent neither a code nor an error")),
    }
}

/// One of those that count as failed until somebody is in. They count by address, together with wrong passwords.
struct Attempt {
    name: String,
    from: String,
}

impl Attempt {
    async fn begin(house: &House, visitor: &Visitor, way: &Way) -> Result<Self, Refused> {
        // With a space it is nobody's login.
        let name = format!("oidc {}", way.state());
        let from = visitor.address.network();
        match house.ledger.try_login(&name, &from).await? {
            Try::Go => Ok(Self { name, from }),
            Try::Wait(time) => {
                let why = "there were too many logins that failed from this address; wait";
                Err(Refused::new(Why::TooMany, why).after(time.as_secs() + 1))
            }
        }
    }

    async fn succeed(self, house: &House) -> Result<(), Refused> {
        Ok(house.ledger.forget_tries(&self.name, &self.from).await?)
    }
}

/// Whoever left from a session is still in it.
async fn connect(house: &House, visitor: &Visitor, session: i64, identity: &Identity) -> Result<(), Refused> {
    let found = match &visitor.session {
        Some(hash) => house.ledger.session(hash).await?,
        None => None,
    };
    let gone = || Refused::new(Why::Stale, "the session from which you left has ended; log in again");
    let (_, user) = found.filter(|(found, _)| found.id == session).ok_or_else(gone)?;
    match house.ledger.connect(&user, identity).await? {
        true => Ok(()),
        false => Err(taken()),
    }
}

fn taken() -> Refused {
    Refused::new(
        Why::Connected,
        "another user is connected with this account of the provider, or you are with another one",
    )
}

/// Somebody whom the provider knows.
struct Entering<'a> {
    house: &'a House,
    provider: &'a Provider,
    config: &'a Oidc,
    granted: &'a Granted,
    identity: Identity,
}

impl Entering<'_> {
    async fn enter(self, goal: &Goal, session: &NewSession, instead: Option<&str>) -> Result<(), Refused> {
        let ledger = &self.house.ledger;
        let entered = match goal {
            Goal::Accept(token) => self.accept(&hash(token), session).await?,
            _ => match ledger.log_in_by(&self.identity, session, instead).await? {
                Accepted::Unknown => self.admit(session).await?,
                known => known,
            },
        };
        match entered {
            Accepted::In(_) => Ok(()),
            Accepted::Disabled => Err(Refused::new(Why::Disabled, "this user is disabled; an owner can enable it")),
            Accepted::IdentityTaken => Err(taken()),
            Accepted::LoginTaken => Err(Refused::new(
                Why::LoginTaken,
                "there is a user of your login already; log in with the password, and connect the provider on the page of \
                 your account",
            )),
            Accepted::Unknown | Accepted::OtherLogin => Err(gone()),
        }
    }

    async fn accept(&self, hash: &str, session: &NewSession) -> Result<Accepted, Refused> {
        let invitation = self.house.ledger.invitation(hash).await?.ok_or_else(gone)?;
        let claims = self.provider.profile(self.granted).await?;
        let new = profile::user(self.identity.clone(), &claims, invitation.login.as_deref())?;
        Ok(self.house.ledger.accept(hash, &new, session).await?)
    }

    async fn admit(&self, session: &NewSession) -> Result<Accepted, Refused> {
        let claims = self.provider.profile(self.granted).await?;
        let role = profile::role(self.config, &claims)?;
        let new = profile::user(self.identity.clone(), &claims, None)?;
        Ok(self.house.ledger.admit(self.tenant().await?, role, &new, session).await?)
    }

    /// Where strangers go.
    async fn tenant(&self) -> Result<TenantId, Refused> {
        let mut all = self.house.ledger.tenants().await?.into_iter().map(|standing| standing.tenant);
        let found = match &self.config.tenant {
            None => all.next(),
            Some(name) => all.find(|tenant| tenant.name == *name),
        };
        found.map(|tenant| tenant.id).ok_or_else(|| {
            tracing::error!("console.oidc.tenant names no tenant");
            Refused::new(Why::Ours, "there is no tenant for you here; tell an operator")
        })
    }
}

fn gone() -> Refused {
    Refused::new(Why::Invitation, "this invitation was accepted, or its time is over; ask for another")
}

/// A page says why, in the words of the console; a program is told.
fn outside(refused: Refused, way: Option<&Way>, headers: &HeaderMap) -> Result<Response, Problem> {
    let why = refused.why.word();
    tracing::warn!(why, detail = refused.detail(), "a login by the provider was refused");
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepted.contains("text/html") {
        return Ok(refused.problem().into_response());
    }
    let page = if way.is_some_and(|way| matches!(way.goal, Goal::Connect(_))) { "/account" } else { "/login" };
    to(&format!("{page}?trouble={why}"))
}

fn to(path: &str) -> Result<Response, Problem> {
    let location: HeaderValue = path.try_into().map_err(Problem::internal)?;
    Ok((
        StatusCode::SEE_OTHER,
        [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
    )
        .into_response())
}
