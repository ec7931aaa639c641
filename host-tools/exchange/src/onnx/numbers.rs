//! The numbers of a tensor, in whichever of the format's ways they are stored.

use half::{bf16, f16};

use super::NumbersError;
use super::constant::Constant;
use super::proto::{BFLOAT16, EXTERNAL, FLOAT, FLOAT16, INT32, INT64, TensorProto, type_name};

/// A tensor's dimensions, if its numbers are as many as these say.
fn sizes(tensor: &TensorProto, count: usize, bytes: usize) -> Result<Vec<usize>, NumbersError> {
    let sizes: Option<Vec<usize>> =
        tensor.dims.iter().map(|&dim| usize::try_from(dim).ok()).collect();
    let product =
        |sizes: &Vec<usize>| sizes.iter().try_fold(1usize, |all, &size| all.checked_mul(size));
    match sizes {
        Some(sizes) if product(&sizes) == Some(count) => Ok(sizes),
        _ => Err(NumbersError::Count { dims: tensor.dims.clone(), bytes }),
    }
}

/// A tensor of floats or of integers, its numbers in the file.
pub(super) fn constant(tensor: &TensorProto) -> Result<Constant, NumbersError> {
    constant_with(tensor, |tensor| {
        let file = tensor.external_data.iter().find(|entry| entry.key == "location");
        let file = file.map_or("", |entry| &entry.value).into();
        Err(NumbersError::External { file, problem: "that is not read here" })
    })
}

/// The same; `outside` reads the bytes of one whose numbers are in another file.
pub(super) fn constant_with(
    tensor: &TensorProto,
    outside: impl FnOnce(&TensorProto) -> Result<Vec<u8>, NumbersError>,
) -> Result<Constant, NumbersError> {
    let inside;
    let tensor = if tensor.data_location == EXTERNAL || !tensor.external_data.is_empty() {
        let raw_data = outside(tensor)?;
        inside = TensorProto {
            raw_data,
            dims: tensor.dims.clone(),
            data_type: tensor.data_type,
            ..TensorProto::default()
        };
        &inside
    } else {
        tensor
    };
    let wrong = || NumbersError::Count { dims: tensor.dims.clone(), bytes: tensor.raw_data.len() };
    if matches!(tensor.data_type, INT64 | INT32) {
        let (shape, values) = integers(tensor)?;
        return Constant::integers(&shape, values).ok_or_else(wrong);
    }
    let (shape, values) = floats(tensor)?;
    Constant::floats(&shape, values).ok_or_else(wrong)
}

