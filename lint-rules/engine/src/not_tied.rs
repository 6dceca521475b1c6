//! Containers of which it is not known whether they run a program that elects.

use objects::{Container, Object};
use programs::Unknown;

/// A container, its object, and why it is not known whether it runs a program that elects.
pub(super) struct NotTiedContainer<'w> {
    pub object: Object<'w>,
    pub container: Container<'w>,
    pub because: Unknown,
}
