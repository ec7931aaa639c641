tinyconv::network! {
    Net: 1 x 6 x 6 { drop: Dropout { keep: 0.0 }, Dense { out: 2 } }
}
