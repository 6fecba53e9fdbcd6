//! A copy of a PostgreSQL server, which follows it and can take its place.
//!
//! The old server knows nothing of that: whoever promotes a copy sees to it that the old one takes no more writes.

use crate::postgres::{Postgres, run};
use std::fs;
use std::io::Write;
use std::net::SocketAddr;

/// Passes on what was committed as soon as it can.
const FOLLOW: [&str; 6] = ["--no-sync", "--checkpoint=fast", "--wal-method=stream", "-U", "postgres", "-d"];

impl Postgres {
    /// Starts a copy that follows this server; `name` is how the server knows it.
    pub fn standby(&self, name: &str) -> Self {
        self.standby_through(self.address(), name)
    }

    /// The same, reached at another address, such as a [`crate::Cable`]'s.
    pub fn standby_through(&self, address: SocketAddr, name: &str) -> Self {
        let (host, port) = (address.ip(), address.port());
        let follow = format!("host={host} port={port} user=postgres application_name={name}");
        let setting = format!("primary_conninfo={follow}");
        Self::in_folder(&[&setting, "wal_retrieve_retry_interval=200"], |data, user| {
            run("pg_basebackup", &[&FOLLOW[..], &[&follow, "-D"]].concat(), data, user);
            fs::write(data.join("standby.signal"), "").expect("a file in our folder");
        })
    }

    /// From now on nothing is committed here before this copy has it on its disk. Waits until that is so.
    pub fn commit_with(&self, name: &str) {
        self.set("synchronous_standby_names", name);
        let state = format!("SELECT sync_state FROM pg_stat_replication WHERE application_name = '{name}'");
        while self.sql("postgres", &state) != "sync" {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Takes no writes from its next start on, as an old server must not whose copy has taken over.
    pub fn fence(&self) {
        let file = fs::File::options().append(true).open(self.data().join("postgresql.auto.conf"));
        let fenced = file.and_then(|mut file| file.write_all(b"default_transaction_read_only = on\n"));
        fenced.expect("a file in our folder");
    }

    /// A copy takes the place of its server. Waits until it takes writes.
    pub fn promote(&self) {
        assert_eq!(self.sql("postgres", "SELECT pg_promote(true, 60)"), "t", "{}", self.log());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_what_was_committed_and_takes_over() {
        let first = Postgres::start_durable();
        first.create("shop");
        first.sql("shop", "CREATE TABLE kept (n INT)");
        let copy = first.standby("copy");
        first.commit_with("copy");
        first.sql("shop", "INSERT INTO kept VALUES (7)");
        assert_eq!(copy.sql("shop", "SHOW transaction_read_only"), "on");
        first.kill();
        copy.promote();
        assert_eq!(copy.sql("shop", "SELECT n FROM kept"), "7");
        copy.sql("shop", "INSERT INTO kept VALUES (8)");
    }
}
