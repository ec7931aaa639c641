//! How many parts a file has, counted before room is made for them: two bytes of a file can announce
//! a node that takes two hundred in memory.

use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use super::OnnxError;

/// Parts of a file: nodes, attributes, tensors, names... A network of 128 layers has some hundred.
pub(super) const MOST_PARTS: usize = 100_000;

/// Integers of a file: a byte of it can announce one that takes eight in memory. The weights of a network are
/// no integers, except those of sixteen bits in old files.
pub(super) const MOST_INTEGERS: usize = 1 << 24;

/// What may still come.
struct Left {
    parts: usize,
    integers: usize,
}

/// A message, by what its fields are.
#[derive(Clone, Copy)]
enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    Shape,
    /// One whose fields are numbers and texts.
    Plain,
}

impl Kind {
    /// The message in field `tag`, if that is one that is read.
    fn of_field(self, tag: u32) -> Option<Self> {
        Some(match (self, tag) {
            (Self::Model, 7) => Self::Graph,
            (Self::Graph, 1) => Self::Node,
            (Self::Node, 5) => Self::Attribute,
            (Self::Graph | Self::Attribute, 5) => Self::Tensor,
            (Self::Graph, 11 | 12) => Self::Value,
            (Self::Value, 2) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::TensorType, 2) => Self::Shape,
            (Self::Shape, 1) | (Self::Tensor, 13) | (Self::Model, 8 | 14) => Self::Plain,
            _ => return None,
        })
    }

    /// Whether field `tag` has integers.
    fn has_integers(self, tag: u32) -> bool {
        matches!((self, tag), (Self::Tensor, 1 | 5 | 7) | (Self::Attribute, 8))
    }
}

/// Refuses a file of too many parts.
pub(super) fn check(bytes: &[u8]) -> Result<(), OnnxError> {
    let mut left = Left { parts: MOST_PARTS, integers: MOST_INTEGERS };
    count(bytes, Kind::Model, &mut left)
}

/// As deep as kinds are nested: seven calls at most.
fn count(mut bytes: &[u8], kind: Kind, left: &mut Left) -> Result<(), OnnxError> {
    while !bytes.is_empty() {
        let (tag, wire_type) = decode_key(&mut bytes)?;
        let mut take_integers = |count: usize| {
            let rest = left.integers.checked_sub(if kind.has_integers(tag) { count } else { 0 });
            left.integers = rest.ok_or(OnnxError::TooManyIntegers { limit: MOST_INTEGERS })?;
            Ok::<(), OnnxError>(())
        };
        if wire_type != WireType::LengthDelimited {
            take_integers(1)?;
            skip_field(wire_type, tag, &mut bytes, DecodeContext::default())?;
            continue;
        }
        let claimed = decode_varint(&mut bytes)?;
        let content = usize::try_from(claimed).ok().and_then(|len| bytes.split_at_checked(len));
        let rest = bytes.len();
        let (content, after) = content.ok_or(OnnxError::Truncated { claimed, rest })?;
        bytes = after;
        // Each has a byte or more.
        take_integers(content.len())?;
        let parts = left.parts.checked_sub(1);
        left.parts = parts.ok_or(OnnxError::TooManyParts { limit: MOST_PARTS })?;
        if let Some(inner) = kind.of_field(tag) {
            count(content, inner, left)?;
        }
    }
    Ok(())
}
