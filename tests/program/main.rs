//! The program as its users meet it: run as a process, judged by what it prints and how it ends.

mod bundles;
mod certs;
mod configuration;
mod deploy;
mod diff;
mod exit_statuses;
mod export;
mod inputs;
mod inspect;
mod json_shape;
mod kustomize;
mod memory;
mod pages;
mod readme;
mod serve;
mod text;
mod workspace;
