//! Whoever is logged in: password and sessions.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use service::web::Shop;
use service::web::people::me::{self, Me};
use service::web::people::sessions::{self, Session};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    frame: Frame,
    me: Me,
    sessions: Vec<Session>,
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor) -> Page {
    let person = visitor.caller.person()?;
    let me = me::show(&house, &person.user, person.session).await?;
    let all = sessions::list(State(Arc::clone(&house)), visitor.reader()).await?.0.items;
    let sessions = all.into_iter().filter(|session| session.user == me.id).collect();
    Ok(page(&Account { frame: Frame::of(&visitor, Place::Account), me, sessions }))
}
