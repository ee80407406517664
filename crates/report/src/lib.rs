//! Documents and pictures: data in, bytes out. Pure: what people read in them is handed in.

pub mod chart;
