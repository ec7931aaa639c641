//! The fused block equals the three layers one after the other, bit for bit: output, input gradient
//! and parameter gradients, for one sample and in lanes.

use crate::layers::{Activated, AnyActivation, AnyLayer, Chain, Conv2d, MaxPool2d, Staged};
use crate::plan::Plan;
use crate::testing::{At, Type, assert_bits, assert_lanes, check, run, samples, values};
use crate::{Fixed, Network, network};

/// The same layers, apart.
type Apart<N, A> = Chain<Activated<Conv2d<At<N, 3, 0>>, A>, MaxPool2d<At<N, 3, 2>>>;

#[derive(Clone, Copy, Debug)]
struct Ac;
