//! Decoders: bytes of a file become a [`crate::Photo`].
