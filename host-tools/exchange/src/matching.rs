//! Which tensor of a state dict is which of a network's: by name, by shape, and by counting.

use std::collections::{BTreeMap, BTreeSet};

use super::match_error::quoted;
use super::{
    MatchError, Mismatch, NamedLayer, OtherShape, Renaming, Role, StateDict, Tensor,
    TensorName as _, parameters_of,
};
use tinyconv_training::natural;

/// What batch normalisation counts its steps with, which inference does not need.
const COUNTER: &str = "num_batches_tracked";

/// A state dict's tensors as a network's parameters.
///
/// ```
/// use tinyconv_exchange::{Matched, NamedLayer, StateDict, match_layers};
/// use tinyconv::Network;
///
/// tinyconv::network! { Net: 1 x 1 x 2 { fc: Dense { out: 1 } } }
///
/// # let header = br#"{"fc.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}}"#;
/// # let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
/// # bytes.extend(header);
/// # bytes.extend([0x00, 0x3c, 0x00, 0xc0]); // 1.0 and -2.0 in half precision
/// let layers = NamedLayer::all(Net::INPUT, Net::LAYERS);
/// let matched: Matched = match_layers(&layers, &StateDict::parse(&bytes)?, &[])?;
/// assert_eq!(matched.parameters, [1.0, -2.0, 0.0]); // the bias was not there
/// assert_eq!(matched.notes.len(), 2); // that, and the conversion of a tensor in F16
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// The parameters of the network.
    pub parameters: Vec<f32>,
    /// The layers' names and those that the file has for them.
    pub layers: Vec<Renaming>,
    /// The same of each tensor that the file has.
    pub tensors: Vec<Renaming>,
    /// What a user should know: numbers that were converted, tensors that were made up.
    pub notes: Vec<String>,
}

/// Finds the tensors of each of `layers` in `dict`.
///
/// Where every layer has its own name in the file, names decide. Else a layer's tensors are those
/// of its shape; where several have it, those whose names differ in numbers only are taken in the
/// order of these numbers, and others have to be told apart by `renamings`, which come first in any
/// case. Biases that are not there are zero; the counters of batch normalisation are passed over.
///
/// # Errors
/// If tensors are missing, left over, of another shape, of another type or not finite, or if the
/// names leave more than one way.
///
/// ```
/// use tinyconv_exchange::{NamedLayer, Renaming, StateDict, match_layers};
/// use tinyconv::Network;
///
/// tinyconv::network! { Two: 1 x 1 x 2 { first: Dense { out: 1 }, Dense { out: 1 } } }
///
/// // A linear layer of PyTorch with two inputs, and one with one input and without a bias.
/// let header = br#"{"0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},
/// "0.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},
/// "2.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[12,16]}}"#;
/// let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
/// bytes.extend(header);
/// bytes.extend([1.0f32, 2.0, 0.5, -1.0].iter().flat_map(|x| x.to_le_bytes()));
///
/// let layers = NamedLayer::all(Two::INPUT, Two::LAYERS);
/// let matched = match_layers(&layers, &StateDict::parse(&bytes)?, &[])?;
/// assert_eq!(matched.parameters, [1.0, 2.0, 0.5, -1.0, 0.0]);
/// assert_eq!(matched.layers[0], Renaming { ours: "first".into(), theirs: "0".into() });
/// assert_eq!(matched.notes, ["\"2\" has no bias: 0 is taken"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn match_layers(
    layers: &[NamedLayer],
    dict: &StateDict<'_>,
    renamings: &[Renaming],
) -> Result<Matched, MatchError> {
    let modules = Modules::of(dict);
    let asked = Asked::new(layers, dict, &modules, renamings)?;
    let chosen = choose(layers, &modules, asked.modules)?;
    let mut taken = Taken { dict, names: vec![], mismatch: Mismatch::default(), notes: vec![] };
    let mut parameters = Vec::new();
    let mut names = Vec::new();
    for (layer, module) in layers.iter().zip(&chosen) {
        let tensors = taken.tensors(layer, module.as_deref(), &asked.tensors)?;
        if let Ok(block) = parameters_of(layer.kind, layer.input, &tensors) {
            parameters.extend(block);
        }
        let theirs = module.clone().unwrap_or_default();
        names.push(Renaming { ours: layer.name.clone(), theirs });
    }
    let Taken { names: tensors, mut mismatch, mut notes, .. } = taken;
    let used: BTreeSet<&str> = tensors.iter().map(|name| &*name.theirs).collect();
    let left = dict.names().filter(|name| !used.contains(name) && leaf(name).1 != COUNTER);
    mismatch.extra = left.map(|name| (name.to_owned(), shape(dict, name).to_vec())).collect();
    if !mismatch.is_empty() {
        return Err(mismatch.into());
    }
    notes.extend(conversions(dict, &used));
    Ok(Matched { parameters, layers: names, tensors, notes })
}

