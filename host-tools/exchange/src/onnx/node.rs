//! A node with its options.

use super::OnnxError;
use super::proto::{AttributeProto, NodeProto};
use crate::LayersError;

/// A node of a graph, by its place in the file.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) index: usize,
    pub(super) proto: &'a NodeProto,
}

impl<'a> Node<'a> {
    pub(super) fn operator(self) -> &'a str {
        &self.proto.op_type
    }

    /// What an error calls it.
    pub(super) fn label(self) -> String {
        if self.proto.name.is_empty() {
            format!("number {}", self.index + 1)
        } else {
            format!("{:?}", self.proto.name)
        }
    }

    /// An input that is there; optional ones can be left out or be without a name.
    pub(super) fn input(self, index: usize) -> Option<&'a str> {
        self.proto.input.get(index).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// The output that networks go on with.
    pub(super) fn output(self) -> &'a str {
        self.proto.output.first().map_or("", String::as_str)
    }

    /// Something that no layer has.
    pub(super) fn refused(self, found: impl Into<String>, advice: &'static str) -> OnnxError {
        let (node, operator) = (self.label(), self.operator().to_owned());
        LayersError::Option { node, operator, found: found.into(), advice }.into()
    }

    /// An operator that no layer stands for.
    pub(super) fn unknown(self) -> OnnxError {
        let advice = match self.operator() {
            "Gelu" | "Selu" | "Softplus" | "Mish" | "Softsign" | "ThresholdedRelu" | "Celu" => {
                "use ReLU, ReLU6, LeakyReLU, PReLU, ELU, SiLU, HardSwish, Tanh or Sigmoid, and train the network again"
            }
            "Split" | "Slice" | "Gather" => {
                "parts of a value are no layer here: give each branch all of it, and train the network again"
            }
            "ConvTranspose" | "Resize" | "Upsample" => {
                "networks that enlarge maps have no layers here"
            }
            "InstanceNormalization" | "LayerNormalization" | "GroupNormalization" => {
                "use batch normalisation, and train the network again"
            }
            "QuantizeLinear"
            | "DequantizeLinear"
            | "QLinearConv"
            | "ConvInteger"
            | "DynamicQuantizeLinear"
            | "MatMulInteger" => "export the network before it is quantised",
            "LSTM" | "GRU" | "RNN" | "Loop" | "If" | "Scan" => {
                "use convolutions over time instead: networks without loops are taken"
            }
            "ArgMax" | "TopK" => "choose the output before it with --output, or export without it",
            _ => "see the table of operators in the chapter on importing",
        };
        let operator = match self.proto.domain.as_str() {
            "" | "ai.onnx" => self.operator().to_owned(),
            domain => format!("{domain}.{}", self.operator()),
        };
        let operator = operator.escape_debug().to_string();
        LayersError::Operator { node: self.label(), operator, advice }.into()
    }

    /// Refuses options of other names: they would change what the node computes.
    pub(super) fn only(self, known: &[&str]) -> Result<(), OnnxError> {
        match self.proto.attribute.iter().find(|attribute| !known.contains(&&*attribute.name)) {
            Some(other) => Err(self
                .refused(format!("the attribute {:?} is not known", other.name), "leave it out")),
            None => Ok(()),
        }
    }

    fn attribute(self, name: &str) -> Option<&'a AttributeProto> {
        self.proto.attribute.iter().find(|attribute| attribute.name == name)
    }

    pub(super) fn int(self, name: &str) -> Option<i64> {
        self.attribute(name)?.i
    }

    pub(super) fn ints(self, name: &str) -> Option<&'a [i64]> {
        self.attribute(name).map(|attribute| &attribute.ints[..])
    }

    pub(super) fn floats(self, name: &str) -> Option<&'a [f32]> {
        self.attribute(name).map(|attribute| &attribute.floats[..])
    }

    pub(super) fn float(self, name: &str) -> Option<f32> {
        self.attribute(name)?.f
    }

    pub(super) fn text(self, name: &str) -> Option<&'a [u8]> {
        self.attribute(name)?.s.as_deref()
    }

    pub(super) fn tensor(self, name: &str) -> Option<&'a super::proto::TensorProto> {
        self.attribute(name)?.t.as_ref()
    }

    /// Refuses an integer option that is not `value`, which it is by default.
    pub(super) fn must_be(
        self,
        name: &str,
        value: i64,
        advice: &'static str,
    ) -> Result<(), OnnxError> {
        match self.int(name) {
            Some(found) if found != value => {
                Err(self.refused(format!("{name} is {found}"), advice))
            }
            _ => Ok(()),
        }
    }

    /// Rows and columns from a list of one (signals) or two numbers; `default` without one.
    pub(super) fn pair(
        self,
        name: &str,
        default: Option<[usize; 2]>,
        rank: usize,
    ) -> Result<[usize; 2], OnnxError> {
        let Some(list) = self.ints(name) else {
            return default.ok_or_else(|| {
                self.refused(
                    format!("there is no {name}"),
                    "the file is incomplete: export it again",
                )
            });
        };
        let sizes: Option<Vec<usize>> =
            list.iter().map(|&size| usize::try_from(size).ok()).collect();
        match (rank, sizes.as_deref()) {
            (3, Some(&[columns])) => Ok([1, columns]),
            (4, Some(&[rows, columns])) => Ok([rows, columns]),
            _ => Err(self.refused(
                format!("{name} is {list:?} for maps of {} dimensions", rank.saturating_sub(2)),
                "only maps of one or two dimensions are taken",
            )),
        }
    }

    /// Numbers before and after the map along both axes.
    pub(super) fn pads(self, list: &[i64], rank: usize) -> Result<[[usize; 2]; 2], OnnxError> {
        let sizes: Option<Vec<usize>> =
            list.iter().map(|&size| usize::try_from(size).ok()).collect();
        match (rank, sizes.as_deref()) {
            (3, Some(&[left, right])) => Ok([[0, 0], [left, right]]),
            (4, Some(&[above, left, below, right])) => Ok([[above, below], [left, right]]),
            _ => Err(self.refused(
                format!("the padding {list:?}"),
                "give it for rows and columns, as 0 or more",
            )),
        }
    }
}
