//! The program: command line, configuration, wiring. Nothing else names concrete drivers.

fn main() {}
