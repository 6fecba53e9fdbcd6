//! A cable between a client and a server, which can be pulled out: nothing gets through and nobody is told.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;

/// A cable; who connects to its address reaches the server. It lasts as long as the process.
#[derive(Debug, Clone)]
pub struct Cable {
    address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Debug, Default)]
struct State {
    is_out: bool,
    /// Both ends of each connection.
    ends: Vec<TcpStream>,
}

impl Cable {
    /// Lays one to this server.
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let cable = Self { address: listener.local_addr().expect("its address"), state: Arc::default() };
        let own = cable.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let cable = own.clone();
                thread::spawn(move || cable.connect(client, server));
            }
        });
        cable
    }

    /// Where it begins.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Pulls it out. Connections stay open at both ends, and new ones get no answer.
    pub fn pull(&self) {
        self.state().is_out = true;
    }

    /// Puts it in again. What was on its way arrives.
    pub fn plug(&self) {
        self.state().is_out = false;
        self.state.1.notify_all();
    }

    /// Ends all connections; what was on its way is lost.
    pub fn cut(&self) {
        let ends = std::mem::take(&mut self.state().ends);
        ends.iter().for_each(|end| drop(end.shutdown(Shutdown::Both)));
    }

    fn connect(&self, client: TcpStream, server: SocketAddr) {
        drop(self.wait());
        let Ok(server) = TcpStream::connect(server) else { return };
        let pairs = [(&client, &server), (&server, &client)].map(|(from, to)| (from.try_clone(), to.try_clone()));
        for pair in pairs {
            let (Ok(from), Ok(to)) = pair else { return };
            let cable = self.clone();
            thread::spawn(move || cable.pass_on(from, to));
        }
        self.state().ends.extend([client, server]);
    }

    /// Passes on what one end says, until it says no more.
    fn pass_on(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut block = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from.read(&mut block) {
            drop(self.wait());
            if to.write_all(&block[..length]).is_err() {
                break;
            }
        }
        // That it is over gets through no sooner.
        drop(self.wait());
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    }

    /// Until it is in.
    fn wait(&self) -> MutexGuard<'_, State> {
        self.state.1.wait_while(self.state(), |state| state.is_out).expect("nobody panics with it")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.0.lock().expect("nobody panics with it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_said_waits_until_it_is_in_again() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let cable = Cable::to(listener.local_addr().unwrap());
        let mut client = TcpStream::connect(cable.address()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let mut heard = [0; 1];
        client.write_all(b"a").unwrap();
        server.read_exact(&mut heard).unwrap();
        cable.pull();
        client.write_all(b"b").unwrap();
        server.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        assert!(server.read_exact(&mut heard).is_err(), "nothing gets through");
        cable.plug();
        server.set_read_timeout(None).unwrap();
        server.read_exact(&mut heard).unwrap();
        assert_eq!(&heard, b"b");
        cable.cut();
        assert_eq!(server.read(&mut heard).unwrap(), 0, "it is over");
    }
}
