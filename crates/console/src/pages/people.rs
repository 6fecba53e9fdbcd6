//! Users, invitations, and the log of what they did; for owners.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use service::web::Shop;
use service::web::auth::Admin;
use service::web::extract::Query;
use service::web::page::Paging;
use service::web::people::audit::{self, Audit};
use service::web::people::invitations::{self, Invitation};
use service::web::people::users::{self, User};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "people.html")]
struct People {
    frame: Frame,
    users: Vec<User>,
    invitations: Vec<Invitation>,
}

impl People {
    /// Roles with their names, the weakest first.
    fn roles(&self) -> [(&'static str, &'static str); 3] {
        let w = self.frame.w;
        [("viewer", w.viewer), ("operator", w.operator), ("owner", w.owner)]
    }
}

#[derive(Template)]
#[template(path = "log.html")]
struct Log {
    frame: Frame,
    rows: Vec<Audit>,
    next: Option<String>,
    later: bool,
}

/// Who is there, and who may come.
pub async fn look(State(house): Shop, visitor: Visitor, Admin(caller): Admin) -> Page {
    let users = users::list(State(Arc::clone(&house)), Admin(caller.clone())).await?.0.items;
    let invitations = invitations::list(State(house), Admin(caller)).await?.0.items;
    Ok(page(&People { frame: Frame::of(&visitor, Place::People), users, invitations }))
}

/// Who did what.
pub async fn log(State(house): Shop, visitor: Visitor, admin: Admin, Query(paging): Query<Paging>) -> Page {
    let later = paging.cursor.is_some();
    let rows = audit::list(State(house), admin, Query(paging)).await?.0;
    Ok(page(&Log { frame: Frame::of(&visitor, Place::People), rows: rows.items, next: rows.next, later }))
}