/// What `--map` says: the modules of layers, and the names of tensors.
struct Asked {
    modules: Vec<Option<String>>,
    tensors: BTreeMap<String, String>,
}

impl Asked {
    fn new(
        layers: &[NamedLayer],
        dict: &StateDict<'_>,
        modules: &Modules,
        renamings: &[Renaming],
    ) -> Result<Self, MatchError> {
        let mut asked = Self { modules: vec![None; layers.len()], tensors: BTreeMap::new() };
        let mut theirs = BTreeSet::new();
        for Renaming { ours, theirs: name } in renamings {
            let given = format!("{ours}={name}");
            let twice = || MatchError::Twice { given: given.clone() };
            if !theirs.insert(name) {
                return Err(twice());
            }
            let layer = layers.iter().position(|layer| layer.name == *ours);
            let tensor = || layers.iter().position(|layer| layer.has_tensor(ours));
            if let Some(layer) = layer {
                if !modules.0.contains_key(name) {
                    let known = quoted(modules.0.keys());
                    return Err(MatchError::NoModule { given, known });
                }
                if asked.modules[layer].replace(name.clone()).is_some() {
                    return Err(twice());
                }
            } else if let Some(layer) = tensor() {
                if dict.shape(name).is_none() {
                    let known = quoted(dict.names());
                    return Err(MatchError::NoModule { given, known });
                }
                if asked.tensors.insert(ours.clone(), name.clone()).is_some() {
                    return Err(twice());
                }
                // Its other tensors are beside it, if they are not named, too.
                asked.modules[layer].get_or_insert_with(|| leaf(name).0.to_owned());
            } else {
                return Err(MatchError::no_layer(given, layers));
            }
        }
        Ok(asked)
    }
}

/// The names of tensors in a file without their last part, each with the shape that tells what kind
/// of layer it is of.
struct Modules(BTreeMap<String, Key>);

/// What a layer's tensors have in common with those of no other kind or size.
type Key = (bool, Vec<usize>);

impl Modules {
    fn of(dict: &StateDict<'_>) -> Self {
        let mut modules = BTreeMap::new();
        // Later names win: `running_mean` over nothing, `weight` over both.
        for (role, norm) in [(Role::RunningMean, true), (Role::Weight, false)] {
            for name in dict.names().filter(|name| leaf(name).1 == role.name()) {
                let mut shape = shape(dict, name).to_vec();
                // A convolution of signals has no rows.
                if let [_, _, _] = shape[..] {
                    shape.insert(2, 1);
                }
                let module = leaf(name).0;
                let norm = norm || modules.contains_key(module);
                modules.insert(module.to_owned(), (norm, shape));
            }
        }
        Self(modules)
    }
}

/// The module of each layer, or nothing where there is none that could be it.
fn choose(
    layers: &[NamedLayer],
    modules: &Modules,
    mut chosen: Vec<Option<String>>,
) -> Result<Vec<Option<String>>, MatchError> {
    // A name that is there by chance must not decide: all have to be, or all that an author gave.
    for among in [|_: &NamedLayer| true, |layer: &NamedLayer| layer.given] {
        let named = |(layer, chosen): (&NamedLayer, &Option<String>)| {
            chosen.is_some() || !among(layer) || modules.0.contains_key(&layer.name)
        };
        if layers.iter().zip(&chosen).all(named) {
            for (layer, chosen) in layers.iter().zip(&mut chosen) {
                if chosen.is_none() && among(layer) {
                    *chosen = Some(layer.name.clone());
                }
            }
            break;
        }
    }
    let used: BTreeSet<&String> = chosen.iter().flatten().collect();
    let free = modules.0.iter().filter(|(name, _)| !used.contains(name));
    let mut theirs: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for (name, key) in free {
        theirs.entry(key.clone()).or_default().push(name.clone());
    }
    for names in theirs.values_mut() {
        names.sort_by(|a, b| natural::compare(a, b));
    }
    let mut ours: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (index, layer) in layers.iter().enumerate().filter(|&(index, _)| chosen[index].is_none()) {
        ours.entry(key_of(layer)).or_default().push(index);
    }

    let mut ambiguous = Vec::new();
    for (key, indices) in &ours {
        let Some(names) = theirs.get_mut(key) else { continue };
        let counted = names.iter().all(|name| natural::same_but_for_numbers(name, &names[0]));
        if names.len() == indices.len() && !counted {
            ambiguous.extend(indices.iter().map(|&i| (layers[i].name.clone(), names.clone())));
        }
        let pairs = names.len().min(indices.len());
        for (&index, name) in indices.iter().zip(names.drain(..pairs)) {
            chosen[index] = Some(name);
        }
    }
    if !ambiguous.is_empty() {
        return Err(MatchError::Ambiguous(ambiguous));
    }
    // What is left has no partner of its shape: side by side, as what was perhaps meant.
    let mut left: Vec<(Key, String)> = theirs
        .into_iter()
        .flat_map(|(key, names)| names.into_iter().map(move |name| (key.clone(), name)))
        .collect();
    left.sort_by(|a, b| natural::compare(&a.1, &b.1));
    for (layer, chosen) in layers.iter().zip(&mut chosen).filter(|(_, chosen)| chosen.is_none()) {
        let (norm, shape) = key_of(layer);
        let alike =
            |((other, given), _): &(Key, String)| *other == norm && given.len() == shape.len();
        if let Some(index) = left.iter().position(alike) {
            *chosen = Some(left.remove(index).1);
        }
    }
    Ok(chosen)
}

