//! The convolution as its formulas say it, one loop per index: what the fast kernels must equal,
//! bit for bit.
