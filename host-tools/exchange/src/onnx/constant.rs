//! Numbers that are known before the network runs, and what nodes make of them.

use ndarray::{ArrayD, Axis, IxDyn};

use super::NumbersError;
use super::node::Node;
use super::proto::{FLOAT, INT32, INT64};
use crate::graph::Array;

/// A tensor of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Floats(ArrayD<f32>),
    /// Sizes, positions, axes; of whatever type the file has.
    Integers(ArrayD<i64>),
}

/// Does the same with either.
macro_rules! either {
    ($constant:expr, $array:ident => $result:expr) => {
        match $constant {
            Constant::Floats($array) => Constant::Floats($result),
            Constant::Integers($array) => Constant::Integers($result),
        }
    };
}

/// What a node computes of constants is not known here.
fn unknown() -> NumbersError {
    NumbersError::NotConstant
}

impl Constant {
    pub(super) fn floats(shape: &[usize], values: Vec<f32>) -> Option<Self> {
        ArrayD::from_shape_vec(IxDyn(shape), values).ok().map(Self::Floats)
    }

    pub(super) fn integers(shape: &[usize], values: Vec<i64>) -> Option<Self> {
        ArrayD::from_shape_vec(IxDyn(shape), values).ok().map(Self::Integers)
    }

    pub(super) fn shape(&self) -> &[usize] {
        match self {
            Self::Floats(array) => array.shape(),
            Self::Integers(array) => array.shape(),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Floats(array) => array.len(),
            Self::Integers(array) => array.len(),
        }
    }

    /// The numbers in order, which must all be finite.
    pub(super) fn array(&self) -> Result<Array, NumbersError> {
        let Self::Floats(array) = self else {
            return Err(NumbersError::Type { found: "INT64".into(), wanted: "FLOAT" });
        };
        let values: Vec<f32> = array.iter().copied().collect();
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(NumbersError::NotFinite { index, value: values[index] }),
            None => Ok(Array { shape: array.shape().to_vec(), values }),
        }
    }

    /// Integers in order.
    pub(super) fn list(&self) -> Result<Vec<i64>, NumbersError> {
        match self {
            Self::Integers(array) => Ok(array.iter().copied().collect()),
            Self::Floats(_) => {
                Err(NumbersError::Type { found: "FLOAT".into(), wanted: "INT64 or INT32" })
            }
        }
    }

    fn reshaped(&self, shape: &[usize]) -> Result<Self, NumbersError> {
        let shape = IxDyn(shape);
        let wrong = |_| unknown();
        Ok(either!(self, array => {
            array.as_standard_layout().into_owned().into_shape_with_order(shape).map_err(wrong)?
        }))
    }

    /// Spread to a shape of at most `limit` numbers.
    fn spread(&self, shape: &[usize], limit: usize) -> Result<Self, NumbersError> {
        count(shape, limit)?;
        Ok(either!(self, array => array.broadcast(shape).ok_or(unknown())?.to_owned()))
    }
}

/// How many numbers a shape has, which may be no more than `limit`.
fn count(shape: &[usize], limit: usize) -> Result<usize, NumbersError> {
    let count = shape.iter().try_fold(1usize, |all, &size| all.checked_mul(size));
    count.filter(|&count| count <= limit).ok_or(NumbersError::TooOften { limit })
}

/// An axis counted from the end, if negative.
pub(super) fn axis_of(axis: i64, rank: usize) -> Option<usize> {
    let axis = if axis < 0 { axis.checked_add_unsigned(rank as u64)? } else { axis };
    usize::try_from(axis).ok().filter(|&axis| axis < rank)
}

/// Sizes with what `Reshape` writes for those that follow: 0 keeps one, a single -1 is what is left.
pub(super) fn reshape_to(given: &[usize], wanted: &[i64], keeps_zero: bool) -> Option<Vec<usize>> {
    let mut shape = Vec::with_capacity(wanted.len());
    let mut open = None;
    for (at, &size) in wanted.iter().enumerate() {
        shape.push(match size {
            0 if !keeps_zero => *given.get(at)?,
            -1 if open.is_none() => {
                open = Some(at);
                1
            }
            _ => usize::try_from(size).ok()?,
        });
    }
    if let Some(open) = open {
        let len: usize = given.iter().product();
        let rest = shape.iter().try_fold(1usize, |all, &size| all.checked_mul(size))?;
        shape[open] = len.checked_div(rest)?;
    }
    Some(shape)
}

