//! The workflow of GitHub Actions that releases onto the stack of a template: `workflow.yml`, with the design's words in it.

use super::EmitError;
use super::template::id;
use super::yaml::quoted;
use crate::design::Design;

const TEXT: &str = include_str!("workflow.yml");

/// The environment of the workflow: the only one that the role trusts, unless the stack is told another.
pub(super) const ENVIRONMENT: &str = "production";

/// The workflow of a design.
///
/// # Errors
/// Where a release has no colours or no bucket.
pub(super) fn workflow(design: &Design) -> Result<String, EmitError> {
    let lacks = |why: &str| EmitError::unsupported(format!("a release of `{}`", design.name), why);
    let colours = design.colours.as_ref();
    let colours = colours.ok_or_else(|| lacks("it has no [colours], and a release changes which of two is live"))?;
    let bucket = colours.releases.as_ref();
    let bucket =
        bucket.ok_or_else(|| lacks("[colours] names no bucket for `releases`, from which machines fetch them"))?;
    if !design.region.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return Err(EmitError::unsupported(format!("region `{}`", design.region), "expected such as ap-northeast-2"));
    }
    // The name comes last: nothing of it is taken for a place to fill.
    let filled = TEXT
        .replace("<REGION>", &design.region)
        .replace("<ENVIRONMENT>", ENVIRONMENT)
        .replace("<BUCKET>", &id(bucket.get_ref(), "BucketName"));
    Ok(filled.replacen("<NAME>", &quoted(&format!("Release of {}", design.name)), 1))
}
