//! Whether a process holds work of any kind, for whoever would take it away.

use tokio::sync::watch;

/// Counts what is held.
#[derive(Debug, Clone)]
pub struct Busy(watch::Sender<usize>);

/// Something that is held as long as this lives.
#[derive(Debug)]
pub struct Hold(watch::Sender<usize>);

impl Busy {
    /// Nothing is held yet; how many things are, the other end tells, until nobody can hold anything any more.
    pub fn new() -> (Self, watch::Receiver<usize>) {
        let (held, told) = watch::channel(0);
        (Self(held), told)
    }

    /// Holds one more.
    pub fn hold(&self) -> Hold {
        self.0.send_modify(|held| *held += 1);
        Hold(self.0.clone())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.send_modify(|held| *held -= 1);
    }
}
