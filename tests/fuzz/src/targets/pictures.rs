//! PNG and JPEG files, made into inputs of a network.

use tinyconv_training::data::read_pictures;

use crate::scratch::Scratch;

pub fn run(scratch: &mut Scratch, bytes: &[u8]) {
    let path = scratch.with(bytes);
    for shape in [[1, 8, 8], [3, 5, 9]] {
        if let Ok((_, inputs, _)) = read_pictures(&[path.into()], shape) {
            assert_eq!((inputs.len(), inputs.shape()), (1, shape));
        }
    }
}
