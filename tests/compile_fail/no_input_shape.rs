//! error: a network is written `Name: channels x rows x columns { layers }`
tinyconv::network! {
    Net {
        Dense { out: 2 },
    }
}
