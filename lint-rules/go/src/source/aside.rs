//! Programs for tests, examples and development.

/// Folders whose programs are no part of the product.
const ASIDE: &[&str] = &[
    "test",
    "tests",
    "e2e",
    "example",
    "examples",
    "hack",
    "tools",
    "testing",
    "samples",
    "docs",
    "contrib",
    "third_party",
    "integration",
    "mock",
    "mocks",
    "fixtures",
    "benchmark",
    "benchmarks",
];

/// Whether a folder holds such programs.
#[must_use]
pub fn is_aside(folder: &str) -> bool {
    folder
        .split('/')
        .any(|part| ASIDE.contains(&part) || part.starts_with('_') || part.starts_with('.'))
}
