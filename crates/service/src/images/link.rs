//! The path of a small picture: what it says, and who signed it.

use super::options::{self, Options};
use crate::web::ids::{BatchId, TaskId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use store::{Denial, SigningKeys};

/// What comes before everything that is signed, so that a signature serves for nothing else.
const PURPOSE: &str = "rawmill img 1";

/// Which picture of whose rendition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it shall be like.
    pub options: Options,
    /// The batch.
    pub batch: BatchId,
    /// A photo of it.
    pub task: TaskId,
    /// The rendition it is made of; the one that fits best if absent.
    pub rendition: Option<String>,
}

impl Link {
    /// Reads what was signed. There is one way to write a link: another one would be another picture for whoever keeps it.
    pub fn read(text: &str, most_px: u32) -> Result<Self, Vec<String>> {
        let pieces: Vec<&str> = text.split('/').collect();
        let (&[options, batch, task, ref rest @ ..], 3 | 4) = (pieces.as_slice(), pieces.len()) else {
            return Err(vec!["expected /img/SIGNATURE/OPTIONS/BATCH/TASK, and /RENDITION behind it or not".into()]);
        };
        let options = options::read(options, most_px)?;
        let (batch, task) = (batch.parse().map_err(|e| vec![e])?, task.parse().map_err(|e| vec![e])?);
        let link = Self { options, batch, task, rendition: rest.first().map(|name| (*name).to_owned()) };
        match link.to_string() {
            canonical if canonical == text => Ok(link),
            canonical => Err(vec![format!("there is one way to write this: {canonical}")]),
        }
    }

    /// The path below the service's own address.
    pub fn path(&self, keys: &SigningKeys) -> String {
        let text = self.to_string();
        let signature = URL_SAFE_NO_PAD.encode(keys.sign(&signed(&text)));
        format!("/img/{}.{signature}/{text}", keys.id())
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}/{}", self.options, self.batch, self.task)?;
        self.rendition.iter().try_for_each(|name| write!(f, "/{name}"))
    }
}

/// Whether a live key signed this text, as a link says it: `id.signature`.
pub fn admit(keys: &SigningKeys, signature: &str, text: &str) -> Result<(), Denial> {
    let (id, signature) = signature.split_once('.').ok_or(Denial::NotPresigned)?;
    keys.verify(id, &signed(text), || decode(signature))
}

fn signed(text: &str) -> String {
    format!("{PURPOSE}\n{text}")
}

/// Bits that are left over must be zero, so there is one way to write a signature.
fn decode(signature: &str) -> Result<[u8; 32], Denial> {
    let bytes = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Denial::Signature)?;
    bytes.try_into().map_err(|_| Denial::Signature)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::options::arbitrary;
    use proptest::prelude::*;
    use store::SigningKey;

    fn keys(newest: u8, previous: Option<u8>) -> SigningKeys {
        let key = |n: u8| SigningKey::new(&format!("k{n}"), &[n; 32]).unwrap();
        SigningKeys::new(key(newest), previous.map(key)).unwrap()
    }

    fn link() -> impl Strategy<Value = Link> {
        let rendition = proptest::option::of("[A-Za-z0-9_-]{1,12}");
        (arbitrary::options(), 0..i64::MAX, 0..i64::MAX, rendition).prop_map(|(options, batch, task, rendition)| Link {
            options,
            batch: BatchId(batch),
            task: TaskId(task),
            rendition,
        })
    }

    proptest! {
        #[test]
        fn a_link_reads_as_it_was_written(link in link()) {
            prop_assert_eq!(Link::read(&link.to_string(), 2048), Ok(link));
        }

        #[test]
        fn a_link_is_written_in_one_way(link in link(), how in 0..4) {
            let text = link.to_string();
            let (options, rest) = text.split_once('/').unwrap();
            let words: Vec<_> = options.split(',').collect();
            let other = match how {
                0 => format!("{}/{rest}", words.iter().rev().copied().collect::<Vec<_>>().join(",")),
                1 => text.replacen('=', "=0", 1),
                2 => text.replacen("bat_", "bat_0", 1),
                _ => format!("{options},fit=inside/{rest}"),
            };
            prop_assert_eq!(Link::read(&other, 2048).is_ok(), other == text, "{}", other);
        }

        #[test]
        fn no_text_is_read_that_would_be_written_otherwise(text in "[a-z0-9=,./_]{0,40}|.{0,40}") {
            if let Ok(link) = Link::read(&text, 2048) {
                prop_assert_eq!(link.to_string(), text);
            }
        }

        #[test]
        fn a_key_admits_what_it_signed_and_nothing_else(link in link(), at in any::<prop::sample::Index>(), to in "[a-zA-Z0-9._=/-]") {
            let path = link.path(&keys(2, None));
            let admitted = |path: &str, keys: &SigningKeys| {
                let (signature, text) = path.strip_prefix("/img/").and_then(|p| p.split_once('/')).ok_or(Denial::NotPresigned)?;
                admit(keys, signature, text)
            };
            prop_assert_eq!(admitted(&path, &keys(2, None)), Ok(()));
            prop_assert_eq!(admitted(&path, &keys(3, Some(2))), Ok(()), "the key before it");
            prop_assert_eq!(admitted(&path, &keys(3, None)), Err(Denial::UnknownKey));
            let mut other = path.clone();
            let at = 5 + at.index(path.len() - 5);
            other.replace_range(at..=at, &to);
            prop_assert_eq!(admitted(&other, &keys(2, None)).is_ok(), other == path, "{}", other);
        }
    }

    #[test]
    fn a_signature_is_the_one_of_the_documented_recipe() {
        // printf 'rawmill img 1\nw=400/bat_3/tsk_12' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0202…02
        let link = Link::read("w=400/bat_3/tsk_12", 2048).unwrap();
        assert_eq!(link.path(&keys(2, None)), "/img/k2.VKQuOOcifUzi3ZDs_bzGejXL3U8pB3eoZeD6vGfNNas/w=400/bat_3/tsk_12");
    }

    #[test]
    fn a_signature_of_a_presigned_url_is_none() {
        let keys = keys(2, None);
        let other = URL_SAFE_NO_PAD.encode(keys.sign("rawmill presigned 1\nw=400/bat_3/tsk_12"));
        assert_eq!(admit(&keys, &format!("k2.{other}"), "w=400/bat_3/tsk_12"), Err(Denial::Signature));
        assert_eq!(admit(&keys, "unsigned", "w=400/bat_3/tsk_12"), Err(Denial::NotPresigned));
        assert_eq!(admit(&keys, "k2.", "w=400/bat_3/tsk_12"), Err(Denial::Signature));
    }
}