/// What `node` makes of constants, of at most `limit` numbers.
pub(super) fn fold(
    node: Node<'_>,
    inputs: &[Option<Constant>],
    limit: usize,
) -> Result<Constant, NumbersError> {
    let input = |at: usize| inputs.get(at).and_then(Option::as_ref).ok_or(unknown());
    let list = |attribute: &str, at: usize| match node.ints(attribute) {
        Some(list) => Ok(list.to_vec()),
        None => input(at)?.list(),
    };
    let axes = |list: Vec<i64>, rank: usize| {
        let axes = list.into_iter().map(|axis| axis_of(axis, rank));
        let mut axes = axes.collect::<Option<Vec<_>>>().ok_or(unknown())?;
        axes.sort_unstable();
        axes.dedup();
        Ok::<_, NumbersError>(axes)
    };
    match node.operator() {
        "Identity" => Ok(input(0)?.clone()),
        "Cast" => match (input(0)?, node.int("to")) {
            (Constant::Floats(array), Some(to)) if is(to, &[INT64, INT32]) => {
                Ok(Constant::Integers(array.mapv(|value| value as i64)))
            }
            (Constant::Integers(array), Some(to)) if is(to, &[FLOAT]) => {
                Ok(Constant::Floats(array.mapv(|value| value as f32)))
            }
            (same, _) => Ok(same.clone()),
        },
        "Shape" => {
            let sizes: Vec<i64> = input(0)?.shape().iter().map(|&size| size as i64).collect();
            shape_of(node, &sizes)
        }
        "Size" => Constant::integers(&[], vec![input(0)?.len() as i64]).ok_or(unknown()),
        "ConstantOfShape" => {
            let shape = sizes(&input(0)?.list()?)?;
            let len = count(&shape, limit)?;
            match node.tensor("value").map(super::numbers::constant).transpose()? {
                Some(Constant::Integers(value)) => {
                    let value = value.first().copied().unwrap_or(0);
                    Constant::integers(&shape, vec![value; len]).ok_or(unknown())
                }
                Some(Constant::Floats(value)) => {
                    let value = value.first().copied().unwrap_or(0.0);
                    Constant::floats(&shape, vec![value; len]).ok_or(unknown())
                }
                None => Constant::floats(&shape, vec![0.0; len]).ok_or(unknown()),
            }
        }
        "Reshape" => {
            let wanted = input(1)?.list()?;
            let keeps_zero = node.int("allowzero") == Some(1);
            let shape = reshape_to(input(0)?.shape(), &wanted, keeps_zero).ok_or(unknown())?;
            input(0)?.reshaped(&shape)
        }
        "Flatten" => {
            let shape = input(0)?.shape();
            let at = flatten_at(node, shape.len()).ok_or(unknown())?;
            let (front, back) = shape.split_at(at);
            input(0)?.reshaped(&[front.iter().product(), back.iter().product()])
        }
        "Unsqueeze" => {
            let list = list("axes", 1)?;
            let rank = input(0)?.shape().len() + list.len();
            let mut shape = input(0)?.shape().to_vec();
            for axis in axes(list, rank)? {
                shape.insert(axis.min(shape.len()), 1);
            }
            input(0)?.reshaped(&shape)
        }
        "Squeeze" => {
            let shape = input(0)?.shape();
            let named = node.ints("axes").is_some() || inputs.get(1).is_some_and(Option::is_some);
            let gone = if named {
                axes(list("axes", 1)?, shape.len())?
            } else {
                (0..shape.len()).filter(|&at| shape[at] == 1).collect()
            };
            let left = (0..shape.len()).filter(|at| !gone.contains(at)).map(|at| shape[at]);
            input(0)?.reshaped(&left.collect::<Vec<_>>())
        }
        "Transpose" => {
            let rank = input(0)?.shape().len();
            let order = match node.ints("perm") {
                Some(list) => sizes(list)?,
                None => (0..rank).rev().collect(),
            };
            let mut sorted = order.clone();
            sorted.sort_unstable();
            if !sorted.into_iter().eq(0..rank) {
                return Err(unknown());
            }
            Ok(either!(input(0)?, array => array.clone().permuted_axes(IxDyn(&order))))
        }
        "Concat" => {
            let rank = input(0)?.shape().len();
            let axis = axis_of(node.int("axis").unwrap_or(0), rank).ok_or(unknown())?;
            let total = inputs.iter().flatten().map(Constant::len).fold(0, usize::saturating_add);
            count(&[total], limit)?;
            concat(inputs, axis).ok_or(unknown())
        }
        "Gather" => {
            let rank = input(0)?.shape().len();
            let axis = axis_of(node.int("axis").unwrap_or(0), rank).ok_or(unknown())?;
            let picks = input(1)?;
            let size = input(0)?.shape()[axis];
            let places = picks.list()?.into_iter().map(|at| axis_of(at, size));
            let places = places.collect::<Option<Vec<_>>>().ok_or(unknown())?;
            let (front, back) = input(0)?.shape().split_at(axis);
            let shape = [front, picks.shape(), &back[1..]].concat();
            count(&shape, limit)?;
            either!(input(0)?, array => array.select(Axis(axis), &places)).reshaped(&shape)
        }
        "Slice" => slice(node, inputs),
        "Expand" => {
            let wanted = sizes(&input(1)?.list()?)?;
            let shape = crate::graph::spread(input(0)?.shape(), &wanted).ok_or(unknown())?;
            input(0)?.spread(&shape, limit)
        }
        "Range" => {
            let numbers = [0, 1, 2].map(|at| input(at).and_then(Constant::list));
            let [Ok(first), Ok(end), Ok(step)] = numbers else { return Err(unknown()) };
            let (&[first], &[end], &[step]) = (&first[..], &end[..], &step[..]) else {
                return Err(unknown());
            };
            let span = end.checked_sub(first).ok_or(unknown())?;
            let len = if step == 0 { None } else { Some((span as f64 / step as f64).ceil()) };
            let len = len.ok_or(unknown())?.max(0.0) as usize;
            count(&[len], limit)?;
            let values = (0..len as i64).map(|at| first + at * step).collect();
            Constant::integers(&[len], values).ok_or(unknown())
        }
        "Neg" => Ok(match input(0)? {
            Constant::Floats(array) => Constant::Floats(array.mapv(|value| -value)),
            Constant::Integers(array) => Constant::Integers(array.mapv(i64::wrapping_neg)),
        }),
        "Sqrt" => match input(0)? {
            Constant::Floats(array) => Ok(Constant::Floats(array.mapv(f32::sqrt))),
            Constant::Integers(_) => Err(unknown()),
        },
        "Reciprocal" => match input(0)? {
            Constant::Floats(array) => Ok(Constant::Floats(array.mapv(f32::recip))),
            Constant::Integers(_) => Err(unknown()),
        },
        operator @ ("Add" | "Sub" | "Mul" | "Div" | "Pow" | "Min" | "Max") => {
            if inputs.len() != 2 {
                return Err(unknown());
            }
            let (a, b) = (input(0)?, input(1)?);
            let shape = crate::graph::spread(a.shape(), b.shape()).ok_or(unknown())?;
            match (a.spread(&shape, limit)?, b.spread(&shape, limit)?) {
                (Constant::Floats(mut a), Constant::Floats(b)) => {
                    a.zip_mut_with(&b, |a, &b| {
                        *a = match operator {
                            "Add" => *a + b,
                            "Sub" => *a - b,
                            "Mul" => *a * b,
                            "Div" => *a / b,
                            "Pow" => a.powf(b),
                            "Min" => a.min(b),
                            _ => a.max(b),
                        }
                    });
                    Ok(Constant::Floats(a))
                }
                (Constant::Integers(mut a), Constant::Integers(b)) => {
                    if operator == "Pow" || operator == "Div" && b.iter().any(|&it| it == 0) {
                        return Err(unknown());
                    }
                    a.zip_mut_with(&b, |a, &b| {
                        *a = match operator {
                            "Add" => a.wrapping_add(b),
                            "Sub" => a.wrapping_sub(b),
                            "Mul" => a.wrapping_mul(b),
                            "Div" => a.wrapping_div(b),
                            "Min" => (*a).min(b),
                            _ => (*a).max(b),
                        }
                    });
                    Ok(Constant::Integers(a))
                }
                _ => Err(unknown()),
            }
        }
        _ => Err(unknown()),
    }
}

