//! The networks that the tool knows by name, each written once.

tinyconv::network! {
    /// 28x28 grey-scale digits: two convolutions and a classifier, 5 142 parameters.
    pub Digits: 1 x 28 x 28 {
        conv1: Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}

tinyconv::network! {
    /// 28x28 grey-scale digits for a board with 16 KB of RAM, where all its layers can be trained:
    /// 1 130 parameters.
    pub DigitsTiny: 1 x 28 x 28 {
        conv1: Conv2d { out: 4, kernel: 5 }, Relu, MaxPool2d { size: 3 },
        conv2: Conv2d { out: 8, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}

tinyconv::network! {
    /// 28x28 grey-scale digits with a hidden dense layer, 13 242 parameters: the network that AIfES
    /// measures itself with, to compare.
    pub DigitsDense: 1 x 28 x 28 {
        conv1: Conv2d { out: 4, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 8, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        hidden: Dense { out: 32 }, Relu,
        classify: Dense { out: 10 },
    }
}

tinyconv::network! {
    /// One linear layer: what a network has to beat.
    pub Linear: 1 x 28 x 28 {
        classify: Dense { out: 10 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Memory;

    #[test]
    fn digits_tiny_trains_in_16_kilobytes_by_batches_too() {
        let memory = Memory::of::<DigitsTiny>();
        let [image, stack] = [28 * 28, 1024];
        let in_place = memory.parameters + memory.training_scratch + memory.training_choices;
        // The rest is for the statics of a program and for what its stack needs besides.
        assert!(in_place + image + stack <= 10 * 1024, "{memory:?}");
        assert!(in_place + memory.gradients + image + stack <= 14 * 1024, "{memory:?}");
    }

    #[test]
    fn digits_dense_is_as_large_as_the_network_to_compare_with() {
        assert_eq!(DigitsDense::PARAMS, 13_242);
    }
}
