//! Pooling windows that lie side by side: where the gradient of each goes.

use super::Window;
use crate::Element;

/// Visits the cells of one channel's map in row-major order with the gradient of each: that of its
/// window where it was chosen, zero elsewhere. `visit(place, gradient)`.
#[inline(always)]
pub(super) fn for_each_cell<E: Element>(
    pool: Window,
    choices: &[E::Choice],
    d_output: &[E],
    mut visit: impl FnMut(usize, E) -> Option<()>,
) -> Option<()> {
    let ([_, ih, iw], [_, oh, ow], [ph, pw]) = (pool.input, pool.output, pool.kernel);
    let mut at = 0;
    for q in 0..oh {
        let choices = choices.get(q * ow..(q + 1) * ow)?;
        let d_output = d_output.get(q * ow..(q + 1) * ow)?;
        for r in 0..ph {
            for (&choice, &d) in choices.iter().zip(d_output) {
                for s in 0..pw {
                    visit(at, d.where_chosen(choice, (r * pw + s) as u8))?;
                    at += 1;
                }
            }
            for _ in ow * pw..iw {
                visit(at, E::ZERO)?;
                at += 1;
            }
        }
    }
    for at in at..ih * iw {
        visit(at, E::ZERO)?;
    }
    Some(())
}

/// Visits the positions of one channel's map that have a gradient, in row-major order:
/// `visit(row, column, gradient)`.
#[inline(always)]
pub(super) fn for_each_winner<E: Element>(
    pool: Window,
    choices: &[E::Choice],
    d_output: &[E],
    mut visit: impl FnMut(usize, usize, E) -> Option<()>,
) -> Option<()> {
    let ([_, oh, ow], [ph, pw]) = (pool.output, pool.kernel);
    for q in 0..oh {
        let choices = choices.get(q * ow..(q + 1) * ow)?;
        let d_output = d_output.get(q * ow..(q + 1) * ow)?;
        for r in 0..ph {
            for (c, (&choice, &d)) in choices.iter().zip(d_output).enumerate() {
                let s = usize::from(E::first_choice(choice)).wrapping_sub(r * pw);
                if s < pw && !d.first_is_zero() {
                    visit(q * ph + r, c * pw + s, d)?;
                }
            }
        }
    }
    Some(())
}