/// Whether an attribute names one of these types.
fn is(value: i64, types: &[i32]) -> bool {
    types.iter().any(|&it| i64::from(it) == value)
}

/// The sizes of a value from `start` to `end`.
pub(super) fn shape_of(node: Node<'_>, sizes: &[i64]) -> Result<Constant, NumbersError> {
    let rank = sizes.len() as i64;
    let bound = |name: &str, usual: i64| {
        let at = node.int(name).unwrap_or(usual);
        (if at < 0 { at.saturating_add(rank) } else { at }).clamp(0, rank) as usize
    };
    let part = sizes.get(bound("start", 0)..bound("end", rank)).unwrap_or(&[]);
    Constant::integers(&[part.len()], part.to_vec()).ok_or(unknown())
}

/// Where a `Flatten` cuts.
pub(super) fn flatten_at(node: Node<'_>, rank: usize) -> Option<usize> {
    let axis = node.int("axis").unwrap_or(1);
    let axis = if axis < 0 { axis.checked_add_unsigned(rank as u64)? } else { axis };
    usize::try_from(axis).ok().filter(|&axis| axis <= rank)
}

fn sizes(list: &[i64]) -> Result<Vec<usize>, NumbersError> {
    let sizes = list.iter().map(|&size| usize::try_from(size).ok());
    sizes.collect::<Option<_>>().ok_or(unknown())
}

