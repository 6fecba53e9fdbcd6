//! Keys of programs; for owners.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use service::web::Shop;
use service::web::auth::Admin;
use service::web::keys::{self, Key};

#[derive(Template)]
#[template(path = "keys.html")]
struct Keys {
    frame: Frame,
    keys: Vec<Key>,
}

impl Keys {
    /// What a key may do, with words for it.
    fn scopes(&self) -> [(&'static str, &'static str); 3] {
        let w = self.frame.w;
        [("read", w.scope_read), ("write", w.scope_write), ("admin", w.scope_admin)]
    }
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor, admin: Admin) -> Page {
    let keys = keys::list(State(house), admin).await?.0.items;
    Ok(page(&Keys { frame: Frame::of(&visitor, Place::Keys), keys }))
}
