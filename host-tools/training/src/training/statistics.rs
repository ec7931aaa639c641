//! The running averages of batch normalisation, which lie among the parameters but are none of the
//! optimizer's.

use std::ops::Range;

use tinyconv::plan::Walk;

use super::AnyNetwork;

/// Where the running averages of a network lie, and a copy of them.
pub(super) struct Statistics {
    ranges: Vec<Range<usize>>,
    kept: Vec<f32>,
}

impl Statistics {
    pub(super) fn of(network: &dyn AnyNetwork) -> Self {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for place in Walk::new(network.input(), &network.layers()) {
            let mut first = place.first_param;
            for tensor in place.facts.tensors.as_slice() {
                let range = first..first + tensor.len();
                first = range.end;
                match ranges.last_mut() {
                    _ if tensor.role.is_trained() => {}
                    Some(before) if before.end == range.start => before.end = range.end,
                    _ => ranges.push(range),
                }
            }
        }
        Self { ranges, kept: Vec::new() }
    }

    /// Remembers them before a step of the optimizer, which may pull all parameters towards zero.
    pub(super) fn keep(&mut self, parameters: &[f32]) {
        self.kept.clear();
        for range in &self.ranges {
            self.kept.extend_from_slice(&parameters[range.clone()]);
        }
    }

    /// Puts back what was kept.
    pub(super) fn restore(&self, parameters: &mut [f32]) {
        let mut kept = &*self.kept;
        for range in &self.ranges {
            let (of_layer, rest) = kept.split_at(range.len());
            parameters[range.clone()].copy_from_slice(of_layer);
            kept = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::Typed;

    #[test]
    fn averages_are_found_wherever_they_lie() {
        tinyconv::network! {
            Net: 1 x 4 x 4 {
                Conv2d { out: 2, kernel: 3 }, BatchNorm, // 20, then 8
                Residual { PointwiseConv2d { out: 2 }, BatchNorm }, // 6, then 8
                Dense { out: 3 }, // 27
            }
        }
        let mut statistics = Statistics::of(&Typed::<Net>::NEW);
        assert_eq!(statistics.ranges, [24..28, 38..42]);
        let mut parameters: Vec<f32> = (0..Net::PARAMS).map(|index| index as f32).collect();
        statistics.keep(&parameters);
        parameters.fill(-1.0);
        statistics.restore(&mut parameters);
        let restored = parameters.iter().filter(|&&parameter| parameter >= 0.0);
        assert!(restored.eq(&[24.0, 25.0, 26.0, 27.0, 38.0, 39.0, 40.0, 41.0]));
    }
}
