//! What a file from outside may cost, and the options that raise it.

use clap::Args;
use tinyconv_training::limits::Limits;

use super::memory::bytes;

/// The options about limits.
#[derive(Args)]
pub struct LimitArguments {
    /// Most memory for maps, such as 2048M [default: 1024M].
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    max_memory: Option<usize>,
    /// Most multiply-adds in all, such as 5e12 [default: 1e12].
    #[arg(long, value_name = "N", value_parser = work)]
    max_work: Option<u64>,
}

impl LimitArguments {
    /// The limits that they ask for.
    pub fn limits(&self) -> Limits {
        let usual = Limits::USUAL;
        Limits {
            memory: self.max_memory.map_or(usual.memory, |bytes| bytes as u64),
            work: self.max_work.unwrap_or(usual.work),
        }
    }
}

/// A count, which may be written with an exponent.
fn work(text: &str) -> Result<u64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (1.0..1e19).contains(number));
    number.map(|number| number as u64).ok_or_else(|| "write a number such as 5e12".to_owned())
}
