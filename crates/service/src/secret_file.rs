//! Files with a secret in the data folder, which processes make when they first start.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Makes the file where it is missing, for its owner alone: whole or not at all, whenever the process is killed. Of several
/// that make it at once the first one wins.
pub fn make_once(path: &Path, text: impl FnOnce() -> io::Result<String>) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let draft = path.with_extension(format!("{}", std::process::id()));
    let made = write(&draft, &text()?).and_then(|()| publish(&draft, path));
    let removed = fs::remove_file(&draft);
    made.and(removed)
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    // What a process with our number left must not lend us its readers.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Only the first second name succeeds.
fn publish(draft: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(draft, path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked.and_then(|()| File::open(path.parent().unwrap_or(path))?.sync_all()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_first_one_wins_and_is_whole() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("token");
        let draft = folder.path().join(format!("token.{}", std::process::id()));
        fs::write(&draft, "half of what a process with our number wrote before it was killed").unwrap();
        make_once(&path, || Ok("first".into())).unwrap();
        make_once(&path, || Ok("second".into())).unwrap();
        // Another process was faster between the look and the link.
        write(&draft, "third").unwrap();
        publish(&draft, &path).unwrap();
        fs::remove_file(&draft).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        make_once(&folder.path().join("none"), || Err(io::Error::other("no randomness"))).unwrap_err();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else stays");
    }
}
