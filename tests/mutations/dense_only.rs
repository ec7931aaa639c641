tinyconv::network! {
    pub Net: 1 x 28 x 28 {
        classify: Dense { out: 10 },
    }
}
