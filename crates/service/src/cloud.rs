//! Who this process is to a cloud: one identity for the bucket, the queue and everything else.

use identity::{Cached, Chain, IdentityError, Place, Who};

/// Where the process runs, and who it is there. Nothing is asked before somebody needs it.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Where it runs.
    pub place: Place,
    /// Who it is.
    pub identity: Cached,
}

impl Cloud {
    /// Here.
    pub fn here() -> Self {
        let place = Place::here();
        Self { identity: Cached::new(Chain::new(place.clone())), place }
    }

    /// The region that is set, or the one that the environment names.
    pub fn region(&self, set: Option<&str>) -> Result<String, IdentityError> {
        set.map(str::to_owned).or_else(|| self.place.region()).ok_or(IdentityError::NoRegion)
    }

    /// Who the cloud says that we are.
    pub async fn who(&self, region: Option<&str>) -> Result<Who, IdentityError> {
        Who::ask(&self.place, &self.region(region)?, &self.identity).await
    }
}
