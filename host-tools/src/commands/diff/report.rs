//! What `diff` prints, as JSON and as text.

use serde::Serialize;
use tinyconv::model_file::{ModelFile, Normalisations, Training};
use tinyconv::plan::{Dims, LayerKind, Placed, Walk};

use super::change::Change;
use crate::commands::table::Table;
use crate::commands::text::{printable, stated};
use tinyconv_training::model::{Layer, sizes};

/// Two model files and what they differ in.
#[derive(Serialize)]
pub struct Comparison<'a> {
    /// Byte for byte.
    identical: bool,
    /// The same layers with the same options: each reads the other's parameters.
    same_network: bool,
    a: Side<'a>,
    b: Side<'a>,
    layers: Vec<Row>,
}

/// What a file says of its network as a whole.
#[derive(PartialEq, Serialize)]
struct Side<'a> {
    name: &'a str,
    #[serde(serialize_with = "sizes")]
    input: Dims,
    parameters: usize,
    bytes: usize,
    /// As text: programs that read JSON numbers as floats would round it.
    fingerprint: String,
    normalisation: Normalisations,
    labels: &'a [&'a str],
    training: Training,
    /// What it was trained with; empty if the file does not say.
    data: &'a str,
}

/// A layer of either file or of both.
#[derive(Serialize)]
struct Row {
    name: String,
    kind: String,
    /// Which file has it: both, a or b.
    within: &'static str,
    parameters_a: Option<usize>,
    parameters_b: Option<usize>,
    /// None if there is nothing to compare.
    change: Option<Change>,
}

/// A layer and its parameters.
struct Block<'a> {
    layer: Layer<'a>,
    /// What it computes, however that is written.
    kind: LayerKind,
    parameters: Vec<f32>,
}

impl<'a> Comparison<'a> {
    /// Compares two files, each with its length in bytes.
    pub fn new(
        a: (&'a ModelFile<'a>, usize),
        b: (&'a ModelFile<'a>, usize),
        identical: bool,
    ) -> Self {
        let (blocks_a, blocks_b) = (blocks(a.0), blocks(b.0));
        let rows = aligned(&blocks_a, &blocks_b).into_iter().map(|(a, b)| row(a, b)).collect();
        let same_network = a.0.fingerprint == b.0.fingerprint;
        Self { identical, same_network, a: side(a), b: side(b), layers: rows }
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let mut table = Table::new(1, ["", "A", "B"].map(String::from).to_vec());
        let (a, b) = (&self.a, &self.b);
        for (what, text) in FIELDS {
            let (a, b) = (text(a), text(b));
            // Descriptions of data are long.
            if what == DATA && a == b {
                continue;
            }
            let mark = if a == b { "same" } else { "" };
            table.row(vec![what.into(), a, b, mark.into()]);
        }
        let verdict = match (self.identical, self.same_network) {
            (true, _) => "the files are identical, byte for byte",
            (false, true) => "same network: each file can use the other's parameters",
            (false, false) => "different networks: neither file can use the other's parameters",
        };
        format!("{}\n\n{}\n\n{verdict}", table.render(), self.layer_table())
    }

    fn layer_table(&self) -> String {
        let heading =
            ["layer", "", "in", "parameters", "changed", "largest", "mean", "relative", "cosine"];
        let mut table = Table::new(3, heading.map(String::from).to_vec());
        let shown = |row: &&Row| row.parameters_a != Some(0) || row.parameters_b != Some(0);
        for row in self.layers.iter().filter(shown) {
            let parameters = match (row.parameters_a, row.parameters_b) {
                (Some(a), Some(b)) if a != b => format!("{a} / {b}"),
                (a, b) => a.or(b).unwrap_or(0).to_string(),
            };
            let mut cells =
                vec![printable(&row.name), row.kind.clone(), row.within.into(), parameters];
            if let Some(change) = row.change {
                let share = |value: Option<f64>| value.map_or("-".into(), |x| format!("{x:.6}"));
                cells.extend([
                    change.changed.to_string(),
                    format!("{:.3e}", change.largest),
                    format!("{:.3e}", change.mean),
                    share(change.relative),
                    share(change.cosine),
                ]);
            }
            table.row(cells);
        }
        table.render()
    }
}