/// The bytes of `raw`, `N` for each number.
fn raw<const N: usize, T>(
    tensor: &TensorProto,
    number: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>, NumbersError> {
    let (numbers, rest) = tensor.raw_data.as_chunks::<N>();
    if rest.is_empty() {
        return Ok(numbers.iter().map(|bytes| number(*bytes)).collect());
    }
    Err(NumbersError::Count { dims: tensor.dims.clone(), bytes: tensor.raw_data.len() })
}

/// Shape and numbers: `FLOAT` as they are, `FLOAT16` and `BFLOAT16` exactly.
fn floats(tensor: &TensorProto) -> Result<(Vec<usize>, Vec<f32>), NumbersError> {
    let is_raw = !tensor.raw_data.is_empty();
    // Half precision without raw bytes: each in the lower half of an integer.
    let halves = || tensor.int32_data.iter().map(|&bits| bits as u16);
    let values: Vec<f32> = match tensor.data_type {
        FLOAT if is_raw => raw(tensor, f32::from_le_bytes)?,
        FLOAT => tensor.float_data.clone(),
        FLOAT16 if is_raw => raw(tensor, |bytes| f16::from_le_bytes(bytes).to_f32())?,
        FLOAT16 => halves().map(|bits| f16::from_bits(bits).to_f32()).collect(),
        BFLOAT16 if is_raw => raw(tensor, |bytes| bf16::from_le_bytes(bytes).to_f32())?,
        BFLOAT16 => halves().map(|bits| bf16::from_bits(bits).to_f32()).collect(),
        other => {
            let wanted = "FLOAT, FLOAT16 or BFLOAT16";
            return Err(NumbersError::Type { found: type_name(other), wanted });
        }
    };
    let bytes = if is_raw { tensor.raw_data.len() } else { size_of_val(&values[..]) };
    Ok((sizes(tensor, values.len(), bytes)?, values))
}

/// Numbers that are sizes, positions or axes.
fn integers(tensor: &TensorProto) -> Result<(Vec<usize>, Vec<i64>), NumbersError> {
    let is_raw = !tensor.raw_data.is_empty();
    let values: Vec<i64> = match tensor.data_type {
        INT64 if is_raw => raw(tensor, i64::from_le_bytes)?,
        INT64 => tensor.int64_data.clone(),
        INT32 if is_raw => raw(tensor, |bytes| i32::from_le_bytes(bytes).into())?,
        INT32 => tensor.int32_data.iter().map(|&value| value.into()).collect(),
        other => {
            let wanted = "INT64 or INT32";
            return Err(NumbersError::Type { found: type_name(other), wanted });
        }
    };
    let bytes = if is_raw { tensor.raw_data.len() } else { size_of_val(&values[..]) };
    Ok((sizes(tensor, values.len(), bytes)?, values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(data_type: i32, dims: &[i64]) -> TensorProto {
        TensorProto { data_type, dims: dims.to_vec(), ..TensorProto::default() }
    }

    #[test]
    fn every_way_of_storing_gives_the_same_numbers() {
        let expected = (vec![2, 1], vec![1.0, -2.0]);
        let raw_data = [1.0f32, -2.0].map(f32::to_le_bytes).concat();
        let raw = TensorProto { raw_data, ..tensor(FLOAT, &[2, 1]) };
        assert_eq!(floats(&raw), Ok(expected.clone()));
        let list = TensorProto { float_data: vec![1.0, -2.0], ..tensor(FLOAT, &[2, 1]) };
        assert_eq!(floats(&list), Ok(expected.clone()));
        for (data_type, bits) in [(FLOAT16, [0x3c00, 0xc000]), (BFLOAT16, [0x3f80, 0xc000])] {
            let list = TensorProto { int32_data: bits.to_vec(), ..tensor(data_type, &[2, 1]) };
            assert_eq!(floats(&list), Ok(expected.clone()));
            let raw_data = bits.map(|bits| (bits as u16).to_le_bytes()).concat();
            let raw = TensorProto { raw_data, ..tensor(data_type, &[2, 1]) };
            assert_eq!(floats(&raw), Ok(expected.clone()));
        }
        let list = TensorProto { int64_data: vec![1, -1], ..tensor(INT64, &[2]) };
        assert_eq!(integers(&list), Ok((vec![2], vec![1, -1])));
        let raw_data = [1i32, -1].map(i32::to_le_bytes).concat();
        let raw = TensorProto { raw_data, ..tensor(INT32, &[2]) };
        assert_eq!(integers(&raw), Ok((vec![2], vec![1, -1])));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let claims =
            TensorProto { float_data: vec![1.0], ..tensor(FLOAT, &[1_000_000, 1_000_000]) };
        assert!(matches!(floats(&claims), Err(NumbersError::Count { bytes: 4, .. })));
        let claims = TensorProto { float_data: vec![1.0], ..tensor(FLOAT, &[i64::MAX, i64::MAX]) };
        assert!(matches!(floats(&claims), Err(NumbersError::Count { .. })));
        let negative = TensorProto { float_data: vec![1.0], ..tensor(FLOAT, &[-1, -1]) };
        assert!(matches!(floats(&negative), Err(NumbersError::Count { .. })));
        let half = TensorProto { raw_data: vec![0; 3], ..tensor(FLOAT, &[1]) };
        assert!(matches!(floats(&half), Err(NumbersError::Count { bytes: 3, .. })));
        let double = tensor(11, &[0]);
        let error = floats(&double).unwrap_err().to_string();
        assert!(error.contains("DOUBLE") && error.contains(".float()"), "{error}");
        let nan = TensorProto { float_data: vec![0.0, f32::NAN], ..tensor(FLOAT, &[2]) };
        let nan = constant(&nan).and_then(|constant| constant.array());
        assert!(matches!(nan, Err(NumbersError::NotFinite { index: 1, .. })));
        let elsewhere = TensorProto { data_location: EXTERNAL, ..tensor(FLOAT, &[2]) };
        assert!(matches!(constant(&elsewhere), Err(NumbersError::External { .. })));
    }
}
