//! What is connected to what.

use std::collections::{HashMap, HashSet};

use super::OnnxError;
use super::node::Node;
use super::proto::{GraphProto, TensorProto, ValueInfoProto};

/// A graph without cycles, in which everything that is read is there.
pub(super) struct Graph<'a> {
    /// Those that the output is made of, each after what it reads.
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) initializers: HashMap<&'a str, &'a TensorProto>,
    pub(super) input: &'a ValueInfoProto,
    pub(super) output: &'a str,
    /// What the file says of the output, if it is one of the file's.
    pub(super) declared: Option<&'a ValueInfoProto>,
    /// The names of all outputs.
    pub(super) outputs: Vec<&'a str>,
}

impl<'a> Graph<'a> {
    /// The part of a graph that `output` is made of; without a name, that of its first output.
    pub(super) fn new(proto: &'a GraphProto, output: Option<&str>) -> Result<Self, OnnxError> {
        let nodes: Vec<Node<'a>> =
            proto.node.iter().enumerate().map(|(index, proto)| Node { index, proto }).collect();
        let initializers: HashMap<&str, &TensorProto> =
            proto.initializer.iter().map(|tensor| (&*tensor.name, tensor)).collect();
        // Old files list initializers as inputs, too.
        let inputs: Vec<&ValueInfoProto> =
            proto.input.iter().filter(|input| !initializers.contains_key(&*input.name)).collect();
        let names = |values: &[&ValueInfoProto]| {
            let names: Vec<_> =
                values.iter().take(8).map(|value| format!("{:?}", value.name)).collect();
            names.join(", ")
        };
        let &[input] = &inputs[..] else {
            return Err(OnnxError::Inputs { count: inputs.len(), names: names(&inputs) });
        };
        let outputs: Vec<&ValueInfoProto> = proto.output.iter().collect();
        // A value inside the network can be what it ends with, too.
        let inside = || nodes.iter().flat_map(|node| &node.proto.output).map(String::as_str);
        let chosen = match output {
            None => outputs.first().map(|output| &*output.name),
            Some(name) => {
                let all = outputs.iter().map(|output| &*output.name).chain(inside());
                all.into_iter().find(|other| *other == name && !name.is_empty())
            }
        };
        let Some(chosen) = chosen else {
            let wanted = output.map(ToOwned::to_owned);
            let (count, names) = (outputs.len(), names(&outputs));
            return Err(OnnxError::Outputs { wanted, count, names });
        };

        let mut made_by = HashMap::new();
        for node in &nodes {
            for name in node.proto.output.iter().filter(|name| !name.is_empty()) {
                let known = *name == input.name || initializers.contains_key(&**name);
                if made_by.insert(&**name, node.index).is_some() || known {
                    return Err(OnnxError::MadeTwice { tensor: name.clone() });
                }
            }
        }
        let order = order(&nodes, &made_by)?;
        let mut live = HashSet::new();
        let mut wanted = vec![chosen];
        while let Some(name) = wanted.pop() {
            match made_by.get(name) {
                Some(&index) if live.insert(index) => {
                    let names = nodes[index].proto.input.iter().map(String::as_str);
                    wanted.extend(names.filter(|name| !name.is_empty()));
                }
                _ => {}
            }
        }
        for node in nodes.iter().filter(|node| live.contains(&node.index)) {
            for name in node.proto.input.iter().filter(|name| !name.is_empty()) {
                let known = made_by.contains_key(&**name)
                    || *name == input.name
                    || initializers.contains_key(&**name);
                if !known {
                    let (node, tensor) = (node.label(), name.clone());
                    return Err(OnnxError::MissingTensor { node, tensor });
                }
            }
        }
        let nodes = order.into_iter().filter(|index| live.contains(index));
        Ok(Self {
            nodes: nodes.map(|index| Node { index, proto: &proto.node[index] }).collect(),
            initializers,
            input,
            output: chosen,
            declared: outputs.iter().copied().find(|output| output.name == chosen),
            outputs: outputs.iter().map(|output| &*output.name).collect(),
        })
    }
}

/// All nodes, each after what it reads.
fn order(nodes: &[Node<'_>], made_by: &HashMap<&str, usize>) -> Result<Vec<usize>, OnnxError> {
    let mut waiting_for: Vec<usize> = vec![0; nodes.len()];
    let mut readers: HashMap<&str, Vec<usize>> = HashMap::new();
    for node in nodes {
        for name in node.proto.input.iter().filter(|name| made_by.contains_key(&***name)) {
            waiting_for[node.index] += 1;
            readers.entry(name).or_default().push(node.index);
        }
    }
    let mut order: Vec<usize> = (0..nodes.len()).filter(|&index| waiting_for[index] == 0).collect();
    let mut next = 0;
    while let Some(&index) = order.get(next) {
        next += 1;
        for output in &nodes[index].proto.output {
            for &reader in readers.get(&**output).into_iter().flatten() {
                waiting_for[reader] -= 1;
                if waiting_for[reader] == 0 {
                    order.push(reader);
                }
            }
        }
    }
    match waiting_for.iter().position(|&count| count > 0) {
        Some(index) => Err(OnnxError::Cycle { node: nodes[index].label() }),
        None => Ok(order),
    }
}
