//! What is connected to what.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::node::Node;
use super::proto::{GraphProto, TensorProto, ValueInfoProto};
use super::{NumbersError, OnnxError, numbers};

/// Steps in which sizes are traced back that a graph computes: a flattening takes five.
const MOST_STEPS: usize = 64;

/// The most sizes that are traced: a shape has as many as a tensor dimensions.
const MOST_SIZES: usize = 64;

/// Numbers that nodes read: each of the largest file's four times.
const MOST_NUMBERS: usize = super::import::LARGEST;

/// A graph without cycles, in which everything that is read is there.
pub(super) struct Graph<'a> {
    nodes: Vec<Node<'a>>,
    constants: HashMap<&'a str, &'a TensorProto>,
    made_by: HashMap<&'a str, usize>,
    /// The nodes that read a value, in the order of the file; only those on the way to the output.
    readers: HashMap<&'a str, Vec<usize>>,
    /// How many more numbers may be read.
    numbers_left: Cell<usize>,
    pub(super) input: &'a ValueInfoProto,
    pub(super) output: &'a str,
}

impl<'a> Graph<'a> {
    pub(super) fn new(proto: &'a GraphProto) -> Result<Self, OnnxError> {
        let nodes: Vec<Node<'a>> =
            proto.node.iter().enumerate().map(|(index, proto)| Node { index, proto }).collect();
        let mut constants: HashMap<&str, &TensorProto> =
            proto.initializer.iter().map(|tensor| (&*tensor.name, tensor)).collect();
        for node in nodes.iter().filter(|node| node.operator() == "Constant") {
            if let Some(tensor) = node.tensor("value") {
                constants.insert(node.output(), tensor);
            }
        }
        // Old files list initializers as inputs, too.
        let inputs: Vec<&ValueInfoProto> =
            proto.input.iter().filter(|input| !constants.contains_key(&*input.name)).collect();
        let names = |values: &[&ValueInfoProto]| {
            let names: Vec<_> =
                values.iter().take(8).map(|value| format!("{:?}", value.name)).collect();
            names.join(", ")
        };
        let &[input] = &inputs[..] else {
            return Err(OnnxError::Inputs { count: inputs.len(), names: names(&inputs) });
        };
        let outputs: Vec<&ValueInfoProto> = proto.output.iter().collect();
        let &[output] = &outputs[..] else {
            return Err(OnnxError::Outputs { count: outputs.len(), names: names(&outputs) });
        };

        let initializers: HashSet<&str> =
            proto.initializer.iter().map(|tensor| &*tensor.name).collect();
        let mut made_by = HashMap::new();
        for node in &nodes {
            for name in node.proto.output.iter().filter(|name| !name.is_empty()) {
                let known = *name == input.name || initializers.contains(&**name);
                if made_by.insert(&**name, node.index).is_some() || known {
                    return Err(OnnxError::MadeTwice { tensor: name.clone() });
                }
            }
        }
        let mut graph = Self {
            nodes,
            constants,
            made_by,
            readers: HashMap::new(),
            numbers_left: Cell::new(MOST_NUMBERS),
            input,
            output: &output.name,
        };
        graph.check_order()?;
        graph.find_readers();
        Ok(graph)
    }

    /// Refuses a node that reads what is not there, or what waits for the node itself.
    fn check_order(&self) -> Result<(), OnnxError> {
        let mut waiting_for: Vec<usize> = vec![0; self.nodes.len()];
        let mut readers: HashMap<&str, Vec<usize>> = HashMap::new();
        for node in &self.nodes {
            for name in node.proto.input.iter().filter(|name| !name.is_empty()) {
                if self.made_by.contains_key(&**name) {
                    waiting_for[node.index] += 1;
                    readers.entry(name).or_default().push(node.index);
                } else if *name != self.input.name && !self.constants.contains_key(&**name) {
                    let (node, tensor) = (node.label(), name.clone());
                    return Err(OnnxError::MissingTensor { node, tensor });
                }
            }
        }
        let mut ready: Vec<usize> =
            (0..self.nodes.len()).filter(|&index| waiting_for[index] == 0).collect();
        while let Some(index) = ready.pop() {
            for output in &self.nodes[index].proto.output {
                for &reader in readers.get(&**output).into_iter().flatten() {
                    waiting_for[reader] -= 1;
                    if waiting_for[reader] == 0 {
                        ready.push(reader);
                    }
                }
            }
        }
        match waiting_for.iter().position(|&count| count > 0) {
            Some(index) => Err(OnnxError::Cycle { node: self.nodes[index].label() }),
            None => Ok(()),
        }
    }

