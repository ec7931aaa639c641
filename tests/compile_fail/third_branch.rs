tinyconv::network! {
    Net: 2 x 6 x 6 {
        Branch { Relu },
        Concat { PointwiseConv2d { out: 4 }, Branch { Relu }, Branch { Tanh } },
        Concat { Branch {} },
    }
}
