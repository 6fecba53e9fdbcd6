//! pgbouncer in front of PostgreSQL: each transaction gets a connection of the server, and the next one may get another.

use crate::postgres::Postgres;
use crate::process::{Engine, Server, folder, free_port, give, lesser, program};
use tempfile::TempDir;

/// A pgbouncer; killed when dropped.
#[derive(Debug)]
pub struct Pgbouncer {
    server: Server,
    _folder: TempDir,
}

impl Pgbouncer {
    /// Starts one that opens so many connections to each database of this server.
    pub fn start(postgres: &Postgres, pool_size: u32) -> Self {
        let (folder, user, port) = (folder(), lesser("postgres"), free_port());
        let (file, to) = (folder.path().join("pgbouncer.ini"), postgres.port());
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={to} user=postgres\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = {pool_size}\nmax_client_conn = 500\n"
        );
        std::fs::write(&file, text).expect("a file in our folder");
        if let Some(user) = user {
            give(folder.path(), user);
            give(&file, user);
        }
        let (program, path) = (program("pgbouncer", "pgbouncer"), folder.path().into());
        let args = vec![file.display().to_string()];
        let engine = Engine { program, args, env: Vec::new(), user, port, folder: path };
        Self { server: Server::start(engine), _folder: folder }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// The URL of this database through it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port())
    }

    /// What it said.
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// SIGKILL.
    pub fn kill(&self) {
        self.server.kill();
    }

    /// Starts it again on the same port.
    pub fn revive(&self) {
        self.server.revive();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_leads_to_the_server() {
        let postgres = Postgres::start();
        postgres.create("shop");
        let bouncer = Pgbouncer::start(&postgres, 2);
        let mut psql = std::process::Command::new("psql");
        let output =
            psql.args(["-XAqt", "-d", &bouncer.url("shop"), "-c", "SELECT current_database()"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "shop", "{output:?}\n{}", bouncer.log());
    }
}
