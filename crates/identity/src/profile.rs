//! Keys in the files of the command line tools: for a person's own machine.

use crate::place::Place;
use aws_credential_types::Credentials;
use std::collections::BTreeMap;
use std::io;

/// Ways to credentials that only the tools themselves go.
const UNSUPPORTED: [&str; 5] = ["role_arn", "source_profile", "credential_process", "sso_session", "sso_start_url"];

type Section = BTreeMap<String, String>;

/// The keys of the profile that the environment names, or of the default one.
pub fn read(place: &Place) -> Result<Option<Credentials>, String> {
    let named = place.var("AWS_PROFILE");
    let name = named.clone().unwrap_or_else(|| "default".into());
    let mut section = section(place, "AWS_CONFIG_FILE", "config", &name)?;
    // What stands in the file of credentials counts before what stands in the other.
    section.extend(self::section(place, "AWS_SHARED_CREDENTIALS_FILE", "credentials", &name)?);
    if let Some(key) = UNSUPPORTED.iter().find(|key| section.contains_key(**key)) {
        return Err(format!(
            "the profile `{name}` has `{key}`, which is not supported; export keys of it into the environment"
        ));
    }
    match (section.remove("aws_access_key_id"), section.remove("aws_secret_access_key")) {
        (Some(key), Some(secret)) => {
            Ok(Some(Credentials::new(key, secret, section.remove("aws_session_token"), None, "profile")))
        }
        (None, None) if named.is_none() => Ok(None),
        _ => Err(format!("the profile `{name}` needs aws_access_key_id and aws_secret_access_key")),
    }
}

/// The lines of a profile in one of the files; none where the file is missing.
fn section(place: &Place, variable: &str, usual: &str, name: &str) -> Result<Section, String> {
    let file = place.var(variable).or_else(|| Some(format!("{}/.aws/{usual}", place.var("HOME")?)));
    let Some(file) = file else { return Ok(Section::new()) };
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(lines(&text, name)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Section::new()),
        Err(e) => Err(format!("cannot read `{file}`: {e}")),
    }
}

fn lines(text: &str, name: &str) -> Section {
    let mut inside = false;
    let mut found = Section::new();
    for line in text.lines() {
        // An indented line belongs to the setting before it.
        let (nested, line) = (line.starts_with([' ', '\t']), line.trim());
        if let Some(heading) = line.strip_prefix('[').and_then(|l| l.split(']').next()) {
            inside = heading.trim().trim_start_matches("profile ").trim() == name;
        } else if let Some((key, value)) = line.split_once('=')
            && inside
            && !nested
            && !line.starts_with(['#', ';'])
        {
            found.insert(key.trim().to_lowercase(), value.trim().to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(text: &str, profile: &str) -> Result<Option<Credentials>, String> {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("config");
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();
        let none = folder.path().join("none");
        read(&Place::of(
            &[
                ("AWS_CONFIG_FILE", file),
                ("AWS_SHARED_CREDENTIALS_FILE", none.to_str().unwrap()),
                ("AWS_PROFILE", profile),
            ],
            "",
        ))
    }

    const TEXT: &str = "# keys\n[default]\naws_access_key_id = A\naws_secret_access_key=S=\n\n[profile lab]\n\
        aws_access_key_id = B\naws_secret_access_key = T\ns3 =\n  aws_access_key_id = X\n[profile role]\nrole_arn = r\n";

    #[test]
    fn the_named_profile_is_read() {
        let keys = |profile| {
            let found = read_from(TEXT, profile).unwrap().unwrap();
            (found.access_key_id().to_owned(), found.secret_access_key().to_owned())
        };
        assert_eq!(keys(""), ("A".into(), "S=".into()));
        assert_eq!(keys("lab"), ("B".into(), "T".into()), "nested lines are something else");
    }

    #[test]
    fn what_is_not_supported_is_said() {
        assert!(read_from(TEXT, "role").unwrap_err().contains("role_arn"));
        assert!(read_from(TEXT, "gone").unwrap_err().contains("gone"));
        assert!(read_from("", "").unwrap().is_none());
    }
}