fn key_of(layer: &NamedLayer) -> Key {
    (layer.has(Role::RunningMean), layer.shapes().swap_remove(0).1)
}

/// What is taken from a state dict, and what is wrong with it.
struct Taken<'a> {
    dict: &'a StateDict<'a>,
    names: Vec<Renaming>,
    mismatch: Mismatch,
    notes: Vec<String>,
}

impl Taken<'_> {
    /// The tensors of `layer` that are there and have its shapes.
    fn tensors(
        &mut self,
        layer: &NamedLayer,
        module: Option<&str>,
        renamed: &BTreeMap<String, String>,
    ) -> Result<Vec<Tensor>, MatchError> {
        let mut tensors = Vec::new();
        for (role, expected) in layer.shapes() {
            let ours = role.within(&layer.name);
            let theirs = renamed.get(&ours).cloned().or_else(|| Some(role.within(module?)));
            let given = theirs.as_ref().and_then(|name| Some((name, self.dict.shape(name)?)));
            match given {
                Some((name, given)) => {
                    self.names.push(Renaming { ours: ours.clone(), theirs: name.clone() });
                    if same(&expected, given) {
                        let values = self.dict.values(name)?;
                        tensors.push(Tensor { role, shape: expected, values });
                    } else {
                        let (theirs, given) = (name.clone(), given.to_vec());
                        self.mismatch.other_shape.push(OtherShape {
                            ours,
                            expected,
                            theirs,
                            given,
                        });
                    }
                }
                None => match (self.made_up(layer, role, module), module) {
                    (Some(value), Some(module)) => {
                        self.notes
                            .push(format!("{module:?} has no {}: {value} is taken", role.name()));
                        let values = vec![value; expected.iter().product()];
                        tensors.push(Tensor { role, shape: expected, values });
                    }
                    _ => self.mismatch.missing.push((ours, expected)),
                },
            }
        }
        Ok(tensors)
    }

    /// What a tensor that a layer in PyTorch may do without stands for.
    fn made_up(&self, layer: &NamedLayer, role: Role, module: Option<&str>) -> Option<f32> {
        let there = |role: Role| self.dict.shape(&role.within(module?));
        let norm = layer.has(Role::RunningMean);
        match role {
            Role::Bias if !norm => there(Role::Weight).map(|_| 0.0),
            // Without `affine` it has neither of the two.
            Role::Weight if norm && there(Role::Bias).is_none() => {
                there(Role::RunningMean).map(|_| 1.0)
            }
            Role::Bias if norm && there(Role::Weight).is_none() => {
                there(Role::RunningMean).map(|_| 0.0)
            }
            _ => None,
        }
    }
}

/// What was not stored as `f32`.
fn conversions(dict: &StateDict<'_>, used: &BTreeSet<&str>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for stored in used.iter().filter_map(|name| dict.stored_as(name)) {
        *counts.entry(stored).or_default() += 1;
    }
    let note = |(stored, count): (String, usize)| match &*stored {
        "F32" => None,
        "F64" => Some(format!("{count} tensors are F64: each number was rounded to f32")),
        _ => Some(format!("{count} tensors are {stored}: converted to f32 without loss")),
    };
    counts.into_iter().filter_map(note).collect()
}

/// Equal, or that of a convolution of signals, which has no rows.
fn same(expected: &[usize], given: &[usize]) -> bool {
    match (expected, given) {
        (&[out, channels, 1, columns], &[_, _, _]) => given == [out, channels, columns],
        _ => expected == given,
    }
}

/// The module and the last part of a tensor's name.
fn leaf(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

fn shape<'a>(dict: &'a StateDict<'_>, name: &str) -> &'a [usize] {
    dict.shape(name).unwrap_or_default()
}
