//! The block of a layer's parameters as tensors in PyTorch's layout, and back.

use thiserror::Error;
use tinyconv::plan::{self, Dims, LayerKind};

use super::{Role, Tensor, TensorName as _};

/// Why tensors are not the parameters of a layer.
///
/// ```
/// use tinyconv_exchange::{Role, TensorsError, parameters_of};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// let error = parameters_of(dense, Dims::Vector(3), &[]).unwrap_err();
/// assert_eq!(error, TensorsError::Missing { role: Role::Weight });
/// assert_eq!(error.to_string(), "there is no weight");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TensorsError {
    /// A tensor is not there.
    #[error("there is no {}", .role.name())]
    Missing {
        /// What is not there.
        role: Role,
    },
    /// A tensor has another shape, or not as many numbers as its shape says.
    #[error(
        "the {} has the shape {given:?} and {values} numbers; this layer's is {expected:?}", .role.name()
    )]
    OtherShape {
        /// What it is to the layer.
        role: Role,
        /// The shape that the layer's has.
        expected: Vec<usize>,
        /// The shape that it has.
        given: Vec<usize>,
        /// The numbers that it has.
        values: usize,
    },
}

/// Roles and shapes of the tensors of a layer with the input `input`, in the order in which
/// PyTorch lists them; a layer without parameters, or one that cannot take the input, has none.
///
/// The shapes are those that a [`plan`](tinyconv::plan::Facts::tensors) says, but for the weight of a
/// dense layer: a row for each output. Maps are flattened in the order channel, row, column, as
/// PyTorch's.
///
/// ```
/// use tinyconv_exchange::{Role, shapes_of};
/// use tinyconv::plan::{Conv2dOptions, Dims, LayerKind};
///
/// let conv = LayerKind::Conv2d(Conv2dOptions { out: 6, kernel: [5, 3], ..Conv2dOptions::NEW });
/// let shapes = shapes_of(conv, Dims::Map([2, 28, 28]));
/// assert_eq!(shapes, [(Role::Weight, vec![6, 2, 5, 3]), (Role::Bias, vec![6])]);
/// assert_eq!(shapes_of(LayerKind::Relu, Dims::Vector(3)), []);
/// ```
#[must_use]
pub fn shapes_of(kind: LayerKind, input: Dims) -> Vec<(Role, Vec<usize>)> {
    laid_out(kind, input).into_iter().map(|(tensor, shape)| (tensor.role, shape)).collect()
}

/// The tensors of a layer, each with its shape in PyTorch.
fn laid_out(kind: LayerKind, input: Dims) -> Vec<(plan::Tensor, Vec<usize>)> {
    let Ok(facts) = kind.facts(input) else { return Vec::new() };
    let shape = |tensor: &plan::Tensor| {
        let mut shape = tensor.shape().to_vec();
        if tensor.transposed {
            shape.reverse();
        }
        (*tensor, shape)
    };
    facts.tensors.as_slice().iter().map(shape).collect()
}

/// The parameters of a layer with the input `input` as tensors of the shapes that [`shapes_of`]
/// says.
///
/// ```
/// use tinyconv_exchange::{Role, Tensor, tensors_of};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// // Here a row for each input, two of three outputs: in PyTorch a row for each output.
/// let params = [1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 0.5, 0.25];
/// let tensors = tensors_of(dense, Dims::Vector(3), &params);
/// let values = vec![1.0, 2.0, 3.0, 10.0, 20.0, 30.0];
/// assert_eq!(tensors[0], Tensor { role: Role::Weight, shape: vec![2, 3], values });
/// assert_eq!(tensors[1], Tensor { role: Role::Bias, shape: vec![2], values: vec![0.5, 0.25] });
/// ```
///
/// # Panics
/// If `params` has another length than the layer has parameters.
#[must_use]
pub fn tensors_of(kind: LayerKind, input: Dims, params: &[f32]) -> Vec<Tensor> {
    assert_eq!(params.len(), kind.params(input), "as many parameters as the layer has");
    let mut rest = params;
    let tensor = |(tensor, shape): (plan::Tensor, Vec<usize>)| {
        let (values, after) = rest.split_at(tensor.len());
        rest = after;
        let values = match tensor.shape() {
            &[rows, columns] if tensor.transposed => transposed(values, rows, columns),
            _ => values.to_vec(),
        };
        Tensor { role: tensor.role, shape, values }
    };
    laid_out(kind, input).into_iter().map(tensor).collect()
}

