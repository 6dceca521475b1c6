//! Configuration files that a program decodes into a struct: what stands there afterwards depends on the file's keys.
//!
//! Keys are taken as the struct's tags spell them. What a type reads by a method of its own is not known.

use std::rc::Rc;
use std::sync::Arc;

use crate::fold;
use crate::run::{CallArguments, GoValue, Interpreter, TypeRef};
use crate::syntax::SourcePosition;
use crate::syntax::ast::StructField;
use crate::term::{FileKey, KeyFile, SharedTerm, Term, TermKind, TextSyntax};
use crate::value::CodeContext;

use super::LibraryAnswer;
use super::bound_flags::{COMPONENT_DEFAULTS, COMPONENT_NAMES};
use super::configuration::zero_of;
use super::key_tags::KeyTags;
use super::tags::{syntax_of, tag_value};

/// Structs inside structs that are filled.
const MAX_STRUCT_DEPTH: u32 = 8;

/// A file that is decoded.
#[derive(Clone)]
pub(super) struct DecodedFile {
    pub path: SharedTerm,
    pub tags: KeyTags,
    pub at: SourcePosition,
}

impl DecodedFile {
    fn key(&self, key: &str, default: SharedTerm) -> SharedTerm {
        Term::key(
            KeyFile::Path(self.path.clone()),
            key,
            default,
            Some(self.at),
        )
    }

    fn given(&self, key: &str) -> SharedTerm {
        let file = KeyFile::Path(self.path.clone());
        let key = Arc::from(key);
        let kind = TermKind::KeyGiven(Arc::new(FileKey { file, key }));
        Term::new(kind, Some(self.at))
    }
}

