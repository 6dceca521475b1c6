//! Objects of Flux and Argo CD in an input, and where in it lies what they apply.
//!
//! Whether a repository that an object names is this one is nowhere written. A path of it that is in the input, counted from
//! the root of the repository or from a folder that is judged, is taken for the one that is meant.

use std::collections::{BTreeSet, HashMap};

use engine::{AppliedBy, Input};
use manifest::text::{FileId, FileSpan};
use manifest::tree::{Document, Node};
use rendering::delivery::{
    AppliedChart, AppliedSource, AppliedValues, KustomizationEdits, Neighbours, SourceKind,
    applied_sources,
};

use super::super::neighbours::KUSTOMIZATIONS;
use super::RenderSettings;
use super::disk::FileStore;
use super::helm::{ChartRelease, GivenValues};
use super::layer_walk::join;

/// An object that applies something.
pub struct FoundDelivery {
    /// All of it.
    object: FileSpan,
    applied_by: AppliedBy,
    sources: Vec<Result<AppliedSource, String>>,
}

/// What is rendered for an object.
pub enum DeliveredPart {
    Release {
        /// The chart's folder, with a slash at its end; the top one empty.
        folder: String,
        release: Box<ChartRelease>,
    },
    Build(Box<DeliveredBuild>),
}

/// A kustomization, built for an object.
pub struct DeliveredBuild {
    /// The object.
    pub object: FileSpan,
    /// Its folder, without a slash at its end; the top one empty.
    pub folder: String,
    pub edits: KustomizationEdits,
    pub applied_by: AppliedBy,
    /// There is a kustomization; otherwise one is made of all manifests.
    pub is_written: bool,
    /// Files may lie anywhere in the repository, as for Flux.
    pub reaches_out: bool,
}

/// The objects of an input that have not been looked at yet.
#[derive(Default)]
pub struct DeliverySearch<'s> {
    seen: BTreeSet<FileSpan>,
    /// What the names of files in folders begin with that are judged.
    judged: &'s [String],
}

impl<'s> DeliverySearch<'s> {
    /// None was looked at.
    pub fn of(settings: &'s RenderSettings) -> Self {
        Self {
            seen: BTreeSet::new(),
            judged: &settings.judged,
        }
    }

    /// The objects that apply something and were not found before. `unfinished`: files in which none is looked for yet.
    pub fn new_ones(&mut self, input: &Input, unfinished: &BTreeSet<FileId>) -> Vec<FoundDelivery> {
        let objects: Vec<Node<'_>> = input.documents().flat_map(objects_of).collect();
        let folders = || {
            let paths = RepositoryPaths::of(input, self.judged);
            paths.folders.into_keys().collect()
        };
        let neighbours = Neighbours {
            objects,
            folders: &folders,
        };
        let mut found = Vec::new();
        for object in &neighbours.objects {
            let place = |node: Node<'_>| FileSpan {
                file: node.document().file(),
                span: node.span(),
            };
            let at = place(*object);
            if self.seen.contains(&at) || unfinished.contains(&at.file) {
                continue;
            }
            let Some(sources) = applied_sources(*object, &neighbours) else {
                continue;
            };
            self.seen.insert(at);
            let kind = object.get("kind").and_then(Node::as_str);
            found.push(FoundDelivery {
                object: at,
                applied_by: AppliedBy {
                    place: object.at(&["metadata", "name"]).map_or(at, place),
                    kind: kind.unwrap_or_default().to_owned(),
                },
                sources,
            });
        }
        found
    }
}

/// The objects of a document: its own, or those of a list.
fn objects_of(document: &Document) -> impl Iterator<Item = Node<'_>> {
    let root = document.root();
    let is_list = root.get("kind").and_then(Node::as_str) == Some("List");
    let items = root.get("items").filter(|_| is_list);
    let own = (!is_list).then_some(root);
    own.into_iter()
        .chain(items.into_iter().flat_map(Node::items))
}

impl FoundDelivery {
    /// The file in which it stands.
    pub fn file(&self) -> FileId {
        self.object.file
    }

    /// All of the object.
    pub fn place(&self) -> FileSpan {
        self.object
    }

    /// Notes why nothing is rendered for the object.
    pub fn leave(self, input: &mut Input, why: &str) {
        input.note_delivery(self.object, Err(why.to_owned()));
    }

    /// What is rendered for the object. What is not is noted. `unbuilt`: files whose objects may be changed by what could not be
    /// built.
    pub fn parts(
        self,
        input: &mut Input,
        paths: &RepositoryPaths,
        store: &dyn FileStore,
        unbuilt: &BTreeSet<FileId>,
    ) -> Vec<DeliveredPart> {
        let mut parts = Vec::new();
        let mut outcome = Ok(());
        for source in self.sources {
            let found = source.and_then(|source| {
                if unbuilt.contains(&self.object.file) {
                    return Err("a kustomization that may change it is not built".to_owned());
                }
                paths.part(source, (self.object, &self.applied_by), store)
            });
            match found {
                Ok(part) => parts.extend(part),
                Err(why) => outcome = Err(why),
            }
        }
        input.note_delivery(self.object, outcome);
        parts
    }

    /// The paths of folders that may be built for the object.
    pub fn folders<'a>(&'a self, paths: &'a RepositoryPaths) -> impl Iterator<Item = String> + 'a {
        let sources = self
            .sources
            .iter()
            .filter_map(|source| source.as_ref().ok());
        let built = sources.filter(|source| source.kind != Some(SourceKind::Chart));
        built.filter_map(|source| paths.kustomization(&source.path))
    }
}

