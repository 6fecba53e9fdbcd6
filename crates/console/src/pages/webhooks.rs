//! Webhooks, and what was sent to them; for owners.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use service::web::Shop;
use service::web::auth::Admin;
use service::web::extract::{Path, Query};
use service::web::ids::WebhookId;
use service::web::page::Paging;
use service::web::webhooks::deliveries::{self, Delivery};
use service::web::webhooks::{self, Webhook};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "webhooks.html")]
struct Webhooks {
    frame: Frame,
    hooks: Vec<Webhook>,
}

#[derive(Template)]
#[template(path = "webhook.html")]
struct One {
    frame: Frame,
    hook: Webhook,
    sent: Vec<Delivery>,
    next: Option<String>,
    later: bool,
}

/// All of them.
pub async fn list(State(house): Shop, visitor: Visitor, _: Admin) -> Page {
    let hooks = webhooks::list(State(house), visitor.reader()).await?.0.items;
    Ok(page(&Webhooks { frame: Frame::of(&visitor, Place::Webhooks), hooks }))
}

/// One of them, and its log.
pub async fn look(
    State(house): Shop,
    visitor: Visitor,
    _: Admin,
    Path(id): Path<WebhookId>,
    Query(paging): Query<Paging>,
) -> Page {
    let later = paging.cursor.is_some();
    let hook = webhooks::look(State(Arc::clone(&house)), visitor.reader(), Path(id)).await?.0;
    let sent = deliveries::list(State(house), visitor.reader(), Path(id), Query(paging)).await?.0;
    let frame = Frame::of(&visitor, Place::Webhooks);
    Ok(page(&One { frame, hook, sent: sent.items, next: sent.next, later }))
}