impl<'p> Interpreter<'p, '_> {
    /// A function that decodes the text of a file into a struct.
    pub(super) fn decoding_call(
        &mut self,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if package == "k8s.io/apimachinery/pkg/runtime" && name == "DecodeInto" {
            let target = arguments.get(2);
            let file = self.decoded_file(&arguments.get(1), KeyTags::Json, arguments.at)?;
            self.decode(&target, &file)?;
            if fills_defaults(&arguments.get(0)) {
                self.default_value(&target);
            }
            return LibraryAnswer::nothing();
        }
        if !name.starts_with("Unmarshal") {
            return None;
        }
        let file = self.decoded_file(&arguments.get(0), KeyTags::of(package)?, arguments.at)?;
        self.decode(&arguments.get(1), &file)?;
        LibraryAnswer::nothing()
    }

    /// A decoder's method `Decode`.
    pub(super) fn decoding_method(
        &mut self,
        receiver: &GoValue<'p>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        let decoder = receiver.as_outside()?.clone();
        match (name, arguments.len()) {
            ("Decode", 1) => {
                let file =
                    self.decoded_file(receiver, KeyTags::of(&decoder.package)?, arguments.at)?;
                self.decode(&arguments.get(0), &file)?;
                LibraryAnswer::nothing()
            }
            ("Decode", 3) if decoder.package.starts_with("k8s.io/apimachinery/") => {
                let target = arguments.get(2);
                let file = self.decoded_file(&arguments.get(0), KeyTags::Json, arguments.at)?;
                self.decode(&target, &file)?;
                if fills_defaults(receiver) {
                    self.default_value(&target);
                }
                let results = vec![target, GoValue::nothing(), GoValue::nothing()];
                Some(LibraryAnswer(GoValue::tuple(results)))
            }
            _ => None,
        }
    }

    fn decoded_file(
        &self,
        content: &GoValue<'p>,
        tags: KeyTags,
        at: SourcePosition,
    ) -> Option<DecodedFile> {
        let path = self.file_of(content)?;
        Some(DecodedFile { path, tags, at })
    }

    /// The path of the file whose text a value is, or reads.
    fn file_of(&self, value: &GoValue<'p>) -> Option<SharedTerm> {
        let mut link = value.as_outside()?;
        for _ in 0..8 {
            let first = link.args.first()?;
            link = match (&*link.package, &*link.name) {
                ("os", "ReadFile" | "Open") | ("io/ioutil", "ReadFile") => {
                    return Some(self.term(first));
                }
                ("bytes", "NewReader" | "NewBuffer" | "TrimSpace")
                | ("bufio" | "strings", "NewReader")
                | ("io" | "io/ioutil", "ReadAll")
                | (_, "NewDecoder" | "NewYAMLOrJSONDecoder" | "NewYAMLToJSONDecoder") => {
                    first.as_outside()?
                }
                _ => return None,
            };
        }
        None
    }

    /// Fills a struct from a file; `None` if it is not known how.
    pub(super) fn decode(&mut self, target: &GoValue<'p>, file: &DecodedFile) -> Option<()> {
        let object = self.pointed_object(target)?;
        let ty = self.memory.get(object)?.ty.clone();
        match self.struct_fields(&ty) {
            // Types without tags are internal ones, which are converted from those that the file holds.
            Some((fields, _)) if file.tags == KeyTags::Json => {
                let mut tags = fields.iter().filter_map(|field| field.tag);
                tags.any(|tag| tag_value(tag, "json").is_some())
                    .then_some(())?;
            }
            Some(_) => {}
            None => is_component(&ty).then_some(())?,
        }
        self.fill_object(object, "", file, 0);
        Some(())
    }

    fn fill_object(&mut self, object: usize, prefix: &str, file: &DecodedFile, depth: u32) {
        let Some(ty) = self.memory.get(object).map(|object| object.ty.clone()) else {
            return;
        };
        if let Some((fields, context)) =
            self.struct_fields(&ty).filter(|_| depth < MAX_STRUCT_DEPTH)
        {
            for field in fields {
                self.fill_field(object, field, context, prefix, file, depth);
            }
            return;
        }
        match &ty {
            TypeRef::Outside(_, "TypeMeta") => {}
            TypeRef::Outside(_, "LeaderElectionConfiguration") if is_component(&ty) => {
                for (field, syntax, _) in COMPONENT_DEFAULTS.iter().chain(COMPONENT_NAMES) {
                    let Some(cell) = self.deep_field(object, field) else {
                        continue;
                    };
                    let key = joined(prefix, &small_first(field));
                    match syntax {
                        TextSyntax::Boolean => {
                            let off = GoValue::Term(zero_of(TextSyntax::Boolean));
                            self.fill_pointer(cell, off, file, &key, |this, cell| {
                                this.fill_leaf(cell, TextSyntax::Boolean, &key, file);
                            });
                        }
                        syntax => self.fill_leaf(cell, *syntax, &key, file),
                    }
                }
            }
            TypeRef::Outside(..) if is_component(&ty) => {
                let component: Rc<str> = Rc::from("k8s.io/component-base/config/v1alpha1");
                let inner = TypeRef::Outside(component, "LeaderElectionConfiguration");
                if let Some(cell) = self.field_cell(object, "LeaderElection", 0) {
                    let ty = TypeRef::Pointer(Rc::new(inner));
                    self.fill_cell(cell, &ty, &joined(prefix, "leaderElection"), file, depth);
                }
            }
            _ => {
                let unknown = from_file(file);
                self.memory.spoil(object, &unknown, 0);
            }
        }
    }

    fn fill_field(
        &mut self,
        object: usize,
        field: &'p StructField<'p>,
        context: CodeContext,
        prefix: &str,
        file: &DecodedFile,
        depth: u32,
    ) {
        let name = match file.tags {
            KeyTags::Json => "json",
            KeyTags::Yaml => "yaml",
        };
        let tag = field.tag.and_then(|tag| tag_value(tag, name));
        let tag = tag.unwrap_or_default();
        let (name, options) = tag.split_once(',').unwrap_or((&tag, ""));
        if name == "-" {
            return;
        }
        let inline = options.split(',').any(|option| option == "inline")
            || field.embedded && name.is_empty() && file.tags == KeyTags::Json;
        let key = match (inline, name, file.tags) {
            (true, ..) => prefix.to_owned(),
            (false, "", KeyTags::Json) => joined(prefix, field.name.name),
            (false, "", KeyTags::Yaml) => joined(prefix, &field.name.name.to_lowercase()),
            (false, name, _) => joined(prefix, name),
        };
        let ty = self.ty(&field.ty, context);
        if let Some(cell) = self.field_cell(object, field.name.name, 0) {
            self.fill_cell(cell, &ty, &key, file, depth + 1);
        }
    }

    fn fill_cell(
        &mut self,
        cell: usize,
        ty: &TypeRef<'p>,
        key: &str,
        file: &DecodedFile,
        depth: u32,
    ) {
        if self.reads_itself(ty) {
            self.memory.write(cell, from_file(file));
            return;
        }
        let plain = self.underlying(ty);
        match &plain {
            TypeRef::Pointer(inner) => {
                let inner = (**inner).clone();
                let zero = self.zero(&inner);
                self.fill_pointer(cell, zero, file, key, |this, cell| {
                    this.fill_cell(cell, &inner, key, file, depth);
                });
            }
            TypeRef::Outside(path, "Duration") if &**path != "time" => {
                let duration = self.object_in(cell);
                let duration = duration.and_then(|object| self.deep_field(object, "Duration"));
                if let Some(cell) = duration {
                    self.fill_leaf(cell, TextSyntax::Duration, key, file);
                }
            }
            // As a number of nanoseconds.
            TypeRef::Outside(_, "Duration") if file.tags == KeyTags::Json => {
                self.fill_leaf(cell, TextSyntax::Integer, key, file);
            }
            TypeRef::Struct(..) | TypeRef::Outside(..) if !is_time_duration(&plain) => {
                match self.object_in(cell) {
                    Some(object) => self.fill_object(object, key, file, depth),
                    None => self.memory.write(cell, from_file(file)),
                }
            }
            plain => match syntax_of(plain) {
                TextSyntax::Other => self.memory.write(cell, from_file(file)),
                syntax => self.fill_leaf(cell, syntax, key, file),
            },
        }
    }

    /// A pointer is there if it was before, or if the file has its key.
    fn fill_pointer(
        &mut self,
        cell: usize,
        zero: GoValue<'p>,
        file: &DecodedFile,
        key: &str,
        fill: impl FnOnce(&mut Self, usize),
    ) {
        match self.memory.read(cell) {
            GoValue::Pointer(inner) => fill(self, inner),
            now if now.is_nothing() => {
                let inner = self.memory.cell(zero);
                fill(self, inner);
                let value = GoValue::choose(
                    &file.given(key),
                    &GoValue::Pointer(inner),
                    &GoValue::nothing(),
                );
                self.memory.write(cell, value);
            }
            _ => self.memory.write(cell, from_file(file)),
        }
    }

    fn fill_leaf(&mut self, cell: usize, syntax: TextSyntax, key: &str, file: &DecodedFile) {
        let now = self.memory.read(cell);
        let default = if now.is_nothing() {
            zero_of(syntax)
        } else {
            self.term(&now)
        };
        let value = fold::parsed(syntax, &file.key(key, default), Some(file.at));
        self.memory.write(cell, GoValue::Term(value));
    }

    /// Whether a type of this repository decodes itself.
    fn reads_itself(&self, ty: &TypeRef<'p>) -> bool {
        let TypeRef::Named(package, name) = ty else {
            return false;
        };
        let parsed = self.repository.parsed(*package);
        ["UnmarshalJSON", "UnmarshalYAML", "UnmarshalText"]
            .iter()
            .any(|method| parsed.is_some_and(|parsed| parsed.method(name, method).is_some()))
    }
}

