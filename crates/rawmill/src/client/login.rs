//! `rawmill login`.

use super::{brief, login_file};
use crate::DONE;
use crate::args::LoginArgs;
use crate::say::{self, Trouble, words};
use client::{Client, Key, Login};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{self, BufRead, IsTerminal, stdin};
use std::path::Path;

/// Keeps a key for a server that takes it.
pub fn login(args: &LoginArgs) -> Result<u8, Trouble> {
    if client::login::is_open(&args.url) {
        say::warning(format!("{} is plain HTTP: keys and photos can be read on the way", args.url));
    }
    let file = login_file()?;
    match &args.setup_token {
        Some(token) => {
            let login = Login { key: first_key(args, token)?, url: args.url.clone() };
            // Before anything else: the token is gone, this is the only copy of the key.
            login.save(&file)?;
            Client::new(login, brief()).check_key()?;
        }
        None => {
            let login = Login { key: key()?, url: args.url.clone() };
            Client::new(login.clone(), brief()).check_key()?;
            login.save(&file)?;
        }
    }
    say::note(format!("logged in at {}; the key is in {}", args.url, file.display()));
    Ok(DONE)
}

fn first_key(args: &LoginArgs, token: &Path) -> Result<Key, Trouble> {
    let token = std::fs::read_to_string(token).map_err(|e| Trouble::unreadable(token, &e))?;
    Ok(Client::without_key(args.url.clone(), brief()).set_up(&token)?)
}

/// From the environment, or from standard input.
fn key() -> Result<Key, Trouble> {
    let text = match std::env::var("RAWMILL_KEY") {
        Ok(text) => text,
        Err(_) => read().map_err(|e| Trouble::new("cannot read a key on standard input", words(&e), ""))?,
    };
    Key::try_from(text).map_err(|e| Trouble::new("this is no key", e, "`rawmill admin key TENANT` makes one"))
}

fn read() -> io::Result<String> {
    let _silence = Silence::begin();
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(line)
}

/// While it lives, the terminal does not show what is typed.
struct Silence(Termios);

impl Silence {
    fn begin() -> Option<Self> {
        if !stdin().is_terminal() {
            return None;
        }
        eprint!("key: ");
        let before = tcgetattr(stdin()).ok()?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(stdin(), OptionalActions::Flush, &silent).ok()?;
        Some(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // There is nobody to tell.
        let _ = tcsetattr(stdin(), OptionalActions::Flush, &self.0);
        eprintln!();
    }
}