/// The files of an input by their paths from the root of the repository on, or from a folder that is judged.
pub struct RepositoryPaths {
    by_path: HashMap<String, String>,
    /// All folders but the root, without a slash at their ends.
    folders: HashMap<String, String>,
}

impl RepositoryPaths {
    /// Those of an input. `judged`: what the names of files in folders begin with that are judged.
    pub fn of(input: &Input, judged: &[String]) -> Self {
        let mut this = Self {
            by_path: HashMap::new(),
            folders: HashMap::new(),
        };
        // What is counted from the root goes before.
        for (id, file) in input.numbered() {
            this.add(&input.repository_name(id), &file.name);
        }
        for above in judged {
            for file in input.files() {
                if let Some(path) = file.name.strip_prefix(above.as_str()) {
                    this.add(path, &file.name);
                }
            }
        }
        this
    }

    fn add(&mut self, path: &str, name: &str) {
        let path = join("", path);
        let entry = self.by_path.entry(path.clone());
        entry.or_insert_with(|| name.to_owned());
        let (mut below, mut named) = (path.as_str(), name.to_owned());
        while let Some((folder, _)) = below.rsplit_once('/') {
            if folder.is_empty() || self.folders.contains_key(folder) {
                return;
            }
            named = join(&named, "..");
            self.folders.insert(folder.to_owned(), named.clone());
            below = folder;
        }
    }

    /// The name of a file in a folder of the repository.
    fn file_in(&self, folder: &str, file: &str) -> Option<&str> {
        self.by_path.get(&join(folder, file)).map(String::as_str)
    }

    /// The folder of a chart by its path.
    fn chart(&self, path: &str) -> Option<String> {
        let name = self.file_in(path, "Chart.yaml")?;
        name.strip_suffix("Chart.yaml").map(str::to_owned)
    }

    /// The folder of a kustomization by its path.
    fn kustomization(&self, path: &str) -> Option<String> {
        let mut names = KUSTOMIZATIONS.iter();
        let name = names.find_map(|name| self.file_in(path, name))?;
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        Some(join(folder, ""))
    }

    /// What is rendered of a source; nothing where its files are applied as they are.
    fn part(
        &self,
        source: AppliedSource,
        (object, applied_by): (FileSpan, &AppliedBy),
        store: &dyn FileStore,
    ) -> Result<Option<DeliveredPart>, String> {
        let path = source.path.as_str();
        let shown = match path {
            "" => "the root of its repository".to_owned(),
            path => format!("`{path}`"),
        };
        if matches!(source.kind, None | Some(SourceKind::Chart)) {
            if let Some(folder) = self.chart(path) {
                let release = release(&source.chart, path, &folder, applied_by, store)?;
                return Ok(Some(DeliveredPart::Release {
                    folder,
                    release: Box::new(release),
                }));
            }
            if source.kind.is_some() {
                return Err(format!("{shown} is no chart in the input"));
            }
        }
        let build = |folder, is_written| {
            DeliveredPart::Build(Box::new(DeliveredBuild {
                object,
                folder,
                edits: source.edits.clone(),
                applied_by: applied_by.clone(),
                is_written,
                reaches_out: applied_by.kind == "Kustomization",
            }))
        };
        if source.kind != Some(SourceKind::Folder)
            && let Some(folder) = self.kustomization(path)
        {
            return Ok(Some(build(folder, true)));
        }
        match self.folders.get(path) {
            // Every repository has one.
            None if path.is_empty() => Err(
                "it applies all that is in a repository, which may be another one than this"
                    .to_owned(),
            ),
            None => Err(format!("{shown} is not in the input")),
            Some(folder) if !source.edits.is_empty() => Ok(Some(build(folder.clone(), false))),
            Some(_) => Ok(None),
        }
    }
}

/// A release of a chart as an object applies it.
fn release(
    chart: &AppliedChart,
    path: &str,
    folder: &str,
    applied_by: &AppliedBy,
    store: &dyn FileStore,
) -> Result<ChartRelease, String> {
    let root = match path {
        "" => String::new(),
        path => "../".repeat(path.split('/').count()),
    };
    let mut values = Vec::new();
    for given in &chart.values {
        match given {
            AppliedValues::Written(written) => values.push(GivenValues {
                name: String::new(),
                text: written.text.clone(),
                written: Some(written.clone()),
            }),
            AppliedValues::File { path, is_optional } => {
                let name = join(&join(folder, &root), path);
                let bytes = store.bytes(&name);
                match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
                    Some(text) => values.push(GivenValues {
                        name,
                        text,
                        written: None,
                    }),
                    None if *is_optional => {}
                    None => return Err(format!("the values file {path} cannot be read")),
                }
            }
        }
    }
    Ok(ChartRelease {
        name: chart.release.clone(),
        namespace: chart.namespace.clone(),
        values,
        arguments: chart.arguments.clone(),
        replaces_values: chart.replaces_values,
        applied_by: Some(applied_by.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_from_the_current_folder() {
        let mut paths = RepositoryPaths {
            by_path: HashMap::new(),
            folders: HashMap::new(),
        };
        // The current folder is `a/b`.
        paths.add("a/b/c.yaml", "c.yaml");
        paths.add("a/d/e/f.yaml", "../d/e/f.yaml");
        paths.add("/g/h.yaml", "/g/h.yaml");
        for (path, named) in [
            ("a/b", Some("")),
            ("a", Some("..")),
            ("a/d/e", Some("../d/e")),
            ("a/d", Some("../d")),
            ("/g", Some("/g")),
            ("", None),
        ] {
            assert_eq!(paths.folders.get(path).map(String::as_str), named, "{path}");
        }
    }
}
