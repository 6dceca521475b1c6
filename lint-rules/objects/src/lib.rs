//! Typed views of the objects that are read. Nothing is copied out of the documents.

pub mod admission;
mod component;
mod container;
mod fields;
mod image;
mod ledger;
mod list;
pub mod micro_time;
mod name;
mod object;
mod parse_filter;
mod passed_arguments;
mod pod_spec;
mod selector;
mod workload;

pub use component::{Component, ComponentArgument};
pub use container::{Container, ContainerKind};
pub use fields::{FIELDS, in_all_templates};
pub use image::ImageRef;
pub use ledger::LedgerCode;
pub use list::{NestedList, kind_if_alone, objects_of};
pub use name::ObjectName;
pub use object::{Object, ObjectKind};
pub use parse_filter::{gives_components_arguments, is_read_kind, is_wanted, names_elections};
pub use selector::{Expression, Label, Operator, Selector};
pub use workload::{DEFAULT_ACCOUNT, Workload, WorkloadKind};