    /// Of what the output is not made of, nothing is looked at.
    fn find_readers(&mut self) {
        let mut live = HashSet::new();
        let mut wanted = vec![self.output];
        while let Some(name) = wanted.pop() {
            if let Some(&index) = self.made_by.get(name)
                && live.insert(index)
            {
                wanted.extend(self.nodes[index].proto.input.iter().map(String::as_str));
            }
        }
        for node in self.nodes.iter().filter(|node| live.contains(&node.index)) {
            for name in node.proto.input.iter().filter(|name| !name.is_empty()) {
                self.readers.entry(name).or_default().push(node.index);
            }
        }
    }

    /// The nodes that compute with `value`: those that ask for its shape do not. One that reads it
    /// twice is there twice.
    pub(super) fn readers(&self, value: &str) -> Vec<Node<'a>> {
        let readers = self.readers.get(value).into_iter().flatten();
        let nodes = readers.map(|&index| self.nodes[index]);
        nodes.filter(|node| node.operator() != "Shape").collect()
    }

    fn maker(&self, name: &str) -> Option<Node<'a>> {
        self.made_by.get(name).map(|&index| self.nodes[index])
    }

    /// The constant of this name, under whatever name it was given first.
    fn constant(&self, mut name: &'a str) -> Option<&'a TensorProto> {
        // Without cycles, this ends.
        loop {
            if let Some(tensor) = self.constants.get(name) {
                return Some(tensor);
            }
            let maker = self.maker(name).filter(|node| node.operator() == "Identity")?;
            name = maker.input(0)?;
        }
    }

    /// Whether `name` is known before the network runs.
    pub(super) fn is_constant(&self, name: &'a str) -> bool {
        self.constant(name).is_some()
    }

    /// Shape and numbers of a constant.
    pub(super) fn floats(&self, name: &'a str) -> Result<(Vec<usize>, Vec<f32>), OnnxError> {
        let numbers = self
            .constant(name)
            .ok_or(NumbersError::NotConstant)
            .and_then(|tensor| self.read(tensor));
        numbers.map_err(|source| OnnxError::Numbers { tensor: name.into(), source })
    }

    /// The numbers of a tensor, as far as the file may have numbers read: each is read a few times, and not
    /// once for every node of a long file.
    fn read(&self, tensor: &TensorProto) -> Result<(Vec<usize>, Vec<f32>), NumbersError> {
        let (shape, numbers) = numbers::floats(tensor)?;
        let left = self.numbers_left.get().checked_sub(numbers.len());
        self.numbers_left.set(left.ok_or(NumbersError::TooOften { limit: MOST_NUMBERS })?);
        Ok((shape, numbers))
    }

    /// Sizes that are constant or computed from the shapes of values, `shapes`, in which a batch is 1.
    pub(super) fn integers(
        &self,
        name: &'a str,
        shapes: &HashMap<String, Vec<i64>>,
    ) -> Result<Vec<i64>, OnnxError> {
        let traced = self.trace(name, shapes, &mut { MOST_STEPS });
        traced.map_err(|source| OnnxError::Numbers { tensor: name.into(), source })
    }

    fn trace(
        &self,
        name: &'a str,
        shapes: &HashMap<String, Vec<i64>>,
        steps: &mut usize,
    ) -> Result<Vec<i64>, NumbersError> {
        if let Some(tensor) = self.constant(name) {
            return numbers::integers(tensor);
        }
        let unknown = NumbersError::NotConstant;
        let node = self.maker(name).ok_or(unknown.clone())?;
        *steps = steps.checked_sub(1).ok_or(unknown.clone())?;
        let input = |index| node.input(index).ok_or(NumbersError::NotConstant);
        let mut of_input = |index| self.trace(input(index)?, shapes, steps);
        let values = match node.operator() {
            "Constant" => match (node.int("value_int"), node.ints("value_ints")) {
                (Some(value), _) => vec![value],
                (None, Some(values)) => values.to_vec(),
                (None, None) => return Err(unknown),
            },
            "Shape" if node.proto.attribute.is_empty() => {
                shapes.get(input(0)?).cloned().ok_or(unknown.clone())?
            }
            "Gather" if node.int("axis").unwrap_or(0) == 0 => {
                let (values, picks) = (of_input(0)?, of_input(1)?);
                let pick = |&at: &i64| {
                    let at = if at < 0 { at.checked_add(values.len() as i64)? } else { at };
                    values.get(usize::try_from(at).ok()?).copied()
                };
                picks.iter().map(pick).collect::<Option<_>>().ok_or(unknown.clone())?
            }
            "Unsqueeze" | "Squeeze" | "Cast" | "Identity" => of_input(0)?,
            "Concat" if node.proto.input.len() <= MOST_SIZES => {
                let mut all = Vec::new();
                for index in 0..node.proto.input.len() {
                    all.extend(of_input(index)?);
                }
                all
            }
            _ => return Err(unknown),
        };
        // Lists of lists could double with every step.
        if values.len() > MOST_SIZES { Err(unknown) } else { Ok(values) }
    }
}
