//! The macro that exports a page's functions to its scripts.

/// Makes a crate the page of its networks: each with the part of it that is taught
/// ([`Last<n>`](tinyconv::tuning::Last) or [`All`](tinyconv::tuning::All)), and the blank border that its input has, if
/// it has one.
///
/// It exports, as C functions: `open(length)`, `prepare()`, `infer()`, `teach(class, learning_rate)`, `restore()`,
/// which return 0 or 1 (then there is a message); `save()`, which returns a file's length or 0; `loss()`; where things
/// are in memory: `drawing()`, `file()`, `pixels()`, `logits()`, `probabilities()`, `maps()`, `parameters()`, `text()`; and
/// `file_capacity()`, `text_length()`, `side()`. [`Page`](crate::Page) has the functions' documentation.
///
/// ```
/// use tinyconv::tuning::{All, Last};
///
/// tinyconv::network! {
///     Small: 1 x 12 x 12 { Conv2d { out: 2, kernel: 3 }, Relu, MaxPool2d { size: 2 }, Dense { out: 3 } }
/// }
/// tinyconv::network! { Line: 1 x 12 x 12 { Dense { out: 3 } } }
///
/// tinyconv_page::page! { Small { trains: Last<1> }, Line { trains: All, border: 1 } }
///
/// assert_eq!(open(0), 1); // an empty file is none
/// assert_eq!(text_length(), "this is not a tinyconv model file".len());
/// ```
#[macro_export]
macro_rules! page {
    ($($network:ty { trains: $part:ty $(, border: $border:expr)? $(,)? }),+ $(,)?) => {
        const __ENTRIES: &[$crate::Entry] =
            &[$($crate::Entry::of::<$network, $part>(0 $(+ $border)?)),+];

        type __Page = $crate::Page<
            { $crate::Entry::floats(__ENTRIES) },
            { $crate::Entry::bytes(__ENTRIES) },
            { $crate::Entry::file_bytes(__ENTRIES) },
        >;

        static __PAGE: $crate::Mutex<__Page> = $crate::Mutex::new(__Page::NEW);

        /// A page has one thread. What cannot be locked was left locked by a function that ended in a trap.
        fn __page() -> impl ::core::ops::DerefMut<Target = __Page> {
            __PAGE.try_lock().expect("nothing has gone wrong before")
        }

        $crate::__exports! {
            open(length: usize) -> u32: |page| { let done = page.open(__ENTRIES, length); page.status(done) };
            prepare() -> u32: |page| { let done = page.prepare(); page.status(done) };
            infer() -> u32: |page| { let done = page.infer(); page.status(done) };
            teach(class: u32, learning_rate: f32) -> u32: |page| {
                let done = page.teach(class, learning_rate);
                page.status(done)
            };
            restore() -> u32: |page| { let done = page.restore(); page.status(done) };
            save() -> usize: |page| match page.save() {
                Ok(length) => length,
                Err(error) => { page.status(Err(error)); 0 }
            };
            loss() -> f32: |page| page.loss();
            drawing() -> *mut u8: |page| page.drawing().as_mut_ptr();
            file() -> *mut u8: |page| page.file().as_mut_ptr();
            file_capacity() -> usize: |page| page.file().len();
            pixels() -> *mut u8: |page| page.pixels().as_mut_ptr();
            logits() -> *const f32: |page| page.logits().as_ptr();
            probabilities() -> *const f32: |page| page.probabilities().as_ptr();
            maps() -> *const f32: |page| page.maps().as_ptr();
            parameters() -> *const f32: |page| page.parameters().as_ptr();
            text() -> *const u8: |page| page.text().as_ptr();
            text_length() -> usize: |page| page.text().len();
            side() -> usize: |_page| $crate::drawing::SIDE;
        }

        // A program for the browser has nothing that would print a message.
        #[cfg(target_arch = "wasm32")]
        #[panic_handler]
        fn __panic(_: &::core::panic::PanicInfo<'_>) -> ! {
            ::core::arch::wasm32::unreachable()
        }
    };
}

/// The functions of [`page!`].
#[doc(hidden)]
#[macro_export]
macro_rules! __exports {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $result:ty: |$page:ident| $body:expr;)*) => {$(
        #[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
        #[doc = concat!("Exports `", stringify!($name), "` of the page.")]
        pub extern "C" fn $name($($argument: $kind),*) -> $result {
            let mut guard = __page();
            let $page = &mut *guard;
            $body
        }
    )*};
}
