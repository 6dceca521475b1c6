mod aggregation;
mod apply;
mod custom_workloads;
mod namespaces;
mod old_sins;
mod rights;
mod scale;
mod transitions;
pub mod upgrades;
