//! Anomaly detection: the autoencoder of MLPerf Tiny, as it is trained.

tinyconv::network! {
    /// Five frames of 128 mel bands, made again; 0.26 million multiply-adds.
    pub Autoencoder: 1 x 1 x 640 {
        Dense { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dense { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dense { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dense { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dense { out: 8 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dense { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dense { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dense { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dense { out: 128 }, BatchNorm { epsilon: 0.001, momentum: 0.01 }, Relu,
        Dense { out: 640 },
    }
}
