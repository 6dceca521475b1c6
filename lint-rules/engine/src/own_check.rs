//! A check that is no function: of a rule that is made at run time.

use std::fmt;

use super::access_summary::AccessSummary;
use super::input::Input;
use super::sink::Sink;
use election::Elector;
use objects::Object;

/// A check that holds data of its own, such as a query of the user's.
pub trait OwnCheck: fmt::Debug + Send + Sync {
    /// Whether it looks at electors; otherwise at objects.
    fn is_of_electors(&self) -> bool;

    /// Looks at an elector.
    fn check_elector(
        &self,
        elector: &Elector<'_>,
        access: &AccessSummary,
        input: &Input,
        sink: &mut Sink<'_>,
    );

    /// Looks at an object.
    fn check_object(&self, object: &Object<'_>, sink: &mut Sink<'_>);
}
