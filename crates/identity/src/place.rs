//! Where this process runs: the variables of its environment, and where the services are that it asks.

use std::fmt;
use std::sync::Arc;

/// Where a task of ECS finds its credentials.
const CONTAINER: &str = "http://169.254.170.2";
/// Where an instance of EC2 finds what is said about it.
const METADATA: &str = "http://169.254.169.254";

type Variables = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Where a process runs.
#[derive(Clone)]
pub struct Place {
    variables: Arc<Variables>,
    container: String,
}

impl Place {
    /// Here.
    pub fn here() -> Self {
        Self::with(|name| std::env::var(name).ok())
    }

    /// Somewhere with these variables, for tests.
    pub fn with(variables: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { variables: Arc::new(variables), container: CONTAINER.into() }
    }

    /// Somewhere with these variables, and the host of ECS credentials elsewhere, for tests.
    pub fn of(variables: &[(&str, &str)], container: &str) -> Self {
        let variables: Vec<_> = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let find = move |name: &str| variables.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone());
        Self { container: container.into(), ..Self::with(find) }
    }

    /// A variable that is set and not empty.
    pub fn var(&self, name: &str) -> Option<String> {
        (self.variables)(name).filter(|value| !value.is_empty())
    }

    /// The region that the environment names.
    pub fn region(&self) -> Option<String> {
        self.var("AWS_REGION").or_else(|| self.var("AWS_DEFAULT_REGION"))
    }

    /// Where a service is: `AWS_ENDPOINT_URL_STS` and the like, `AWS_ENDPOINT_URL`, or where it is in this region.
    pub fn endpoint(&self, service: &str, region: &str) -> String {
        let own = self.var(&format!("AWS_ENDPOINT_URL_{}", service.to_uppercase()));
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let usual = || format!("https://{service}.{region}.{domain}");
        own.or_else(|| self.var("AWS_ENDPOINT_URL")).unwrap_or_else(usual).trim_end_matches('/').to_owned()
    }

    /// Where an instance asks about itself; `None` where that is switched off.
    pub fn metadata(&self) -> Option<String> {
        let off = self.var("AWS_EC2_METADATA_DISABLED").is_some_and(|off| off.eq_ignore_ascii_case("true"));
        let url = self.var("AWS_EC2_METADATA_SERVICE_ENDPOINT").unwrap_or_else(|| METADATA.into());
        (!off).then(|| url.trim_end_matches('/').to_owned())
    }

    /// Where the credentials of a task of ECS are.
    pub(crate) fn container(&self) -> &str {
        &self.container
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Place").field("region", &self.region()).finish_non_exhaustive()
    }
}
