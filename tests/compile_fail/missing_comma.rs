//! error: this is not a list of layers from `Relu` on: each is `[name:] Kind [{ option: value, .. }]`, with a comma after it
tinyconv::network! {
    Net: 1 x 5 x 7 {
        Relu Dense { out: 2 },
    }
}
