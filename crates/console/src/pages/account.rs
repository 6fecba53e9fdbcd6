//! Whoever is logged in: password, provider and sessions.

use super::Page;
use super::login::provider;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use service::web::Shop;
use service::web::extract::Query;
use service::web::people::me::{self, Me};
use service::web::people::oidc::Why;
use service::web::people::sessions::{self, Session};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    frame: Frame,
    me: Me,
    sessions: Vec<Session>,
    /// What people call the provider, where there is one.
    provider: Option<String>,
    /// Why it is not connected.
    trouble: Option<Why>,
}

/// Somebody comes back from the provider.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Back {
    trouble: Option<String>,
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor, Query(back): Query<Back>) -> Page {
    let person = visitor.caller.person()?;
    let me = me::show(&house, &person.user, person.session).await?;
    let all = sessions::list(State(Arc::clone(&house)), visitor.reader()).await?.0.items;
    let sessions = all.into_iter().filter(|session| session.user == me.id).collect();
    let trouble = back.trouble.as_deref().and_then(Why::of);
    Ok(page(&Account { frame: Frame::of(&visitor, Place::Account), me, sessions, provider: provider(&house), trouble }))
}
