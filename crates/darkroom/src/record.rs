//! Small records with opened descriptors over a socket: a length of four bytes (little endian), JSON, and descriptors that
//! travel beside it (`SCM_RIGHTS`).

use crate::system;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
};
use serde::{Serialize, de::DeserializeOwned};
use std::io::{self, ErrorKind, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

/// Largest record in bytes: recipes and reports are small, pixels have no place here.
pub const MAX_RECORD: usize = 1 << 20;
/// Most descriptors beside one record; the kernel's own limit is 253.
pub const MAX_DESCRIPTORS: usize = 250;

/// One end of the line to the other process.
pub struct Line<F: AsFd> {
    socket: F,
    /// Bytes sent and received so far.
    pub bytes: u64,
}

impl<F: AsFd> Line<F> {
    /// Takes over a connected stream socket.
    pub fn new(socket: F) -> Self {
        Self { socket, bytes: 0 }
    }

    /// Sends `record` and `descriptors`; gives up at `deadline` with [`ErrorKind::TimedOut`].
    pub fn send<T: Serialize>(
        &mut self,
        record: &T,
        descriptors: &[BorrowedFd],
        deadline: Option<Instant>,
    ) -> io::Result<()> {
        let frame = frame(record)?;
        let mut sent = 0;
        while sent < frame.len() {
            let beside = if sent == 0 { descriptors } else { &[] };
            match send_some(self.socket.as_fd(), &frame[sent..], beside) {
                Err(Errno::AGAIN) => wait(self.socket.as_fd(), PollFlags::OUT, deadline)?,
                Err(Errno::INTR) => {}
                other => sent += other?,
            }
        }
        self.bytes += frame.len() as u64;
        Ok(())
    }

    /// Receives the next record; [`ErrorKind::UnexpectedEof`] when the other end is gone.
    pub fn receive<T: DeserializeOwned>(&mut self, deadline: Option<Instant>) -> io::Result<(T, Vec<OwnedFd>)> {
        let mut descriptors = Vec::new();
        let mut head = [0; 4];
        self.fill(&mut head, &mut descriptors, deadline)?;
        let len = u32::from_le_bytes(head) as usize;
        if len > MAX_RECORD {
            return Err(invalid(format!("a record of {len} bytes exceeds {MAX_RECORD}")));
        }
        let mut body = vec![0; len];
        self.fill(&mut body, &mut descriptors, deadline)?;
        self.bytes += (head.len() + len) as u64;
        Ok((serde_json::from_slice(&body).map_err(io::Error::from)?, descriptors))
    }

    fn fill(&mut self, buffer: &mut [u8], to: &mut Vec<OwnedFd>, deadline: Option<Instant>) -> io::Result<()> {
        let mut filled = 0;
        while filled < buffer.len() {
            match receive_some(self.socket.as_fd(), &mut buffer[filled..], to) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Err(Errno::AGAIN) => wait(self.socket.as_fd(), PollFlags::IN, deadline)?,
                Err(Errno::INTR) => {}
                other => filled += other?,
            }
        }
        Ok(())
    }
}

fn frame<T: Serialize>(record: &T) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, record)?;
    let len = frame.len() - 4;
    if len > MAX_RECORD {
        return Err(invalid(format!("a record of {len} bytes exceeds {MAX_RECORD}")));
    }
    frame[..4].copy_from_slice(&(len as u32).to_le_bytes());
    Ok(frame)
}

fn send_some(socket: BorrowedFd, bytes: &[u8], descriptors: &[BorrowedFd]) -> rustix::io::Result<usize> {
    let mut space = vec![MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_DESCRIPTORS))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() && !beside.push(SendAncillaryMessage::ScmRights(descriptors)) {
        return Err(Errno::TOOBIG);
    }
    // No signal when the other end is gone: Rust programs ignore SIGPIPE.
    rustix::net::sendmsg(socket, &[IoSlice::new(bytes)], &mut beside, SendFlags::DONTWAIT)
}

fn receive_some(socket: BorrowedFd, into: &mut [u8], to: &mut Vec<OwnedFd>) -> rustix::io::Result<usize> {
    let mut space = vec![MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_DESCRIPTORS))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let flags = system::RECEIVE | RecvFlags::DONTWAIT;
    let received = rustix::net::recvmsg(socket, &mut [IoSliceMut::new(into)], &mut beside, flags)?;
    for message in beside.drain() {
        if let RecvAncillaryMessage::ScmRights(descriptors) = message {
            to.extend(descriptors);
        }
    }
    Ok(received.bytes)
}

/// Waits until the socket is ready, or fails with [`ErrorKind::TimedOut`] at `deadline`.
pub fn wait(descriptor: BorrowedFd, what: PollFlags, deadline: Option<Instant>) -> io::Result<()> {
    let left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
    let left = left.and_then(|d| Timespec::try_from(d).ok());
    match rustix::event::poll(&mut [PollFd::new(&descriptor, what)], left.as_ref()) {
        Ok(0) => Err(ErrorKind::TimedOut.into()),
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

fn invalid(what: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::{Read, Seek, Write};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    fn pair() -> (Line<UnixStream>, Line<UnixStream>) {
        let (a, b) = UnixStream::pair().unwrap();
        (Line::new(a), Line::new(b))
    }

    #[test]
    fn a_record_and_its_descriptors_arrive_together() {
        let (mut a, mut b) = pair();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"pixels").unwrap();
        file.rewind().unwrap();
        a.send(&("develop", 7), &[file.as_fd()], None).unwrap();
        let ((word, number), mut descriptors): ((String, u32), _) = b.receive(None).unwrap();
        assert_eq!((word.as_str(), number, descriptors.len()), ("develop", 7, 1));
        let mut text = String::new();
        File::from(descriptors.remove(0)).read_to_string(&mut text).unwrap();
        assert_eq!(text, "pixels");
        assert_eq!(a.bytes, b.bytes);
    }

    #[test]
    fn a_record_larger_than_the_socket_buffer_arrives_whole() {
        let (mut a, mut b) = pair();
        let long = "x".repeat(900_000);
        let sent = long.clone();
        let sender = std::thread::spawn(move || a.send(&sent, &[], None));
        let (got, _): (String, _) = b.receive(None).unwrap();
        sender.join().unwrap().unwrap();
        assert_eq!(got, long);
    }

    #[test]
    fn the_other_end_gone_late_or_shouting_is_an_error() {
        let (a, mut b) = pair();
        let soon = Some(Instant::now() + Duration::from_millis(1));
        assert_eq!(b.receive::<u8>(soon).unwrap_err().kind(), ErrorKind::TimedOut);
        drop(a);
        assert_eq!(b.receive::<u8>(None).unwrap_err().kind(), ErrorKind::UnexpectedEof);
        let (mut a, mut b) = UnixStream::pair().map(|(a, b)| (a, Line::new(b))).unwrap();
        a.write_all(&u32::MAX.to_le_bytes()).unwrap();
        assert_eq!(b.receive::<u8>(None).unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(frame(&"x".repeat(MAX_RECORD)).unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
