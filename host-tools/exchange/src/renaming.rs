//! What a user says about names, as the command line has it.

use std::str::FromStr;

/// Our name of a layer or of a tensor, and theirs: `conv1=features.0`, `conv1.weight=w`.
///
/// ```
/// use tinyconv_exchange::Renaming;
///
/// let renaming: Renaming = "conv1=features.0".parse()?;
/// assert_eq!((&*renaming.ours, &*renaming.theirs), ("conv1", "features.0"));
/// assert!("conv1".parse::<Renaming>().is_err());
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renaming {
    /// The name here.
    pub ours: String,
    /// The name in the other file.
    pub theirs: String,
}

impl FromStr for Renaming {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((ours, theirs)) if !ours.is_empty() && !theirs.is_empty() => {
                Ok(Self { ours: ours.into(), theirs: theirs.into() })
            }
            _ => Err("give a layer's name here, =, and its name in the file: conv1=features.0"),
        }
    }
}
