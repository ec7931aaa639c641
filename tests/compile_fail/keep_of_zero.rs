//! error: layer `drop` (Dropout): `keep`, the probability with which an element stays, must be above 0 and at most 1

tinyconv::network! {
    Net: 1 x 6 x 6 { drop: Dropout { keep: 0.0 }, Dense { out: 2 } }
}
