//! The API in its own words: OpenAPI 3.1, generated from the handlers.

use super::ids::{AssetId, ExportId, ImportId};
use super::problem::Problem;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, openapi};

/// What stands above the single operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "rawmill",
        description = "A photo lab: upload camera RAW, submit batches, follow them, fetch renditions.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem, AssetId, ImportId, ExportId)),
    modifiers(&Callers),
    security(("key" = []), ("session" = [])),
)]
pub struct Head;

struct Callers;

impl Modify for Callers {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("rmk_…").build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
        let about = "Set by `POST /v1/login`; `rawmill` on this machine without HTTPS. What changes something must come from a \
                     page of the same origin: `Sec-Fetch-Site: same-origin`, or `Origin`.";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description("__Host-rawmill", about));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

/// The description, as JSON with a line an entry.
pub fn document() -> String {
    super::server::api().to_openapi().to_pretty_json().unwrap_or_default()
}
