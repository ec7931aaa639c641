//! A model as a state dict that PyTorch loads.

use std::collections::{BTreeMap, BTreeSet};

use safetensors::tensor::TensorView;
use safetensors::{Dtype, serialize};
use tinyconv::model_file::ModelFile;

use super::{MatchError, ModelNotes, NamedLayer, Renaming, Role, TensorName as _};

/// The bytes of a safetensors file with the parameters of `file` and, in its metadata, what
/// [`ModelNotes`] hold. Layers have the names that [`NamedLayer`] gives them, but for `renamings`, of
/// layers and of single tensors.
///
/// # Errors
/// If a renaming is of a layer that is not there, or two tensors would have one name.
///
/// ```
/// use tinyconv_exchange::{StateDict, state_dict_of};
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// let layers = [LayerSpec { name: "fc", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// let model = ModelFile::new(
///     "tiny",
///     Dims::Map([1, 1, 2]),
///     &layers,
///     Normalisation { mean: 0.0, deviation: 255.0 },
///     &["x"],
///     Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 },
///     &[0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0], // 1.0, 2.0, 0.0
/// )?;
/// let bytes = state_dict_of(&model, &["fc=0".parse()?])?;
/// let dict = StateDict::parse(&bytes)?;
/// assert_eq!(dict.names().collect::<Vec<_>>(), ["0.bias", "0.weight"]);
/// assert_eq!(dict.values("0.weight")?, [1.0, 2.0]);
/// assert_eq!(dict.notes().unwrap().labels, ["x"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn state_dict_of(file: &ModelFile<'_>, renamings: &[Renaming]) -> Result<Vec<u8>, MatchError> {
    let layers = NamedLayer::all(file.input, &file.layers);
    let names = Names::new(&layers, renamings)?;
    let parameters: Vec<f32> = file.parameters().collect();
    let (mut tensors, mut there) = (Vec::new(), BTreeSet::new());
    for layer in &layers {
        for tensor in layer.tensors(&parameters) {
            let name = names.of(layer, tensor.role);
            if !there.insert(name.clone()) {
                return Err(MatchError::Twice { given: format!("{}={name}", layer.name) });
            }
            let bytes: Vec<u8> = tensor.values.iter().flat_map(|x| x.to_le_bytes()).collect();
            tensors.push((name, tensor.shape, bytes));
        }
    }
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
        (name, view.expect("as many bytes as the shape says"))
    });
    let notes = ModelNotes::of(file).metadata();
    Ok(serialize(views, Some(notes)).expect("a list of tensors of a network is short"))
}

/// What layers and tensors are called, where that is not their own name.
struct Names<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Names<'a> {
    fn new(layers: &[NamedLayer], renamings: &'a [Renaming]) -> Result<Self, MatchError> {
        let mut names = BTreeMap::new();
        for Renaming { ours, theirs } in renamings {
            let given = || format!("{ours}={theirs}");
            if !layers.iter().any(|layer| layer.name == *ours || layer.has_tensor(ours)) {
                return Err(MatchError::no_layer(given(), layers));
            }
            if names.insert(&**ours, &**theirs).is_some() {
                return Err(MatchError::Twice { given: given() });
            }
        }
        Ok(Self(names))
    }

    fn of(&self, layer: &NamedLayer, role: Role) -> String {
        let own = role.within(&layer.name);
        let module = || role.within(self.0.get(&*layer.name).unwrap_or(&&*layer.name));
        self.0.get(&*own).map_or_else(module, |&name| name.to_owned())
    }
}
