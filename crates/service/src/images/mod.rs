//! Small pictures of finished renditions, made when somebody asks for them: `/img/{signature}/{options}/{photo}`.
//!
//! ```text
//!  /img/k2.5f0c…/w=400,h=300,fit=cover/bat_3/tsk_12
//!       └ id.signature ┘└─────────── what is signed ──────────┘
//! ```
//! A link says all about its picture, so nothing is kept of it here: a front or a CDN keeps the answer. [`link`] signs and
//! admits, [`options`] are the words, [`source`] finds the rendition, [`recipe`] says how the picture is made of it, and
//! [`make`] has it made in a child with limits.

pub mod link;
pub mod make;
pub mod options;
pub mod recipe;
pub mod source;

use crate::config;
use crate::room::Room;
use crate::signing;
use crate::web::Problem;
use make::Flights;
use options::{Options, Picture, What};
use std::sync::Arc;
use store::SigningKeys;
use tokio::sync::Semaphore;

/// Where small pictures are made, in this process.
pub struct Images {
    /// Who may ask.
    pub keys: SigningKeys,
    /// As configured.
    pub config: config::Images,
    /// The darkroom.
    room: Room,
    /// Pictures that may be made or wait at a time.
    seats: Arc<Semaphore>,
    /// Those that are being made.
    flights: Flights,
}

impl Images {
    /// What the configuration asks for; `None` where it has no keys.
    pub fn open(config: &config::Images) -> Result<Option<Arc<Self>>, String> {
        let Some((newest, previous)) = signing::pair(&config.keys)? else { return Ok(None) };
        let keys = SigningKeys::new(newest, previous).map_err(|e| e.to_string())?;
        let seats = Arc::new(Semaphore::new(config.slots + config.queue));
        let room = Room::new("image", config.slots);
        let (config, flights) = (config.clone(), Flights::default());
        Ok(Some(Arc::new(Self { keys, config, room, seats, flights })))
    }

    /// What these words ask for: their own meaning, or that of the preset which they name.
    pub fn wanted(&self, options: &Options) -> Result<Picture, Problem> {
        match &options.what {
            What::Preset(name) => {
                self.config.presets.get(name).copied().ok_or_else(|| {
                    Problem::invalid(format!("there is no preset `{name}`; known are: {}", self.presets()))
                })
            }
            What::Picture(_) if self.config.presets_only => {
                Err(Problem::forbidden(format!("only presets are made here: {}", self.presets())))
            }
            What::Picture(picture) => Ok(*picture),
        }
    }

    fn presets(&self) -> String {
        self.config.presets.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}
