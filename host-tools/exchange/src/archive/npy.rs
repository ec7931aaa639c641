//! NumPy's arrays: a header in Python's notation, then the numbers.

use safetensors::Dtype;

use super::{ArchiveError, Stored};

/// The array `name` of a file in NumPy's format.
pub(super) fn tensor(name: &str, bytes: &[u8]) -> Result<Stored, ArchiveError> {
    let refused =
        |problem: &str| ArchiveError::Array { name: name.into(), problem: problem.into() };
    let damaged = || refused("is damaged: save it again");
    let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or_else(damaged)?;
    let (length, rest) = match rest {
        [1, _, a, b, rest @ ..] => (u16::from_le_bytes([*a, *b]).into(), rest),
        [2 | 3, _, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, rest),
        _ => return Err(damaged()),
    };
    let (header, data) = rest.split_at_checked(length).ok_or_else(damaged)?;
    let header = str::from_utf8(header).map_err(|_| damaged())?;
    let after =
        |key: &str| header.split_once(key).map(|(_, rest)| rest.trim_start_matches([':', ' ']));
    let kind = after("'descr'").and_then(|rest| rest.strip_prefix('\'')?.split_once('\''));
    let (kind, _) = kind.ok_or_else(|| refused("has fields: save plain arrays"))?;
    let (dtype, size) = match kind {
        "<f4" => (Dtype::F32, 4),
        "<f2" => (Dtype::F16, 2),
        "<f8" => (Dtype::F64, 8),
        "<i8" => (Dtype::I64, 8),
        "<i4" => (Dtype::I32, 4),
        other => {
            let other = other.escape_debug();
            return Err(refused(&format!(
                "is of type {other}: convert it (.astype(numpy.float32))"
            )));
        }
    };
    if !after("'fortran_order'").is_some_and(|rest| rest.starts_with("False")) {
        return Err(refused("has its columns first: save numpy.ascontiguousarray(array)"));
    }
    let shape = after("'shape'").and_then(|rest| rest.strip_prefix('(')?.split_once(')'));
    let (shape, _) = shape.ok_or_else(damaged)?;
    let sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty()).map(str::parse);
    let shape = sizes.collect::<Result<Vec<usize>, _>>().map_err(|_| damaged())?;
    let count = shape.iter().try_fold(size, |all: usize, &size| all.checked_mul(size));
    if count != Some(data.len()) {
        return Err(damaged());
    }
    Ok(Stored { name: name.into(), dtype, shape, data: data.to_vec() })
}