fn concat(inputs: &[Option<Constant>], axis: usize) -> Option<Constant> {
    let all: Option<Vec<&Constant>> = inputs.iter().map(Option::as_ref).collect();
    let all = all?;
    // The library takes arrays of as many dimensions for granted.
    let rank = all.first()?.shape().len();
    if all.iter().any(|constant| constant.shape().len() != rank) {
        return None;
    }
    let floats: Vec<_> = all
        .iter()
        .filter_map(|it| if let Constant::Floats(array) = it { Some(array.view()) } else { None })
        .collect();
    if floats.len() == all.len() {
        return ndarray::concatenate(Axis(axis), &floats).ok().map(Constant::Floats);
    }
    let integers: Vec<_> = all
        .iter()
        .filter_map(|it| if let Constant::Integers(array) = it { Some(array.view()) } else { None })
        .collect();
    let whole = integers.len() == all.len();
    whole.then(|| ndarray::concatenate(Axis(axis), &integers).ok().map(Constant::Integers))?
}

/// Attributes once, inputs in later versions.
fn slice(node: Node<'_>, inputs: &[Option<Constant>]) -> Result<Constant, NumbersError> {
    let input = inputs.first().and_then(Option::as_ref).ok_or(unknown())?;
    let list = |name: &str, at: usize| match (node.ints(name), inputs.get(at)) {
        (Some(list), _) => Ok(Some(list.to_vec())),
        (None, Some(Some(constant))) => constant.list().map(Some),
        _ => Ok(None),
    };
    let (Some(starts), Some(ends)) = (list("starts", 1)?, list("ends", 2)?) else {
        return Err(unknown());
    };
    let axes = list("axes", 3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = list("steps", 4)?.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()].iter().any(|&len| len != starts.len()) {
        return Err(unknown());
    }
    let mut result = input.clone();
    for (((start, end), axis), step) in starts.into_iter().zip(ends).zip(axes).zip(steps) {
        let rank = result.shape().len();
        let axis = axis_of(axis, rank).ok_or(unknown())?;
        let size = result.shape()[axis] as i64;
        // Backwards, the end is before the first.
        let (least, most) = if step > 0 { (0, size) } else { (-1, size - 1) };
        let bound =
            |at: i64| (if at < 0 { at.saturating_add(size) } else { at }).clamp(least, most);
        let (start, end) = (bound(start), bound(end));
        let span = (end - start).checked_div(step).ok_or(unknown())?;
        let whole = (end - start) % step == 0;
        let count = (span + i64::from(!whole)).max(0);
        let places: Vec<usize> = (0..count).map(|at| (start + at * step) as usize).collect();
        result = either!(&result, array => array.select(Axis(axis), &places));
    }
    Ok(result)
}
