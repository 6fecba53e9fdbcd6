//! Workers: how much they do at a time, and how they end.

use serde::{Deserialize, Serialize};

/// The workers of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Worker {
    /// Photos worked on at a time; the number of cores if absent.
    pub slots: Option<usize>,
    /// Bytes of memory for all photos in work; three quarters of what is free if absent.
    pub memory: Option<u64>,
    /// Longest time for one photo in seconds; 1 to 86400.
    pub photo_s: u64,
    /// Largest picture in megapixels; 1 to 10000.
    pub max_megapixels: u64,
    /// How much the workers step back for others, as `nice` has it; 0 to 19.
    pub nice: i32,
    /// Seconds that running photos have to finish after SIGTERM; then they are handed back.
    pub drain_s: u64,
    /// Who is asked not to take this worker away while it holds work: `none`, `ecs` or `ec2`.
    pub protect: Protect,
    /// Looks whether this spot instance of EC2 will be taken away, and finishes in time.
    pub spot_notice: bool,
}

/// Who is asked not to take a worker away that holds work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protect {
    /// Nobody.
    #[default]
    None,
    /// The agent of the ECS task.
    Ecs,
    /// The Auto Scaling group of the EC2 instance.
    Ec2,
}

impl Default for Worker {
    fn default() -> Self {
        Self {
            slots: None,
            memory: None,
            photo_s: 120,
            max_megapixels: 300,
            nice: 5,
            drain_s: 60,
            protect: Protect::None,
            spot_notice: false,
        }
    }
}
