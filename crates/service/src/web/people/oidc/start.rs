//! Leaving for the provider.

use super::provider;
use super::way::{Goal, Way};
use crate::house::House;
use crate::web::Shop;
use crate::web::auth::Person;
use crate::web::extract::{Body, Query};
use crate::web::people::Visitor;
use crate::web::people::login::WithCookie;
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use ledger::people::People;
use oidc::Leave;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Where to go once somebody is in.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Then {
    /// A path of ours; `/` if absent.
    pub then: Option<String>,
}

/// For what somebody goes to the provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Errand {
    /// The secret of an invitation that is to be accepted. Without it, whoever is logged in connects the provider.
    pub invitation: Option<String>,
}

/// Where to go.
#[derive(Debug, Serialize, ToSchema)]
pub struct Departure {
    /// A page of the provider.
    pub url: String,
}

/// Whoever is logged in, or nobody.
pub struct Perhaps(Option<Person>);

impl FromRequestParts<Arc<House>> for Perhaps {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        match Person::from_request_parts(parts, house).await {
            Ok(person) => Ok(Self(Some(person))),
            Err(problem) if problem.status == StatusCode::UNAUTHORIZED => Ok(Self(None)),
            Err(problem) => Err(problem),
        }
    }
}

/// Log in by the provider
///
/// A link for browsers: it leads to the provider, and from there back and in.
#[utoipa::path(get, operation_id = "oidc_start", path = "/v1/oidc/start", tag = "people", params(Then), security(()), responses(
    (status = 303, description = "To the provider", headers(("set-cookie" = String, description = "What must come back, for ten minutes"))),
    (status = "4XX", description = "There is none", body = Problem, content_type = "application/problem+json"),
))]
pub async fn start(
    State(house): Shop,
    Query(then): Query<Then>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 2]), Problem> {
    let (url, cookie) = leave(&house, Goal::LogIn, then.then).await?;
    let location = url.try_into().map_err(Problem::internal)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::SET_COOKIE, cookie)]))
}

/// Accept an invitation by the provider, or connect it
///
/// The secret of an invitation stands in no URL, so this is no link.
#[utoipa::path(post, operation_id = "oidc_start_for", path = "/v1/oidc/start", tag = "people", request_body = Errand,
    security((), ("session" = [])), responses(
    (status = 200, description = "Where to go", body = Departure, headers(("set-cookie" = String, description = "What must come back, for ten minutes"))),
    (status = "4XX", description = "Nowhere", body = Problem, content_type = "application/problem+json"),
))]
pub async fn start_for(
    State(house): Shop,
    _: Visitor,
    Perhaps(person): Perhaps,
    Body(errand): Body<Errand>,
) -> Result<WithCookie<Json<Departure>>, Problem> {
    let (goal, then) = match (errand.invitation, person) {
        (Some(token), _) => (accept(&house, token.trim()).await?, "/"),
        (None, Some(person)) => (Goal::Connect(person.session), "/account"),
        (None, None) => return Err(Problem::unauthenticated("log in first, or name an invitation")),
    };
    let (url, cookie) = leave(&house, goal, Some(then.into())).await?;
    Ok((StatusCode::OK, [(header::SET_COOKIE, cookie)], Json(Departure { url })))
}

/// An invitation is looked at before somebody goes a long way for nothing.
async fn accept(house: &House, token: &str) -> Result<Goal, Problem> {
    let found = house.ledger.invitation(&crate::web::auth::hash(token)).await?;
    found.ok_or_else(crate::web::people::invitations::unknown)?;
    Ok(Goal::Accept(token.into()))
}

async fn leave(house: &House, goal: Goal, then: Option<String>) -> Result<(String, HeaderValue), Problem> {
    let (provider, _) = provider(house)?;
    let way = Way::begin(goal, then, house.clock.wall().0 / 1000)?;
    let leave = Leave { state: &way.state(), nonce: &way.nonce(), challenge: &way.challenge() };
    let url = provider.begin(&leave).await.map_err(|error| {
        tracing::error!(%error, "nobody can log in by the provider");
        Problem::unavailable(error).after(5)
    })?;
    Ok((url, way.cookie(&house.config)?))
}
