//! Which dimension of a file has which axis of ours.

use tinyconv::plan::Dims;

use super::Turn;

/// An axis that a dimension of a file stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    /// A part of the input that has no name yet: no layer has said what its dimensions are.
    Atom(usize),
    Channel,
    Row,
    Column,
}

/// Ours, in our order.
const AXES: [Axis; 3] = [Axis::Channel, Axis::Row, Axis::Column];

/// A dimension: the axes that were merged to it, in their order. Those of a single element are left out, they can
/// stand anywhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dimension {
    pub(super) axes: Vec<Axis>,
    /// What a `Pad` has put before and after it, until a layer takes it over.
    pub(super) pad: [usize; 2],
}

/// The dimensions of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Layout(pub(super) Vec<Dimension>);

/// The parts of the input: at first its dimensions, until reshapes split them.
#[derive(Debug)]
pub(super) struct InputAxes {
    sizes: Vec<usize>,
    /// In the order of the file.
    order: Vec<usize>,
}

impl InputAxes {
    /// Those of an input of this shape, and its layout.
    pub(super) fn of(shape: &[usize]) -> (Self, Layout) {
        let mut input = Self { sizes: Vec::new(), order: Vec::new() };
        let mut layout = Layout(vec![Dimension::default(); shape.len()]);
        for (dimension, &size) in layout.0.iter_mut().zip(shape) {
            if size > 1 {
                dimension.axes.push(Axis::Atom(input.sizes.len()));
                input.order.push(input.sizes.len());
                input.sizes.push(size);
            }
        }
        (input, layout)
    }

    fn size_of(&self, dims: Dims, axis: Axis) -> usize {
        if let Axis::Atom(atom) = axis { self.sizes[atom] } else { size_of(dims, axis) }
    }

    /// How many parts there are.
    pub(super) fn len(&self) -> usize {
        self.sizes.len()
    }

    /// The size of several parts.
    pub(super) fn size(&self, atoms: &[usize]) -> usize {
        atoms.iter().map(|&atom| self.sizes[atom]).product()
    }

    /// Splits a part: the first has `size`, the number of the second is returned.
    fn split(&mut self, atom: usize, size: usize) -> usize {
        let other = self.sizes.len();
        self.sizes.push(self.sizes[atom] / size);
        self.sizes[atom] = size;
        let at = self.order.iter().position(|&it| it == atom).expect("each part has a place");
        self.order.insert(at + 1, other);
        other
    }

    /// From the order of the file to this one of its parts.
    pub(super) fn turn(&self, ours: &[usize]) -> Turn {
        let sizes = self.order.iter().map(|&atom| self.sizes[atom]).collect();
        let place = |atom: &usize| self.order.iter().position(|it| it == atom);
        Turn::new(sizes, ours.iter().filter_map(place).collect())
    }
}

/// The size of an axis of ours.
pub(super) fn size_of(dims: Dims, axis: Axis) -> usize {
    match (dims, axis) {
        (Dims::Map([channels, ..]), Axis::Channel) => channels,
        (Dims::Map([_, rows, _]), Axis::Row) => rows,
        (Dims::Map([.., columns]), Axis::Column) => columns,
        (Dims::Vector(len), Axis::Channel) => len,
        _ => 1,
    }
}

impl Layout {
    /// `rank` dimensions, with axes at some of them.
    pub(super) fn of(rank: usize, dims: Dims, places: &[(usize, Axis)]) -> Self {
        let mut layout = Self(vec![Dimension::default(); rank]);
        for &(at, axis) in places {
            if size_of(dims, axis) > 1 {
                layout.0[at].axes.push(axis);
            }
        }
        layout
    }

    pub(super) fn is_padded(&self) -> bool {
        self.0.iter().any(|dimension| dimension.pad != [0, 0])
    }

    /// All axes in the order of the file.
    pub(super) fn axes(&self) -> Vec<Axis> {
        self.0.iter().flat_map(|dimension| dimension.axes.iter().copied()).collect()
    }

    /// From the order of the file to ours.
    pub(super) fn turn(&self, dims: Dims) -> Turn {
        let axes = self.axes();
        let sizes = axes.iter().map(|&axis| size_of(dims, axis)).collect();
        let ours = AXES.iter().filter_map(|axis| axes.iter().position(|it| it == axis));
        Turn::new(sizes, ours.collect())
    }

    pub(super) fn transposed(&self, permutation: &[usize]) -> Self {
        Self(permutation.iter().map(|&from| self.0[from].clone()).collect())
    }

    /// The axes spread over dimensions of other sizes. A part of the input may be split in two. None if a size ends within
    /// an axis, or if padding would move.
    pub(super) fn reshaped(
        &self,
        shape: &[usize],
        dims: Dims,
        input: &mut InputAxes,
    ) -> Option<Self> {
        let mut rest: Vec<(Axis, [usize; 2])> = Vec::new();
        for dimension in &self.0 {
            match dimension.axes[..] {
                [axis] => rest.push((axis, dimension.pad)),
                _ if dimension.pad != [0, 0] => return None,
                _ => rest.extend(dimension.axes.iter().map(|&axis| (axis, [0, 0]))),
            }
        }
        rest.reverse();
        let mut dimensions = Vec::new();
        for &wanted in shape {
            let mut dimension = Dimension::default();
            let mut left = wanted;
            while left > 1 {
                let (axis, pad) = rest.pop()?;
                let size = input.size_of(dims, axis);
                // A padded dimension stays one.
                let padded = size + pad[0] + pad[1];
                if pad != [0, 0] && !(left == wanted && padded == wanted) {
                    return None;
                }
                if left.is_multiple_of(padded) {
                    left /= padded;
                    dimension.axes.push(axis);
                    dimension.pad = pad;
                } else if let (Axis::Atom(atom), true) = (axis, size.is_multiple_of(left)) {
                    dimension.axes.push(axis);
                    rest.push((Axis::Atom(input.split(atom, left)), [0, 0]));
                    left = 1;
                } else {
                    return None;
                }
            }
            dimensions.push(dimension);
        }
        rest.is_empty().then_some(Self(dimensions))
    }

    /// Names the parts of the input: those of channels, of rows and of columns, each in its order.
    pub(super) fn named(&self, parts: &[Vec<usize>; 3]) -> Option<Self> {
        let mut layout = self.clone();
        for dimension in &mut layout.0 {
            let mut rest = &std::mem::take(&mut dimension.axes)[..];
            while !rest.is_empty() {
                let at = (0..3).find(|&at| {
                    let atoms = parts[at].iter().map(|&atom| Axis::Atom(atom));
                    !parts[at].is_empty() && atoms.eq(rest.iter().copied().take(parts[at].len()))
                })?;
                dimension.axes.push(AXES[at]);
                rest = &rest[parts[at].len()..];
            }
        }
        Some(layout)
    }
}
