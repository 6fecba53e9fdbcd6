//! Style and scripts. A file's path holds its hash, so that a browser keeps it for good.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;

/// A file, and what browsers call its kind.
struct File {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    path: String,
}

/// The files by the names that templates have for them.
macro_rules! files {
    ($($(#[$doc:meta])* $field:ident = $name:literal, $kind:literal;)+) => {
        static FILES: LazyLock<Vec<File>> = LazyLock::new(|| vec![
            $(File::new($name, $kind, include_bytes!(concat!("../static/", $name))),)+
        ]);

        /// Paths of the files.
        #[derive(Debug, Clone, Copy)]
        pub struct Named {
            $($(#[$doc])* pub $field: &'static str,)+
        }

        /// The paths.
        pub fn named() -> Named {
            let path = |name| FILES.iter().find(|f| f.name == name).map_or("", |f| f.path.as_str());
            Named { $($field: path($name),)+ }
        }
    };
}

files! {
    /// The style of all pages.
    style = "console.css", "text/css; charset=utf-8";
    /// htmx 4.0.1 (Zero-Clause BSD; `htmx.org` of npm), which fetches parts of pages.
    htmx = "htmx.min.js", "text/javascript; charset=utf-8";
    /// Forms that speak to the API.
    forms = "forms.js", "text/javascript; charset=utf-8";
    /// Photos that are chosen.
    choose = "choose.js", "text/javascript; charset=utf-8";
    /// The gallery of a link.
    gallery = "gallery.js", "text/javascript; charset=utf-8";
    /// The wall of pictures of a batch.
    wall = "wall.js", "text/javascript; charset=utf-8";
    /// A photo beside what its camera made of it.
    compare = "compare.js", "text/javascript; charset=utf-8";
    /// Uploads.
    upload = "upload.js", "text/javascript; charset=utf-8";
    /// The editor of recipes.
    recipe = "recipe.js", "text/javascript; charset=utf-8";
    /// Operations.
    operations = "operations.js", "text/javascript; charset=utf-8";
    /// A photo by a recipe, and its histogram.
    look = "look.js", "text/javascript; charset=utf-8";
    /// Uploads of assets.
    assets = "assets.js", "text/javascript; charset=utf-8";
    /// The mark of the house.
    icon = "icon.svg", "image/svg+xml";
}

impl File {
    fn new(name: &'static str, kind: &'static str, bytes: &'static [u8]) -> Self {
        let hash = blake3::hash(bytes).to_hex();
        Self { name, kind, bytes, path: format!("/console/{}/{name}", &hash[..16]) }
    }
}

/// One of them; nobody is asked who they are.
pub async fn file(Path((hash, name)): Path<(String, String)>) -> Response {
    let path = format!("/console/{hash}/{name}");
    match FILES.iter().find(|f| f.path == path) {
        Some(file) => {
            let headers = [
                (header::CONTENT_TYPE, file.kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, file.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a first visit may cost, before any compression.
    #[test]
    fn all_of_them_stay_small() {
        let bytes: usize = FILES.iter().map(|f| f.bytes.len()).sum();
        assert!(bytes <= 120_000, "{bytes} bytes of style and scripts");
    }
}
