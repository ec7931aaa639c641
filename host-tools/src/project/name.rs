//! Names of projects are names of Rust packages.

use super::ProjectError;

/// The longest one: a name of a file has at most 255 bytes, and cargo puts things behind it.
const LONGEST: usize = 64;

/// Words of Rust's that cannot name a crate.
const KEYWORDS: [&str; 53] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Packages that a project has besides its own, and names with a meaning to cargo or the compiler.
const TAKEN: [&str; 19] = [
    "alloc",
    "build",
    "core",
    "deps",
    "emulated",
    "examples",
    "firmware",
    "host-tools",
    "incremental",
    "network",
    "proc-macro",
    "std",
    "test",
    "tinyconv",
    "tinyconv-exchange",
    "tinyconv-macros",
    "tinyconv-plan",
    "tinyconv-report",
    "tinyconv-training",
];

/// Names of devices, which Windows takes for no files, whatever their case.
const DEVICES: [&str; 22] = [
    "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con", "lpt1",
    "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// Checks that `name` can be the name of a project.
///
/// ```
/// use host_tools::project::check_name;
///
/// assert!(check_name("my-net").is_ok() && check_name("net_2").is_ok());
/// for wrong in ["", "2nd", "my net", "fn", "tinyconv", "tinyconv-plan", "host_tools", "../net", "nul"] {
///     assert!(check_name(wrong).is_err(), "{wrong}");
/// }
/// ```
///
/// # Errors
/// If cargo, the compiler or a file system would not take it.
pub fn check_name(name: &str) -> Result<(), ProjectError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let why = if name.is_empty() {
        "it is empty"
    } else if name.len() > LONGEST {
        "it is longer than 64 characters"
    } else if !name.chars().all(plain) {
        "it may have letters from a to z, digits, - and _"
    } else if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        "it must begin with a letter"
    } else if KEYWORDS.contains(&name) {
        "it is a keyword of Rust"
    } else if TAKEN.contains(&&*name.replace('_', "-")) {
        "the name is taken"
    } else if DEVICES.contains(&&*name.to_lowercase()) {
        "Windows has a device of that name"
    } else {
        return Ok(());
    };
    Err(ProjectError::Name { name: name.into(), why })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_refuses_what_it_is_for() {
        let why = |name: &str| match check_name(name) {
            Ok(()) => "",
            Err(ProjectError::Name { why, .. }) => why,
            Err(other) => panic!("{other}"),
        };
        for name in ["a", "my-net", "My_Net2", "digits", &"n".repeat(64)] {
            assert_eq!(why(name), "", "{name}");
        }
        assert!(why(&"n".repeat(65)).contains("longer"));
        for name in ["näh", "a b", "a/b", "a.b", "a\n", "a\"b", "@NAME@"] {
            assert!(why(name).contains("letters from"), "{name}");
        }
        for name in ["1a", "-a", "_a"] {
            assert!(why(name).contains("begin"), "{name}");
        }
        assert!(why("match").contains("keyword") && why("CON").contains("Windows"));
        for name in ["network", "host_tools", "core", "proc_macro"] {
            assert!(why(name).contains("taken"), "{name}");
        }
        for list in [&KEYWORDS[..], &TAKEN, &DEVICES] {
            assert!(list.is_sorted(), "sorted, so that nothing is there twice");
        }
    }
}
