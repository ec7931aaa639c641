//! PyTorch's archives: a pickled list of tensors, and a file for each storage.

use safetensors::Dtype;

use super::pickle::{Machine, Tensor, Value};
use super::{Archive, ArchiveError, Stored};
use crate::onnx::LARGEST;

/// The tensors that `pickle` lists; of a checkpoint with other things, those of its one dict that has any.
pub(super) fn tensors(
    archive: &mut Archive<'_>,
    pickle: &str,
) -> Result<Vec<Stored>, ArchiveError> {
    let root = pickle.strip_suffix("data.pkl").unwrap_or("");
    if let Ok(order) = archive.read(&format!("{root}byteorder"))
        && order != b"little"
    {
        return Err(ArchiveError::BigEndian);
    }
    let (machine, value) = Machine::run(&archive.read(pickle)?)?;
    let Value::Dict(dict) = value else {
        return Err(ArchiveError::Pickle { problem: "it is no dict of tensors" });
    };
    let named = |dict: usize| -> Vec<(&str, &Tensor)> {
        let tensors = machine.items(dict).iter().filter_map(|item| match item {
            (Value::Text(name), Value::Tensor(tensor)) => Some((name.as_str(), tensor)),
            _ => None,
        });
        tensors.collect()
    };
    let mut found = named(dict);
    if found.is_empty() {
        let inner = machine.items(dict).iter().filter_map(|item| match item.1 {
            Value::Dict(inner) if inner != dict => Some(named(inner)),
            _ => None,
        });
        let mut inner = inner.filter(|tensors| !tensors.is_empty());
        found = inner.next().unwrap_or_default();
        if found.is_empty() || inner.next().is_some() {
            return Err(ArchiveError::Pickle { problem: "it has not one dict of tensors" });
        }
    }
    let mut left = LARGEST;
    let mut stored: Vec<(String, Vec<u8>)> = Vec::new();
    let mut tensors = Vec::new();
    for (name, tensor) in found {
        if stored.last().is_none_or(|(key, _)| *key != tensor.key) {
            let bytes = archive.read(&format!("{root}data/{}", tensor.key))?;
            // Tensors that share a storage follow each other.
            stored = vec![(tensor.key.clone(), bytes)];
        }
        tensors.push(gathered(name, tensor, &stored[0].1, &mut left)?);
    }
    Ok(tensors)
}

/// The type of numbers of a storage, and how many bytes one has.
fn numbers(kind: &str) -> Option<(Dtype, usize)> {
    Some(match kind {
        "torch.FloatStorage" => (Dtype::F32, 4),
        "torch.HalfStorage" => (Dtype::F16, 2),
        "torch.BFloat16Storage" => (Dtype::BF16, 2),
        "torch.DoubleStorage" => (Dtype::F64, 8),
        "torch.LongStorage" => (Dtype::I64, 8),
        "torch.IntStorage" => (Dtype::I32, 4),
        "torch.ByteStorage" => (Dtype::U8, 1),
        "torch.BoolStorage" => (Dtype::BOOL, 1),
        _ => return None,
    })
}

/// A tensor's numbers in order, wherever its strides have them.
fn gathered(
    name: &str,
    tensor: &Tensor,
    storage: &[u8],
    left: &mut usize,
) -> Result<Stored, ArchiveError> {
    let refused = |problem: String| ArchiveError::Array { name: name.into(), problem };
    let Some((dtype, size)) = numbers(&tensor.kind) else {
        let kind = tensor.kind.escape_debug();
        return Err(refused(format!("is of {kind}: convert it (.float()) before you save it")));
    };
    let outside =
        || refused("lies outside of its storage: the file is damaged, save it again".into());
    let count = tensor.shape.iter().try_fold(1usize, |all, &size| all.checked_mul(size));
    let count = count.and_then(|count| count.checked_mul(size)).ok_or_else(outside)?;
    *left = left.checked_sub(count).ok_or(ArchiveError::TooLarge { limit: LARGEST })?;
    let mut data = Vec::with_capacity(count);
    if count > 0 {
        // The last number, if all others come before it.
        let steps = tensor.shape.iter().zip(&tensor.strides);
        let last = steps.clone().try_fold(tensor.offset, |at, (&size, &stride)| {
            at.checked_add((size - 1).checked_mul(stride)?)
        });
        let end = last.and_then(|last| last.checked_add(1)?.checked_mul(size));
        end.filter(|&end| end <= storage.len()).ok_or_else(outside)?;
        let mut place = vec![0; tensor.shape.len()];
        loop {
            let at: usize = place.iter().zip(&tensor.strides).map(|(at, stride)| at * stride).sum();
            let at = (tensor.offset + at) * size;
            data.extend(&storage[at..at + size]);
            let Some(turn) =
                (0..place.len()).rev().find(|&axis| place[axis] + 1 < tensor.shape[axis])
            else {
                break;
            };
            place[turn] += 1;
            place[turn + 1..].fill(0);
        }
    }
    Ok(Stored { name: name.into(), dtype, shape: tensor.shape.clone(), data })
}
