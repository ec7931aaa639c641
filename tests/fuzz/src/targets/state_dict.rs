//! State dicts: what matches a network gives as many finite parameters as it has.

use tinyconv::Network;
use tinyconv_exchange::{NamedLayer, Renaming, StateDict, as_safetensors, match_layers};

tinyconv::network! {
    /// Of the shapes of a file in `tests/data`.
    Small: 1 x 8 x 8 {
        Conv2d { out: 4, kernel: 5 }, BatchNorm, Relu,
        Dense { out: 3 },
    }
}

pub fn run(bytes: &[u8]) {
    // Archives of PyTorch and NumPy are unpacked.
    let Ok(bytes) = as_safetensors(bytes) else { return };
    let Ok(dict) = StateDict::parse(&bytes) else { return };
    let names: Vec<&str> = dict.names().collect();
    for name in &names {
        let numbers = dict.shape(name).expect("a name has a shape").iter().product::<usize>();
        assert!(dict.stored_as(name).is_some());
        if let Ok(values) = dict.values(name) {
            assert_eq!(values.len(), numbers);
        }
    }
    let layers = NamedLayer::all(Small::INPUT, Small::LAYERS);
    let renamed: Vec<Renaming> = names
        .iter()
        .take(1)
        .map(|&name| Renaming { ours: layers[0].name.clone(), theirs: name.into() })
        .collect();
    for renamings in [&[][..], &renamed] {
        if let Ok(matched) = match_layers(&layers, &dict, renamings) {
            assert_eq!(matched.parameters.len(), Small::PARAMS);
            assert!(matched.parameters.iter().all(|value| value.is_finite()));
        }
    }
}