/// Whether a decoder of apimachinery fills defaults in, as those that also convert do.
fn fills_defaults(decoder: &GoValue<'_>) -> bool {
    decoder.as_outside().is_some_and(|decoder| {
        matches!(
            &*decoder.name,
            "UniversalDecoder" | "LegacyCodec" | "CodecForVersions"
        )
    })
}

/// Types of other modules whose fields are known: component-base's `LeaderElectionConfiguration`, controller-runtime's
/// `ControllerManagerConfiguration` and what it embeds.
fn is_component(ty: &TypeRef<'_>) -> bool {
    match ty {
        TypeRef::Outside(path, "LeaderElectionConfiguration") => {
            path.starts_with("k8s.io/component-base/config/")
        }
        TypeRef::Outside(
            path,
            "ControllerManagerConfiguration" | "ControllerManagerConfigurationSpec",
        ) => path.starts_with("sigs.k8s.io/controller-runtime"),
        _ => false,
    }
}

fn is_time_duration(ty: &TypeRef<'_>) -> bool {
    matches!(ty, TypeRef::Outside(path, "Duration") if &**path == "time")
}

fn from_file<'p>(file: &DecodedFile) -> GoValue<'p> {
    GoValue::unknown("it is read from a file", file.at)
}

/// `leaseDuration` of `LeaseDuration.Duration`.
fn small_first(field: &str) -> String {
    let name = field.split('.').next().unwrap_or(field);
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

fn joined(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else {
        format!("{prefix}.{key}")
    }
}
