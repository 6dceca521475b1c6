#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| leaselint_fuzz::go_source(bytes));
