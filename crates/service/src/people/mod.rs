//! People: what they may be called, and their passwords. How they come in over the web stands in [`crate::web`].

mod passwords;

pub use passwords::Passwords;

use crate::web::Problem;

/// A login as the ledger keeps it: in small letters.
pub fn login(text: &str) -> Result<String, Problem> {
    let login = text.trim().to_lowercase();
    let fits =
        (1..=254).contains(&login.chars().count()) && !login.contains(|c: char| c.is_whitespace() || c.is_control());
    fits.then_some(login).ok_or_else(|| Problem::invalid("a login has 1 to 254 characters, none of them a space"))
}

/// What people call a user.
pub fn name(text: &str) -> Result<String, Problem> {
    let name = text.trim();
    let fits = (1..=100).contains(&name.chars().count()) && !name.contains(char::is_control);
    fits.then(|| name.to_owned()).ok_or_else(|| Problem::invalid("a name has 1 to 100 characters in one line"))
}

/// May this be the password of this login. Long is good; what it is made of is nobody's business.
pub fn password(text: &str, login: &str) -> Result<(), Problem> {
    if !(12..=256).contains(&text.chars().count()) {
        return Err(Problem::invalid("a password has 12 to 256 characters"));
    }
    if text.to_lowercase() == login {
        return Err(Problem::invalid("a login is no password; choose another one"));
    }
    Ok(())
}

/// May this be the passcode of a link.
pub fn passcode(text: &str) -> Result<(), Problem> {
    let fits = (6..=256).contains(&text.chars().count());
    fits.then_some(()).ok_or_else(|| Problem::invalid("a passcode has 6 to 256 characters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_small_and_whole() {
        assert_eq!(login(" Anna.Ärger@Lab.Example ").unwrap(), "anna.ärger@lab.example");
        for wrong in ["", "  ", "an na", "an\u{0}na", "an\nna", &"a".repeat(255)] {
            assert!(login(wrong).is_err(), "{wrong:?}");
        }
        assert!(login(&"ä".repeat(254)).is_ok());
    }

    #[test]
    fn names_are_a_line() {
        assert_eq!(name(" Anna von der Au ").unwrap(), "Anna von der Au");
        assert!(name(" ").is_err() && name("a\nb").is_err() && name(&"a".repeat(101)).is_err());
    }

    #[test]
    fn passcodes_are_shorter() {
        assert!(passcode("6 char").is_ok() && passcode(&"ä".repeat(256)).is_ok());
        assert!(passcode("5 cha").is_err() && passcode(&"a".repeat(257)).is_err());
    }

    #[test]
    fn passwords_are_long_and_not_the_login() {
        assert!(password("twelve chars", "anna").is_ok() && password(&"ä".repeat(256), "anna").is_ok());
        assert!(password("eleven char", "anna").is_err() && password(&"a".repeat(257), "anna").is_err());
        assert!(password("Anna@Lab.Example", "anna@lab.example").is_err());
    }
}