/// What it is called, and how it is shown.
type Field = (&'static str, fn(&Side<'_>) -> String);

/// The name of the field that is shown only where it differs.
const DATA: &str = "data";

/// What is compared of the files as a whole.
const FIELDS: [Field; 10] = [
    ("network", |side| printable(side.name)),
    ("fingerprint", |side| side.fingerprint.clone()),
    ("input", |side| side.input.to_string()),
    ("parameters", |side| side.parameters.to_string()),
    ("bytes", |side| side.bytes.to_string()),
    ("inputs", |side| side.normalisation.to_string()),
    ("labels", |side| {
        side.labels.iter().map(|label| printable(label)).collect::<Vec<_>>().join(", ")
    }),
    ("training", |side| {
        let Training { epochs, batch, seed, learning_rate, .. } = side.training;
        format!("epochs {epochs}, batch {batch}, seed {seed}, rate {learning_rate:?}")
    }),
    (DATA, |side| if side.data.is_empty() { "not told".into() } else { printable(side.data) }),
    ("test accuracy", |side| stated(side.training.test_accuracy)),
];

fn side<'a>((file, bytes): (&'a ModelFile<'a>, usize)) -> Side<'a> {
    Side {
        name: file.name,
        input: file.input,
        parameters: file.parameters().len(),
        bytes,
        fingerprint: format!("{:016x}", file.fingerprint),
        normalisation: file.normalisation,
        labels: &file.labels,
        training: file.training,
        data: file.data,
    }
}

fn blocks<'a>(file: &'a ModelFile<'a>) -> Vec<Block<'a>> {
    let mut parameters = file.parameters();
    // A file whose layers do not fit together does not get past the parser.
    let block = |placed: Placed<'a>| {
        let layer = Layer::new(&placed);
        let parameters = parameters.by_ref().take(layer.parameters).collect();
        Block { layer, kind: placed.spec.kind, parameters }
    };
    Walk::new(file.input, &file.layers).map(block).collect()
}

/// Pairs the layers of two networks in their order, as many as can be of those that compute the same
/// (the longest common subsequence); the others are alone.
fn aligned<'a, 'b>(
    a: &'a [Block<'b>],
    b: &'a [Block<'b>],
) -> Vec<(Option<&'a Block<'b>>, Option<&'a Block<'b>>)> {
    let same = |i: usize, j: usize| a[i].kind == b[j].kind;
    // How many can be paired of those from `i` in `a` and from `j` in `b` on.
    let mut pairs = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            pairs[i][j] = if same(i, j) {
                pairs[i + 1][j + 1] + 1
            } else {
                pairs[i + 1][j].max(pairs[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut rows) = (0, 0, Vec::new());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && same(i, j) {
            rows.push((Some(&a[i]), Some(&b[j])));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && pairs[i + 1][j] >= pairs[i][j + 1]) {
            rows.push((Some(&a[i]), None));
            i += 1;
        } else {
            rows.push((None, Some(&b[j])));
            j += 1;
        }
    }
    rows
}

fn row(a: Option<&Block<'_>>, b: Option<&Block<'_>>) -> Row {
    let layer = a.or(b).map(|block| &block.layer).expect("one of the two");
    let count = |block: Option<&Block<'_>>| block.map(|block| block.parameters.len());
    let change = match (a, b) {
        (Some(a), Some(b)) if count(Some(a)) == count(Some(b)) && !a.parameters.is_empty() => {
            Some(Change::between(&a.parameters, &b.parameters))
        }
        _ => None,
    };
    Row {
        name: layer.name.to_owned(),
        kind: layer.kind.clone(),
        within: match (a, b) {
            (Some(_), Some(_)) => "both",
            (Some(_), None) => "a",
            _ => "b",
        },
        parameters_a: count(a),
        parameters_b: count(b),
        change,
    }
}
