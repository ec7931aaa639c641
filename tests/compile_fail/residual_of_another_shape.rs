//! error: layer number 3 (Add): the residual block makes 2 x 4 x 4 of 2 x 6 x 6, and these cannot be added: keep the shape (padding `same`)

tinyconv::network! {
    Net: 2 x 6 x 6 { Residual { Conv2d { out: 2, kernel: 3 } }, Dense { out: 2 } }
}
