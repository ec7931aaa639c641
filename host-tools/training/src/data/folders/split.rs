//! Which pictures are kept for testing where no folder says so.

use std::ffi::OsStr;

use sha2::{Digest, Sha256};

/// The share of pictures that is kept for testing is 1 in so many.
const ONE_IN: u64 = 5;

/// Not that of training: a network is tested with the same pictures whatever seed it was trained
/// with, and never with one that it has seen.
const SEED: u64 = 1;

/// For each of the pictures `names` of `class`, whether it is kept for testing: about a fifth of
/// them, and at least one if there are two or more, but never all.
///
/// A picture's own name decides, by the SHA-256 of the seed (1, eight bytes, the lowest first),
/// the class, `/`, and the name: a picture that is added or removed moves no other one, unless a
/// class has very few.
///
/// ```
/// use tinyconv_training::data::kept_for_testing;
///
/// let kept = kept_for_testing("cat", &["a.png".as_ref(), "b.png".as_ref()]);
/// assert_eq!(kept.iter().filter(|&&kept| kept).count(), 1);
/// ```
#[must_use]
pub fn kept_for_testing(class: &str, names: &[&OsStr]) -> Vec<bool> {
    let draws: Vec<u64> = names.iter().map(|name| draw(class, name)).collect();
    let mut kept: Vec<bool> = draws.iter().map(|&draw| draw < u64::MAX / ONE_IN).collect();
    let count = kept.iter().filter(|&&kept| kept).count();
    let nearest = |order: fn(&u64) -> u64| (0..draws.len()).min_by_key(|&i| order(&draws[i]));
    if names.len() > 1 {
        if count == 0 {
            nearest(|&draw| draw).into_iter().for_each(|i| kept[i] = true);
        } else if count == names.len() {
            nearest(|&draw| u64::MAX - draw).into_iter().for_each(|i| kept[i] = false);
        }
    } else {
        kept.fill(false);
    }
    kept
}

fn draw(class: &str, name: &OsStr) -> u64 {
    let name = name.to_string_lossy();
    let hash = Sha256::new()
        .chain_update(SEED.to_le_bytes())
        .chain_update(class)
        .chain_update("/")
        .chain_update(&*name)
        .finalize();
    let (first, _) = hash.split_first_chunk().expect("a hash has 32 bytes");
    u64::from_le_bytes(*first)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn kept(class: &str, names: &[OsString]) -> Vec<bool> {
        kept_for_testing(class, &names.iter().map(OsString::as_os_str).collect::<Vec<_>>())
    }

    fn names(count: usize) -> Vec<OsString> {
        (0..count).map(|i| format!("{i}.png").into()).collect()
    }

    #[test]
    fn about_a_fifth_is_kept_and_others_do_not_matter() {
        let all = kept("cat", &names(2000));
        let count = all.iter().filter(|&&kept| kept).count();
        // Five standard deviations of a binomial distribution: 5 * sqrt(2000 * 0.2 * 0.8).
        assert!((310..=490).contains(&count), "{count}");
        assert_eq!(kept("cat", &names(1000)), all[..1000]);
        assert_ne!(kept("dog", &names(1000)), all[..1000]);
    }

    #[test]
    fn small_classes_have_some_of_both() {
        for count in 2..20 {
            for class in ["a", "b", "c", "d"] {
                let kept = kept(class, &names(count));
                assert!(kept.contains(&true) && kept.contains(&false), "{class} {count}");
            }
        }
        assert_eq!(kept("a", &names(1)), [false]);
        assert!(kept("a", &[]).is_empty());
    }
}
