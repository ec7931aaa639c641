//! The forward pass of a list of layers.

use tinyconv::Element;
use tinyconv::spec::{Dims, LayerKind, LayerSpec, output_of};

use super::{InterpretError, layers};

/// Elements of the largest map: 16 MiB, 256 in lanes.
const MOST_ELEMENTS: usize = 1 << 22;

/// Multiply-adds of the longest inference: some seconds.
const MOST_MULTIPLY_ADDS: usize = 1 << 32;

/// A network that is a value: a list of layers that fit together, with the shapes between them.
///
/// # Shapes
/// Maps are slices, channel by channel, row by row; parameters are those of the network's type.
///
/// ```
/// use host_tools::interpret::Interpreter;
/// use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
/// let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
/// let params = [1.0, -1.0, 2.0, -2.0, 0.5, 0.5]; // a row for each input, two biases
/// assert_eq!(network.run(&params, &[10.0f32, 1.0]), [0.5 + 10.0 + 2.0, 0.0]);
/// # Ok::<(), host_tools::interpret::InterpretError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Interpreter<'a> {
    layers: &'a [LayerSpec<'a>],
    /// The input's, and each layer's output's.
    shapes: Vec<Dims>,
    parameters: usize,
}

impl<'a> Interpreter<'a> {
    /// Checks that `layers` fit together for an input of shape `input`.
    ///
    /// # Errors
    /// If they do not, or if computing them would take more memory or time than any network for a
    /// microcontroller takes.
    ///
    /// ```
    /// use host_tools::interpret::{InterpretError, Interpreter};
    /// use tinyconv::spec::{Dims, LayerKind, LayerSpec};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::GlobalAvgPool2d }];
    /// assert!(Interpreter::new(Dims::Map([1, 4, 4]), &layers).is_ok());
    /// let refused = Interpreter::new(Dims::Vector(16), &layers).unwrap_err();
    /// assert!(matches!(refused, InterpretError::Layer(_)), "{refused}");
    /// ```
    pub fn new(input: Dims, layers: &'a [LayerSpec<'a>]) -> Result<Self, InterpretError> {
        if layers.is_empty() {
            return Err(InterpretError::Empty);
        }
        let mut shapes = vec![input];
        let (mut dims, mut parameters, mut multiply_adds) = (input, 0usize, 0usize);
        for (index, layer) in layers.iter().enumerate() {
            let output = output_of(input, layers, index, dims)
                .map_err(|error| layer.explain(index, dims, error).as_str().to_owned())
                .map_err(InterpretError::Layer)?;
            let elements = output.len().max(dims.len());
            if elements > MOST_ELEMENTS {
                return Err(InterpretError::TooLarge { index, elements, limit: MOST_ELEMENTS });
            }
            parameters = parameters.saturating_add(layer.kind.params(dims));
            multiply_adds = multiply_adds.saturating_add(work(layer.kind, dims, output));
            shapes.push(output);
            dims = output;
        }
        if multiply_adds > MOST_MULTIPLY_ADDS {
            return Err(InterpretError::TooSlow { multiply_adds, limit: MOST_MULTIPLY_ADDS });
        }
        Ok(Self { layers, shapes, parameters })
    }

    /// Its layers.
    ///
    /// ```
    /// # use host_tools::interpret::Interpreter;
    /// # use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.layers()[1].kind, LayerKind::Relu);
    /// # Ok::<(), host_tools::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn layers(&self) -> &'a [LayerSpec<'a>] {
        self.layers
    }

    /// The shape of the input.
    ///
    /// ```
    /// # use host_tools::interpret::Interpreter;
    /// # use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.input(), Dims::Map([1, 1, 2]));
    /// # Ok::<(), host_tools::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn input(&self) -> Dims {
        self.shapes[0]
    }

    /// The shape of the output.
    ///
    /// ```
    /// # use host_tools::interpret::Interpreter;
    /// # use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.output(), Dims::Vector(1));
    /// # Ok::<(), host_tools::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn output(&self) -> Dims {
        self.shapes[self.layers.len()]
    }

    /// The parameters of all layers.
    ///
    /// ```
    /// # use host_tools::interpret::Interpreter;
    /// # use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.parameters(), 3); // two weights, a bias
    /// # Ok::<(), host_tools::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// The output for `input`.
    ///
    /// # Panics
    /// If `parameters` or `input` has another length than the network's.
    ///
    /// ```
    /// # use host_tools::interpret::Interpreter;
    /// # use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.run(&[1.0, 2.0, 0.5], &[3.0f32, 4.0]), [11.5]);
    /// assert_eq!(network.run(&[1.0, 2.0, 0.5], &[3.0f64, -4.0]), [0.0]);
    /// # Ok::<(), host_tools::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn run<E: Element>(&self, parameters: &[f32], input: &[E]) -> Vec<E> {
        self.run_each(parameters, input, |_, _| {})
    }

    /// The output for `input`; `each` sees what every layer makes, by the layer's index.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    ///
    /// ```
    /// # use host_tools::interpret::Interpreter;
    /// # use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// let mut maps = Vec::new();
    /// let output = network.run_each(&[1.0, 2.0, 0.5], &[3.0f32, -4.0], |layer, map| {
    ///     maps.push((layer, map[0]));
    /// });
    /// assert_eq!(maps, [(0, -4.5), (1, 0.0)]);
    /// assert_eq!(output, [0.0]);
    /// # Ok::<(), host_tools::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn run_each<E: Element>(
        &self,
        parameters: &[f32],
        input: &[E],
        mut each: impl FnMut(usize, &[E]),
    ) -> Vec<E> {
        assert_eq!(parameters.len(), self.parameters, "as many parameters as the network has");
        assert_eq!(input.len(), self.input().len(), "as many elements as the input has");
        let mut rest = parameters;
        let mut map = input.to_vec();
        let mut kept = Vec::new();
        for (index, layer) in self.layers.iter().enumerate() {
            let shapes = (self.shapes[index], self.shapes[index + 1]);
            let (params, after) = rest.split_at(layer.kind.params(shapes.0));
            rest = after;
            match layer.kind {
                LayerKind::Skip => kept.push(map.clone()),
                LayerKind::Add => {
                    let block_input = kept.pop().expect("each end of a block has a begin");
                    for (y, x) in map.iter_mut().zip(block_input) {
                        *y = x + *y;
                    }
                }
                kind => map = layers::run(kind, shapes, params, map),
            }
            each(index, &map);
        }
        map
    }
}

/// Additions with or without a product.
fn work(kind: LayerKind, input: Dims, output: Dims) -> usize {
    let [rows, columns] = kind.window(input);
    match kind {
        LayerKind::MaxPool2d(_) | LayerKind::AvgPool2d(_) | LayerKind::GlobalAvgPool2d => {
            output.len().saturating_mul(rows).saturating_mul(columns)
        }
        _ => kind.multiply_adds(input),
    }
}
