//! error: `Net` has no layers: give it at least one
tinyconv::network! {
    Net: 1 x 5 x 7 {}
}
