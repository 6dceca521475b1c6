//! leaselint: proves that a leader-election configuration is right.

fn main() {}
