//! The networks of MLPerf Tiny (C. Banbury et al., "MLPerf Tiny Benchmark", NeurIPS 2021), as the benchmark's own models
//! are built; the driver on the host includes these files, too.

mod autoencoder;
mod ds_cnn;
mod mobile_net;
mod resnet8;

pub use autoencoder::Autoencoder;
pub use ds_cnn::DsCnn;
pub use mobile_net::MobileNet;
pub use resnet8::ResNet8;
