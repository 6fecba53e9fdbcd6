//! What batches ask for, read once.

use crate::house::House;
use crate::order::{self, Order};
use crate::trace::TraceId;
use develop::Recipe;
use develop::recipe::Template;
use develop::render::Assets;
use ledger::{BatchId, Fault, FaultClass, Ledger, LedgerError};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use store::{Key, Store, StoreError};

/// Orders that are kept.
const KEPT: usize = 16;

/// A batch's order, ready to be worked on.
pub struct Ready {
    /// The recipe.
    pub recipe: Arc<Recipe>,
    /// The bytes of what it names.
    pub assets: Arc<Assets>,
    /// Makes names for renditions.
    pub template: Template,
    /// Hash of each rendition, by name.
    pub hashes: BTreeMap<String, String>,
    /// Its photos hold seats while they are worked on.
    pub seated: bool,
    /// The request that submitted it.
    pub trace: Option<TraceId>,
}

/// Why an order cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The store; an asset that is gone is the batch's own fault.
    #[error("asset: {0}")]
    Store(#[from] StoreError),
    /// The photo cannot be read on this machine.
    #[error("the photo cannot be read: {0}")]
    Photo(std::io::Error),
    /// The photo is not what its customer announced.
    #[error("its bytes have the SHA-256 {found}, announced was {announced}")]
    Differs {
        /// Of the bytes.
        found: String,
        /// By the customer.
        announced: String,
    },
    /// The recipe is from a newer version, or damaged.
    #[error("this version cannot read the batch's recipe: {0}")]
    Unreadable(String),
}

impl OrderError {
    /// What the ledger is told.
    pub fn fault(&self) -> Fault {
        let (class, advice) = match self {
            Self::Differs { .. } => (FaultClass::Input, "upload it again"),
            Self::Photo(_) => (FaultClass::Environment, ""),
            Self::Store(e) if e.kind() == store::Kind::NotFound => (FaultClass::Input, "upload it again"),
            Self::Store(_) | Self::Ledger(_) => (FaultClass::Environment, ""),
            Self::Unreadable(_) => (FaultClass::Input, "submit the batch again"),
        };
        Fault { class, what: "cannot begin this photo".into(), why: self.to_string(), advice: advice.into() }
    }
}

/// The newest orders.
#[derive(Default)]
pub struct Orders(VecDeque<(BatchId, Arc<Ready>)>);

impl Orders {
    /// The order of a batch.
    pub async fn get(&mut self, house: &House, batch: BatchId) -> Result<Arc<Ready>, OrderError> {
        if let Some((_, ready)) = self.0.iter().find(|(id, _)| *id == batch) {
            return Ok(Arc::clone(ready));
        }
        let ready = Arc::new(read(house, batch).await?);
        self.0.truncate(KEPT - 1);
        self.0.push_front((batch, Arc::clone(&ready)));
        Ok(ready)
    }
}

async fn read(house: &House, batch: BatchId) -> Result<Ready, OrderError> {
    let unreadable = |e: &dyn std::fmt::Display| OrderError::Unreadable(e.to_string());
    let order: Order = serde_json::from_str(&house.ledger.batch(batch).await?.new.order).map_err(|e| unreadable(&e))?;
    let mut recipe = order::parse(&order.text).map_err(|e| unreadable(&e))?;
    // The ledger hands them out together with the task.
    let seated = !std::mem::take(&mut recipe.seats).is_empty();
    let template = Template::parse(&recipe.output.path).map_err(|e| unreadable(&e))?;
    let assets = assets(house, &order.assets).await?;
    let digests = assets.iter().map(|(id, bytes)| (id.clone(), blake3::hash(bytes).to_hex().to_string())).collect();
    let hash = |r: &develop::recipe::Rendition| (r.name.clone(), recipe.rendition_hash(r, &digests));
    let hashes = recipe.renditions.iter().map(hash).collect();
    let (recipe, assets) = (Arc::new(recipe), Arc::new(assets));
    Ok(Ready { recipe, assets, template, hashes, seated, trace: order.trace })
}

/// The bytes of assets, by their keys in the store.
pub async fn assets(house: &House, keys: &BTreeMap<String, String>) -> Result<Assets, OrderError> {
    let mut assets = Assets::default();
    for (id, key) in keys {
        let key = Key::parse(key).map_err(|e| OrderError::Unreadable(e.to_string()))?;
        let object = house.store.get(&key, None).await?;
        let bytes = store::body::collect(object.body).await.map_err(|e| OrderError::Unreadable(e.to_string()))?;
        assets.insert(id.clone(), bytes);
    }
    Ok(assets)
}
