//! The program as its users meet it: run as a process, judged by what it prints and how it ends.
#![allow(clippy::as_conversions, clippy::expect_used, clippy::indexing_slicing)]

mod alerts;
mod alerts_fire;
mod architecture;
mod baseline;
#[cfg(feature = "serve")]
mod book;
#[cfg(feature = "render")]
mod builds;
mod bundles;
#[cfg(feature = "serve")]
mod certs;
#[cfg(feature = "render")]
mod chart_fixes;
#[cfg(feature = "render")]
mod chart_parts;
#[cfg(feature = "render")]
mod charts;
#[cfg(feature = "render")]
mod charts_of_objects;
mod configuration;
#[cfg(feature = "custom-rules")]
mod custom_rules;
#[cfg(feature = "serve")]
mod deploy;
#[cfg(feature = "serve")]
mod deploy_chart;
mod diff;
mod exit_statuses;
mod export;
mod features;
mod field;
mod fixes;
mod formats;
#[cfg(feature = "render")]
mod gitops;
mod hostile_configuration;
#[cfg(all(unix, feature = "render"))]
mod hostile_renderings;
mod house;
#[cfg(target_os = "linux")]
mod image;
mod inputs;
mod inspect;
mod json_shape;
mod kustomize;
#[cfg(feature = "serve")]
mod memory;
mod modules;
#[path = "../shared/not_tested.rs"]
mod not_tested;
mod pages;
mod plugin;
#[cfg(unix)]
mod pre_commit;
#[cfg(feature = "serve")]
mod readme;
#[cfg(all(unix, feature = "git"))]
mod recipes;
#[cfg(feature = "render")]
mod releases;
#[cfg(all(unix, feature = "render"))]
mod render_cache;
#[cfg(feature = "git")]
mod revisions;
#[cfg(feature = "render")]
mod rule_charts;
/// The reader of the rules' documents, as their own tests have it.
#[cfg(feature = "render")]
#[allow(dead_code, clippy::indexing_slicing, clippy::string_slice)]
#[path = "../../lint-rules/engine/tests/rule_documents/document.rs"]
mod rule_document;
#[cfg(unix)]
mod sarif;
#[cfg(feature = "schema")]
#[path = "../shared/schema_check.rs"]
mod schema_check;
#[cfg(feature = "schema")]
mod schemas;
mod security;
mod selection;
#[cfg(feature = "serve")]
mod serve;
mod shared_configuration;
#[cfg(feature = "source")]
mod source;
#[cfg(feature = "source")]
mod source_files;
#[cfg(feature = "source")]
mod source_ties;
mod text;
mod workspace;
