//! The optimizer of a run with its settings, and the words for both on a command line.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use tinyconv::optim::{Adagrad, AdagradMomentum, Adam, Descent, RmsProp, Sgd};

/// The optimizer of a run.
///
/// In words it is its name, then a colon and the settings that are not the usual ones, with commas
/// between them.
///
/// ```
/// use tinyconv_training::training::OptimizerKind;
/// use tinyconv::optim::{Adam, Sgd};
///
/// let kind: OptimizerKind = "sgd:momentum=0.8,weight-decay=4e-4,nesterov".parse()?;
/// let sgd = Sgd { momentum: 0.8, weight_decay: 4e-4, nesterov: true };
/// assert_eq!(kind, OptimizerKind::Sgd(sgd));
/// assert_eq!(kind.to_string(), "sgd:momentum=0.8,weight-decay=0.0004,nesterov");
/// // AdamW is Adam with a weight decay, 0.01 if none is given.
/// let adam_w = OptimizerKind::Adam(Adam { weight_decay: 0.01, ..Adam::default() });
/// assert_eq!("adamw".parse(), Ok(adam_w));
/// # Ok::<(), tinyconv_training::training::InvalidOptimizer>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OptimizerKind {
    /// `descent`: plain stochastic gradient descent.
    Descent(Descent),
    /// `sgd`: with momentum, 0.9 if none is given.
    Sgd(Sgd),
    /// `adagrad`.
    Adagrad(Adagrad),
    /// `adagrad-momentum`.
    AdagradMomentum(AdagradMomentum),
    /// `rms-prop`.
    RmsProp(RmsProp),
    /// `adam`, and `adamw` with a weight decay.
    Adam(Adam),
}

/// An optimizer that there is not, or not with such settings.
///
/// ```
/// use tinyconv_training::training::OptimizerKind;
///
/// let error = "descent:momentum=0.9".parse::<OptimizerKind>().unwrap_err();
/// assert_eq!(error.to_string(), "descent has no setting `momentum=0.9`: it has weight-decay=NUMBER");
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum InvalidOptimizer {
    /// An unknown name.
    #[error("there is no optimizer `{0}`: use one of {names}", names = OptimizerKind::NAMES.join(", "))]
    Name(String),
    /// A setting that the optimizer does not have.
    #[error("{optimizer} has no setting `{setting}`: it has {known}")]
    Setting {
        /// The optimizer.
        optimizer: &'static str,
        /// The setting, as it was given.
        setting: String,
        /// The settings that it has.
        known: String,
    },
    /// A setting that is given twice.
    #[error("{optimizer}: `{setting}` is given twice; leave one of them out")]
    Twice {
        /// The optimizer.
        optimizer: &'static str,
        /// The setting.
        setting: String,
    },
    /// A setting out of its limits, or no number.
    #[error("{optimizer}: {setting} is `{value}`; give {allowed}")]
    Value {
        /// The optimizer.
        optimizer: &'static str,
        /// The setting.
        setting: &'static str,
        /// Its value, as it was given.
        value: String,
        /// The values that it may have, in words.
        allowed: &'static str,
    },
}

/// Looks a step of momentum ahead: a setting without a value.
const NESTEROV: &str = "nesterov";

/// A setting of an optimizer that is a number.
struct Setting<'a> {
    name: &'static str,
    value: &'a mut f32,
    limits: Limits,
}

#[derive(Clone, Copy)]
enum Limits {
    /// What is kept of something.
    Share,
    /// A weight decay.
    NotNegative,
    /// An epsilon.
    Positive,
}

impl Limits {
    fn contain(self, value: f32) -> bool {
        match self {
            Self::Share => (0.0..1.0).contains(&value),
            Self::NotNegative => (0.0..f32::INFINITY).contains(&value),
            Self::Positive => value > 0.0 && value < f32::INFINITY,
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Share => "a number from 0 up to, but not including, 1",
            Self::NotNegative => "a finite number that is 0 or more",
            Self::Positive => "a finite number above 0",
        }
    }
}

