//! Invitations: how somebody becomes a user, or sets a new password.

use super::Visitor;
use super::cookie::Secret;
use super::login::{WithCookie, enter};
use super::me::Me;
use crate::house::House;
use crate::people;
use crate::web::Shop;
use crate::web::auth::{Admin, hash};
use crate::web::extract::{Body, Path};
use crate::web::ids::InvitationId;
use crate::web::page::Listed;
use crate::web::problem::Problem;
use crate::web::time::rfc3339;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::TenantId;
use ledger::people::{Accepted, Invitation as Row, NewInvitation as Fresh, NewUser, People, Proof, Role};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// Days for which an invitation is good, where nobody says.
pub const DAYS: u32 = 7;

/// An invitation to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// For this login alone. That of a user of the tenant sets its password anew, and leaves its role as it is.
    #[schema(min_length = 1, max_length = 254)]
    pub login: Option<String>,
    /// What a new user may do: `owner`, `operator`, `viewer`.
    #[schema(value_type = String)]
    pub role: Role,
    /// Days for which it is good; 7 if absent.
    #[schema(minimum = 1, maximum = 30)]
    pub expires_days: Option<u32>,
}

/// An invitation that is open, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// For this login alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// What a new user may do.
    #[schema(value_type = String)]
    pub role: Role,
    /// Who made it.
    pub by: String,
    /// When.
    pub created: String,
    /// Until when it is good.
    pub expires: String,
}

/// An invitation that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeInvitation {
    /// Its id.
    pub id: InvitationId,
    /// Its secret. It is shown this once, and good once.
    pub token: String,
    /// The same in a link to send; what stands behind `#` is never sent to a server.
    pub url: String,
}

/// Somebody who accepts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The secret of the invitation.
    pub token: String,
    /// What to be called when coming in, such as an e-mail address; capitals do not matter.
    #[schema(min_length = 1, max_length = 254)]
    pub login: String,
    /// For people.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// The password from now on.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    pub password: String,
}

/// Invitations that are open
#[utoipa::path(get, operation_id = "list_invitations", path = "/v1/invitations", tag = "people", responses(
    (status = 200, description = "Oldest first", body = Listed<Invitation>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(house): Shop, Admin(caller): Admin) -> Result<Json<Listed<Invitation>>, Problem> {
    let rows = house.ledger.invitations(caller.tenant).await?;
    Ok(Json(Listed { items: rows.into_iter().map(show).collect(), next: None }))
}

/// Invite somebody
#[utoipa::path(post, operation_id = "invite", path = "/v1/invitations", tag = "people", request_body = NewInvitation, responses(
    (status = 201, description = "The secret, this once", body = MadeInvitation),
    (status = "4XX", description = "Not made", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(house): Shop,
    Admin(caller): Admin,
    Body(new): Body<NewInvitation>,
) -> Result<(StatusCode, Json<MadeInvitation>), Problem> {
    let days = new.expires_days.unwrap_or(DAYS);
    if !(1..=30).contains(&days) {
        return Err(Problem::invalid(format!("`expires_days` is {days}, allowed are 1 to 30")));
    }
    let made = invite(&house, caller.tenant, new.login.as_deref(), new.role, days, &caller.who()).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Makes an invitation.
pub async fn invite(
    house: &House,
    tenant: TenantId,
    login: Option<&str>,
    role: Role,
    days: u32,
    by: &str,
) -> Result<MadeInvitation, Problem> {
    let login = login.map(people::login).transpose()?;
    let Secret { text: token, hash } = Secret::make()?;
    let lasts = Duration::from_secs(u64::from(days) * 86_400);
    let id = house.ledger.invite(&Fresh { tenant, hash, login, role, lasts }, by).await?;
    let url = format!("{}/invite#{token}", house.config.url());
    Ok(MadeInvitation { id: InvitationId(id), token, url })
}

/// Take an invitation back
#[utoipa::path(delete, operation_id = "remove_invitation", path = "/v1/invitations/{id}", tag = "people", params(("id" = InvitationId, Path)), responses(
    (status = 204, description = "It is good for nothing any more"),
    (status = "4XX", description = "Not removed", body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove(
    State(house): Shop,
    Admin(caller): Admin,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode, Problem> {
    match house.ledger.drop_invitation(caller.tenant, id.0, &caller.who()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found(format!("there is no invitation {id}"))),
    }
}

/// Accept an invitation
///
/// Makes a user, or sets the password of the user that the invitation is for, and logs in.
#[utoipa::path(post, operation_id = "accept_invitation", path = "/v1/invitations/accept", tag = "people", request_body = Acceptance, security(()), responses(
    (status = 200, description = "You are in", body = Me, headers(("set-cookie" = String, description = "The session"))),
    (status = "4XX", description = "You are not", body = Problem, content_type = "application/problem+json"),
))]
pub async fn accept(
    State(house): Shop,
    visitor: Visitor,
    Body(asked): Body<Acceptance>,
) -> Result<WithCookie<Json<Me>>, Problem> {
    let (login, name) = (people::login(&asked.login)?, people::name(&asked.name)?);
    people::password(&asked.password, &login)?;
    // A password is worth its work only where there is an invitation.
    let token = hash(asked.token.trim());
    house.ledger.invitation(&token).await?.ok_or_else(unknown)?;
    let proof = Proof::Password(house.passwords.hash(&asked.password).await?);
    let new = NewUser { login, name, proof };
    let secret = Secret::make()?;
    match house.ledger.accept(&token, &new, &visitor.session(&secret)).await? {
        Accepted::In(_) => enter(&house, &secret).await,
        Accepted::Unknown => Err(unknown()),
        Accepted::OtherLogin => Err(Problem::invalid("this invitation is for another login")),
        Accepted::LoginTaken | Accepted::IdentityTaken => {
            Err(Problem::conflict("this login is somebody else's; choose another one"))
        }
        Accepted::Disabled => Err(Problem::conflict("this user is disabled; an owner can enable it")),
    }
}

/// Nobody can come in by it.
pub fn unknown() -> Problem {
    Problem::not_found("this invitation is not known, was accepted, or its time is over; ask for another")
}

fn show(row: Row) -> Invitation {
    Invitation {
        id: InvitationId(row.id),
        login: row.login,
        role: row.role,
        by: row.by,
        created: rfc3339(row.created),
        expires: rfc3339(row.expires),
    }
}
