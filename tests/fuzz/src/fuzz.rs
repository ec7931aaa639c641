//! A target with libFuzzer: `tests/fuzz.sh`.

#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use tinyconv_fuzz::Target;

/// Names the target.
const VARIABLE: &str = "TINYCONV_FUZZ_TARGET";

thread_local! {
    static TARGET: RefCell<Box<dyn FnMut(&[u8])>> = RefCell::new({
        let name = std::env::var(VARIABLE).unwrap_or_default();
        let target = Target::all().into_iter().find(|target| target.name == name);
        Box::new(target.unwrap_or_else(|| panic!("{VARIABLE} is {name:?}, which is no target")).start())
    });
}

fuzz_target!(|bytes: &[u8]| TARGET.with_borrow_mut(|target| target(bytes)));