impl OptimizerKind {
    /// The names of all optimizers.
    pub const NAMES: [&'static str; 7] =
        ["descent", "sgd", "adagrad", "adagrad-momentum", "rms-prop", "adam", "adamw"];

    /// AdamW's weight decay if none is given, as in PyTorch.
    const ADAM_W_DECAY: f32 = 0.01;

    /// The optimizer of this name with its usual settings.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "descent" => Self::Descent(Descent::default()),
            "sgd" => Self::Sgd(Sgd::default()),
            "adagrad" => Self::Adagrad(Adagrad::default()),
            "adagrad-momentum" => Self::AdagradMomentum(AdagradMomentum::default()),
            "rms-prop" => Self::RmsProp(RmsProp::default()),
            "adam" => Self::Adam(Adam::default()),
            "adamw" => Self::Adam(Adam { weight_decay: Self::ADAM_W_DECAY, ..Adam::default() }),
            _ => return None,
        })
    }

    /// Its name.
    ///
    /// ```
    /// use tinyconv_training::training::OptimizerKind;
    /// use tinyconv::optim::Adam;
    ///
    /// let name = |weight_decay| OptimizerKind::Adam(Adam { weight_decay, ..Adam::default() }).name();
    /// assert_eq!([name(0.0), name(0.01)], ["adam", "adamw"]);
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Descent(_) => "descent",
            Self::Sgd(_) => "sgd",
            Self::Adagrad(_) => "adagrad",
            Self::AdagradMomentum(_) => "adagrad-momentum",
            Self::RmsProp(_) => "rms-prop",
            // Without a weight decay, the two are one.
            Self::Adam(adam) if adam.weight_decay == 0.0 => "adam",
            Self::Adam(_) => "adamw",
        }
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// If one is out of its limits.
    ///
    /// ```
    /// use tinyconv_training::training::OptimizerKind;
    /// use tinyconv::optim::Sgd;
    ///
    /// let sgd = |momentum| OptimizerKind::Sgd(Sgd { momentum, ..Sgd::default() });
    /// assert!(sgd(0.9).validate().is_ok());
    /// assert!(sgd(1.0).validate().is_err());
    /// ```
    pub fn validate(&self) -> Result<(), InvalidOptimizer> {
        let (optimizer, mut copy) = (self.name(), *self);
        for Setting { name, value, limits } in copy.settings() {
            if !limits.contain(*value) {
                return Err(InvalidOptimizer::Value {
                    optimizer,
                    setting: name,
                    value: format!("{value:?}"),
                    allowed: limits.text(),
                });
            }
        }
        Ok(())
    }

    /// Its settings that are numbers.
    fn settings(&mut self) -> Vec<Setting<'_>> {
        let setting = |name, value, limits| Setting { name, value, limits };
        let momentum = |value| setting("momentum", value, Limits::Share);
        let epsilon = |value| setting("epsilon", value, Limits::Positive);
        let weight_decay = |value| setting("weight-decay", value, Limits::NotNegative);
        let name = self.name();
        match self {
            Self::Descent(rule) => vec![weight_decay(&mut rule.weight_decay)],
            Self::Sgd(rule) => {
                vec![momentum(&mut rule.momentum), weight_decay(&mut rule.weight_decay)]
            }
            Self::Adagrad(rule) => {
                vec![epsilon(&mut rule.epsilon), weight_decay(&mut rule.weight_decay)]
            }
            Self::AdagradMomentum(rule) => {
                vec![momentum(&mut rule.momentum), epsilon(&mut rule.epsilon)]
            }
            Self::RmsProp(rule) => vec![
                setting("alpha", &mut rule.alpha, Limits::Share),
                epsilon(&mut rule.epsilon),
                weight_decay(&mut rule.weight_decay),
            ],
            Self::Adam(rule) => {
                let mut settings = vec![
                    setting("beta1", &mut rule.beta1, Limits::Share),
                    setting("beta2", &mut rule.beta2, Limits::Share),
                    epsilon(&mut rule.epsilon),
                ];
                if name == "adamw" {
                    settings.push(weight_decay(&mut rule.weight_decay));
                }
                settings
            }
        }
    }

    /// Changes one setting; `text` is `name=value`, or `nesterov`.
    fn set(&mut self, optimizer: &'static str, text: &str) -> Result<(), InvalidOptimizer> {
        if let (Self::Sgd(sgd), NESTEROV) = (&mut *self, text) {
            sgd.nesterov = true;
            return Ok(());
        }
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let settings = self.settings();
        let mut known: Vec<String> =
            settings.iter().map(|setting| format!("{}=NUMBER", setting.name)).collect();
        let Some(setting) = settings.into_iter().find(|setting| setting.name == name) else {
            known.extend((optimizer == "sgd").then(|| NESTEROV.into()));
            let (setting, known) = (text.into(), known.join(", "));
            return Err(InvalidOptimizer::Setting { optimizer, setting, known });
        };
        match value.parse() {
            Ok(number) if setting.limits.contain(number) => {
                *setting.value = number;
                Ok(())
            }
            _ => Err(InvalidOptimizer::Value {
                optimizer,
                setting: setting.name,
                value: value.into(),
                allowed: setting.limits.text(),
            }),
        }
    }
}

impl FromStr for OptimizerKind {
    type Err = InvalidOptimizer;

    fn from_str(text: &str) -> Result<Self, InvalidOptimizer> {
        let (name, settings) =
            text.split_once(':').map_or((text, None), |(name, settings)| (name, Some(settings)));
        let mut kind = Self::named(name).ok_or_else(|| InvalidOptimizer::Name(name.into()))?;
        // Fixed here: a weight decay of 0 makes an `adamw` an `adam`.
        let optimizer = kind.name();
        let mut given = Vec::new();
        for text in settings.into_iter().flat_map(|settings| settings.split(',')) {
            kind.set(optimizer, text)?;
            let setting = text.split('=').next().unwrap_or(text);
            if given.contains(&setting) {
                return Err(InvalidOptimizer::Twice { optimizer, setting: setting.into() });
            }
            given.push(setting);
        }
        Ok(kind)
    }
}

