//! Maps of an input's objects and files, by a hash that costs a quarter of the standard one and is seeded anew for each
//! process.

use foldhash::fast::RandomState;

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
pub(crate) type HashSet<T> = std::collections::HashSet<T, RandomState>;
