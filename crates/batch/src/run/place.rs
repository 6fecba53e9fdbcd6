//! Where a photo's renditions go, once its header is known; the last guard against two photos in one file.

use crate::plan::{Plan, Planned, Wanted};
use darkroom::{Class, Failure, Header, Output, Place};
use develop::recipe::Template;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The paths that are taken, by photo.
#[derive(Default)]
pub struct Taken(Mutex<HashMap<PathBuf, u64>>);

impl Taken {
    /// The first photo that asks for a path has it, however often it asks.
    fn take(&self, path: &Path, photo: u64) -> bool {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *taken.entry(path.into()).or_insert(photo) == photo
    }
}

/// The darkroom's question, answered for one photo.
pub fn place(plan: &Plan, photo: &Planned, out: &Path, taken: &Arc<Taken>) -> Place {
    let (template, photo, out, taken) = (plan.template.clone(), photo.clone(), out.to_path_buf(), taken.clone());
    Arc::new(move |header| outputs(&template, &photo, &out, &taken, header))
}

fn outputs(
    template: &Template,
    photo: &Planned,
    out: &Path,
    taken: &Taken,
    header: &Header,
) -> Result<Vec<Output>, Failure> {
    let camera = header.capture.model.clone();
    let output = |wanted: &Arc<Wanted>| {
        let path = out.join(photo.path(template, wanted, Some((&header.capture, &camera))));
        if !taken.take(&path, photo.seq) {
            return Err(collision(&path));
        }
        Ok(Output { rendition: wanted.rendition.clone(), path })
    };
    photo.wanted.iter().map(output).collect()
}

fn collision(path: &Path) -> Failure {
    Failure {
        class: Class::Input,
        what: "another photo of this batch has the same output path".into(),
        why: format!("both would become {}", path.display()),
        hint: "put {dir}, {stem} or {seq} into output.path".into(),
    }
}