impl fmt::Display for OptimizerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut copy, mut usual) = (*self, *self);
        if let Some(named) = Self::named(self.name()) {
            usual = named;
        }
        f.write_str(self.name())?;
        let mut separator = ':';
        for (setting, usual) in copy.settings().into_iter().zip(usual.settings()) {
            if setting.value != usual.value {
                write!(f, "{separator}{}={:?}", setting.name, setting.value)?;
                separator = ',';
            }
        }
        match self {
            Self::Sgd(Sgd { nesterov: true, .. }) => write!(f, "{separator}{NESTEROV}"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_values_go_round() {
        for name in OptimizerKind::NAMES {
            let kind: OptimizerKind = name.parse().unwrap();
            assert_eq!(kind.to_string(), name);
            assert_eq!(kind.validate(), Ok(()));
        }
        for text in [
            "descent:weight-decay=0.125",
            "sgd:momentum=0.0",
            "sgd:nesterov",
            "sgd:momentum=0.8,weight-decay=0.0004,nesterov",
            "adagrad:epsilon=1e-7,weight-decay=0.5",
            "adagrad-momentum:momentum=0.5,epsilon=1e-7",
            "rms-prop:alpha=0.9,epsilon=1e-6,weight-decay=0.1",
            "adam:beta1=0.8,beta2=0.99,epsilon=1e-7",
            "adamw:beta1=0.8,weight-decay=0.05",
        ] {
            let kind: OptimizerKind = text.parse().unwrap();
            assert_eq!(kind.to_string(), text);
            assert_ne!(Some(kind), OptimizerKind::named(kind.name()), "{text}");
        }
        let other_order: OptimizerKind = "sgd:nesterov,weight-decay=4e-4".parse().unwrap();
        assert_eq!(other_order.to_string(), "sgd:weight-decay=0.0004,nesterov");
        assert_eq!("adamw:weight-decay=0".parse(), "adam".parse::<OptimizerKind>());
        assert_eq!(
            "adamw:weight-decay=0,beta1=0.5".parse(),
            OptimizerKind::from_str("adam:beta1=0.5")
        );
    }

    #[track_caller]
    fn refuses(text: &str, words: &str) {
        let error = OptimizerKind::from_str(text).expect_err(text).to_string();
        assert!(error.contains(words), "no {words:?} in: {error}");
    }

    #[test]
    fn what_is_refused_says_what_to_give() {
        refuses("newton", "no optimizer `newton`: use one of descent, sgd, adagrad,");
        refuses("", "use one of");
        refuses("Adam", "use one of");
        refuses("sgd:", "no setting ``: it has momentum=NUMBER, weight-decay=NUMBER, nesterov");
        refuses("sgd:speed=1", "sgd has no setting `speed=1`");
        refuses("adam:nesterov", "adam has no setting `nesterov`");
        // A weight decay coupled to Adam's gradient is another rule, which there is not.
        refuses("adam:weight-decay=0.1", "adam has no setting");
        refuses("adagrad-momentum:weight-decay=0.1", "it has momentum=NUMBER, epsilon=NUMBER");
        refuses("sgd:nesterov=1", "no setting");
        refuses("sgd:momentum", "momentum is ``; give a number from 0");
        refuses("sgd:momentum=fast", "momentum is `fast`");
        refuses("sgd:momentum=0.9,momentum=0.8", "`momentum` is given twice");
        refuses("sgd:nesterov,nesterov", "`nesterov` is given twice");
        for wrong in ["1", "-0.1", "NaN", "inf"] {
            refuses(&format!("sgd:momentum={wrong}"), "up to, but not including, 1");
            refuses(&format!("rms-prop:alpha={wrong}"), "up to, but not including, 1");
            refuses(&format!("adam:beta2={wrong}"), "up to, but not including, 1");
        }
        for wrong in ["-1", "NaN", "inf", "1e99"] {
            refuses(&format!("adamw:weight-decay={wrong}"), "a finite number that is 0 or more");
            refuses(&format!("adagrad:epsilon={wrong}"), "a finite number above 0");
        }
        refuses("adagrad:epsilon=0", "a finite number above 0");
    }

    #[test]
    fn values_of_a_program_are_checked_too() {
        let sgd = OptimizerKind::Sgd(Sgd { momentum: f32::NAN, ..Sgd::default() });
        assert!(sgd.validate().unwrap_err().to_string().contains("sgd: momentum is `NaN`"));
        let adam = OptimizerKind::Adam(Adam { weight_decay: f32::NAN, ..Adam::default() });
        assert!(adam.validate().unwrap_err().to_string().contains("adamw: weight-decay is `NaN`"));
    }
}