/// The block of parameters of a layer with the input `input`, from its tensors in any order; those
/// of roles that the layer has not are passed over. The inverse of [`tensors_of`].
///
/// # Errors
/// If a tensor is missing or has another shape than [`shapes_of`] says.
///
/// ```
/// use tinyconv_exchange::{Role, TensorsError, parameters_of, tensors_of};
/// use tinyconv::plan::{BatchNormOptions, Dims, LayerKind};
///
/// let norm = LayerKind::BatchNorm(BatchNormOptions::NEW);
/// let params = [1.0, 2.0, 0.1, 0.2, 5.0, 6.0, 0.5, 0.25]; // two weights, biases, means, variances
/// let mut tensors = tensors_of(norm, Dims::Map([2, 4, 4]), &params);
/// tensors.reverse();
/// assert_eq!(parameters_of(norm, Dims::Map([2, 4, 4]), &tensors)?, params);
/// tensors.pop();
/// let missing = TensorsError::Missing { role: Role::Weight };
/// assert_eq!(parameters_of(norm, Dims::Map([2, 4, 4]), &tensors), Err(missing));
/// # Ok::<(), TensorsError>(())
/// ```
pub fn parameters_of(
    kind: LayerKind,
    input: Dims,
    tensors: &[Tensor],
) -> Result<Vec<f32>, TensorsError> {
    let mut params = Vec::new();
    for (plan::Tensor { role, transposed: is_transposed, .. }, shape) in laid_out(kind, input) {
        let tensor = tensors.iter().find(|tensor| tensor.role == role);
        let tensor = tensor.ok_or(TensorsError::Missing { role })?;
        if tensor.shape != shape || tensor.values.len() != shape.iter().product::<usize>() {
            let (given, values) = (tensor.shape.clone(), tensor.values.len());
            return Err(TensorsError::OtherShape { role, expected: shape, given, values });
        }
        match shape[..] {
            [rows, columns] if is_transposed => {
                params.extend(transposed(&tensor.values, rows, columns));
            }
            _ => params.extend(&tensor.values),
        }
    }
    Ok(params)
}

/// The transpose of a matrix of `rows` rows.
fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut result = vec![0.0; values.len()];
    transpose::transpose(values, &mut result, columns, rows);
    result
}

#[cfg(test)]
mod tests {
    use tinyconv::plan::{
        BatchNormOptions, Conv2dOptions, DenseOptions, DepthwiseConv2dOptions, PoolOptions,
    };

    use super::*;

    #[test]
    fn there_and_back_for_every_layer_with_parameters() {
        let input = Dims::Map([3, 6, 5]);
        let conv = Conv2dOptions { out: 4, kernel: [2, 3], ..Conv2dOptions::NEW };
        let depthwise = DepthwiseConv2dOptions { kernel: [2, 3], ..DepthwiseConv2dOptions::NEW };
        for (kind, weight) in [
            (LayerKind::Conv2d(conv), vec![4, 3, 2, 3]),
            (LayerKind::DepthwiseConv2d(depthwise), vec![3, 1, 2, 3]),
            (LayerKind::Dense(DenseOptions { out: 7 }), vec![7, 90]),
            (LayerKind::BatchNorm(BatchNormOptions::NEW), vec![3]),
        ] {
            let params: Vec<f32> = (0..kind.params(input)).map(|i| i as f32).collect();
            let tensors = tensors_of(kind, input, &params);
            assert_eq!(tensors[0].shape, weight);
            assert_eq!(tensors.iter().map(|t| t.values.len()).sum::<usize>(), params.len());
            assert_eq!(parameters_of(kind, input, &tensors), Ok(params));
        }
        let pool = LayerKind::MaxPool2d(PoolOptions { size: [2, 2], ..PoolOptions::NEW });
        assert_eq!(tensors_of(pool, input, &[]), []);
        assert_eq!(parameters_of(pool, input, &[]), Ok(vec![]));
    }

    #[test]
    fn other_shapes_are_refused() {
        let dense = LayerKind::Dense(DenseOptions { out: 2 });
        let input = Dims::Vector(3);
        let mut tensors = tensors_of(dense, input, &[0.0; 8]);
        // The same numbers, transposed.
        tensors[0].shape = vec![3, 2];
        let error = parameters_of(dense, input, &tensors).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the weight has the shape [3, 2] and 6 numbers; this layer's is [2, 3]"
        );
        tensors[0].shape = vec![2, 3];
        tensors[0].values.pop();
        assert!(parameters_of(dense, input, &tensors).is_err());
    }
}
