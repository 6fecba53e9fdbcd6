//! Logging in and out.

use super::Visitor;
use super::cookie::{self, Secret};
use super::me::{self, Me};
use super::peer::Address;
use crate::house::House;
use crate::people;
use crate::web::Shop;
use crate::web::auth::Person;
use crate::web::extract::Body;
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use ledger::people::{Deed, People, Try, User};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// An answer that sets the cookie.
pub type WithCookie<T> = (StatusCode, [(HeaderName, HeaderValue); 1], T);

/// Who somebody is, and how they show it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// As it was chosen when the invitation was accepted; capitals do not matter.
    #[schema(min_length = 1, max_length = 254)]
    pub login: String,
    /// The password.
    #[schema(format = Password)]
    pub password: String,
}

/// Log in
///
/// The answer sets the cookie of a new session; one that came with the request ends. Five wrong passwords for a login, or
/// twenty from an address, within a quarter of an hour, and no other is looked at for a while.
#[utoipa::path(post, operation_id = "log_in", path = "/v1/login", tag = "people", request_body = Login, security(()), responses(
    (status = 200, description = "You are in", body = Me, headers(("set-cookie" = String, description = "The session"))),
    (status = "4XX", description = "You are not", body = Problem, content_type = "application/problem+json"),
))]
pub async fn login(
    State(house): Shop,
    visitor: Visitor,
    Body(asked): Body<Login>,
) -> Result<WithCookie<Json<Me>>, Problem> {
    let login = people::login(&asked.login)?;
    let user = prove(&house, visitor.address, &login, &asked.password).await?;
    let secret = Secret::make()?;
    let opened = house.ledger.log_in(&user, &visitor.session(&secret), visitor.session.as_deref()).await?;
    if !opened {
        return Err(wrong());
    }
    enter(&house, &secret).await
}

/// The answer to somebody whose session has begun.
pub async fn enter(house: &House, secret: &Secret) -> Result<WithCookie<Json<Me>>, Problem> {
    let (session, user) = house.ledger.session(&secret.hash).await?.ok_or_else(|| Problem::conflict(GONE))?;
    let me = me::show(house, &user, session.id).await?;
    Ok((StatusCode::OK, [(header::SET_COOKIE, cookie::set(&house.config, secret)?)], Json(me)))
}

const GONE: &str = "the session was ended at the moment it began; log in again";

/// The user of this login, if this is its password. It takes as long where there is none.
pub async fn prove(house: &Arc<House>, from: Address, login: &str, password: &str) -> Result<User, Problem> {
    if let Try::Wait(time) = house.ledger.try_login(login, &from.network()).await? {
        let why = "there were too many wrong passwords for this login, or from this address; wait, or ask an owner for a link \
                   that sets a new password";
        return Err(Problem::too_many(why).after(time.as_secs() + 1));
    }
    let found = house.ledger.user(login).await?;
    let is_right = house.passwords.verify(password, found.as_ref().and_then(|user| user.password.as_ref())).await?;
    match found.filter(|user| is_right && user.disabled.is_none()) {
        Some(user) => Ok(user),
        None => {
            tell_refusal(house, login.to_owned());
            Err(wrong())
        }
    }
}

fn wrong() -> Problem {
    Problem::unauthenticated("the login or the password is wrong, or the user is disabled")
}

/// Nobody waits for it: how long it takes would tell whether there is such a user.
fn tell_refusal(house: &Arc<House>, login: String) {
    let house = Arc::clone(house);
    tokio::spawn(async move {
        if let Err(error) = house.ledger.refuse_login(&login).await {
            tracing::error!(%error, "a refused login is not in the audit log");
        }
    });
}

/// Log out
#[utoipa::path(post, operation_id = "log_out", path = "/v1/logout", tag = "people", security(("session" = [])), responses(
    (status = 204, description = "The session has ended", headers(("set-cookie" = String, description = "No session"))),
    (status = "4XX", description = "You were not in", body = Problem, content_type = "application/problem+json"),
))]
pub async fn logout(State(house): Shop, person: Person) -> Result<WithCookie<()>, Problem> {
    let (user, session) = (&person.user, person.session);
    house.ledger.end_session(user.tenant, session, &user.who(), Deed::Logout).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie::clear(&house.config)?)], ()))
}
