//! The files of a chart.

use std::collections::BTreeSet;

use manifest::file::{self, ReadOptions};
use manifest::text::FileId;
use manifest::tree::{Document, Node, ReadLimits};
use memchr::memmem;

/// One file of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartFile {
    /// Its path in the chart, with slashes: `templates/deployment.yaml`.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A line of a file of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineSource {
    /// The file's place in the list.
    pub file: usize,
    /// Its number, from 1.
    pub line: usize,
}

impl ChartFile {
    /// Its text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }
}

/// What a chart says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Its name.
    pub name: String,
    /// It only holds what other charts use.
    pub is_library: bool,
    /// The charts that it needs.
    pub dependencies: Vec<ChartDependency>,
}

/// A chart that another one needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartDependency {
    /// Its name.
    pub name: String,
    /// What it is called in the chart that needs it, where that is something else.
    pub alias: Option<String>,
}

/// How many templates a chart has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateCounts {
    /// Those that may print objects.
    pub all: usize,
    /// Those that speak of leader election.
    pub about_election: usize,
}

/// What follows `leader` in templates that speak of an election, in whatever case.
const AFTER_LEADER: [&[u8]; 4] = [b"-elect", b"elect", b"_elect", b" election"];

impl Chart {
    /// Reads `Chart.yaml`, and `requirements.yaml` of charts of version 1.
    ///
    /// # Errors
    /// A `Chart.yaml` that is missing or does not name the chart.
    pub fn read(files: &[ChartFile]) -> Result<Self, String> {
        let document = yaml(files, "Chart.yaml").ok_or("Chart.yaml cannot be read")?;
        let root = document.root();
        let text = |key| root.get(key).and_then(Node::scalar_text);
        let name = text("name").ok_or("Chart.yaml does not name the chart")?;
        let mut dependencies = dependencies(root);
        if let Some(requirements) = yaml(files, "requirements.yaml") {
            dependencies.extend(self::dependencies(requirements.root()));
        }
        Ok(Self {
            name: name.to_owned(),
            is_library: text("type") == Some("library"),
            dependencies,
        })
    }

    /// The charts that it needs and that are not below `charts/`.
    #[must_use]
    pub fn missing_dependencies(&self, files: &[ChartFile]) -> Vec<&str> {
        let mut missing: Vec<&str> = Vec::new();
        for ChartDependency { name, .. } in &self.dependencies {
            let is_there = files.iter().any(|file| {
                let inside = file.path.strip_prefix("charts/");
                let rest = inside.and_then(|inside| inside.strip_prefix(name.as_str()));
                rest.is_some_and(|rest| {
                    rest.starts_with('/')
                        || (rest.starts_with('-') && rest.ends_with(".tgz") && !rest.contains('/'))
                })
            }) || nested_names(files).contains(name);
            if !is_there && !missing.contains(&name.as_str()) {
                missing.push(name);
            }
        }
        missing
    }

    /// The folder of the chart that a name of an output begins with: `operator/charts/sub/templates/x.yaml` is
    /// `templates/x.yaml` of the chart `sub`, whose folder may have another name.
    #[must_use]
    pub fn path_of(&self, source: &str, files: &[ChartFile]) -> Option<String> {
        let inside = source.strip_prefix(self.name.as_str())?.strip_prefix('/')?;
        if files.iter().any(|file| file.path == inside) {
            return Some(inside.to_owned());
        }
        // Folders of charts that are called otherwise than the chart.
        let mut folder = String::new();
        let mut rest = inside;
        while let Some(nested) = rest.strip_prefix("charts/") {
            let (name, after) = nested.split_once('/')?;
            let mut aliases = self.dependencies.iter().filter(|_| folder.is_empty());
            let named = aliases.find(|one| one.alias.as_deref() == Some(name));
            let name = named.map_or(name, |one| one.name.as_str());
            folder = nested_charts(files, &folder)
                .into_iter()
                .find(|(_, chart)| chart == name)?
                .0;
            rest = after;
        }
        let path = format!("{folder}{rest}");
        files.iter().any(|file| file.path == path).then_some(path)
    }

    /// The keys of its values below which those of the chart at `charts/FOLDER/` are: the aliases of that, else its name.
    #[must_use]
    pub(crate) fn keys_of<'c>(&'c self, folder: &'c str, files: &[ChartFile]) -> Vec<String> {
        let path = format!("charts/{folder}/");
        let nested = nested_charts(files, "").into_iter();
        let name = nested.into_iter().find(|(one, _)| *one == path);
        let name = name.map_or_else(|| folder.to_owned(), |(_, name)| name);
        let own = self.dependencies.iter().filter(|one| one.name == name);
        let keys: Vec<String> = own
            .map(|one| one.alias.clone().unwrap_or_else(|| name.clone()))
            .collect();
        match keys.is_empty() {
            true => vec![name],
            false => keys,
        }
    }

    /// Its templates, those of charts inside it included.
    #[must_use]
    pub fn templates(files: &[ChartFile]) -> TemplateCounts {
        let templates = files
            .iter()
            .filter(|file| is_template(&file.path) && prints_objects(&file.path));
        let mut counts = TemplateCounts {
            all: 0,
            about_election: 0,
        };
        for file in templates {
            counts.all += 1;
            counts.about_election += usize::from(speaks_of_election(&file.bytes));
        }
        counts
    }
}

/// Whether a file of a chart is a template, of the chart itself or of one inside it.
pub(crate) fn is_template(path: &str) -> bool {
    let mut inner = path;
    while let Some(nested) = inner.strip_prefix("charts/") {
        let Some((_, rest)) = nested.split_once('/') else {
            return false;
        };
        inner = rest;
    }
    inner.starts_with("templates/") && !path.ends_with("NOTES.txt")
}

/// Whether a template's own text becomes objects: files whose names begin with `_` only define.
fn prints_objects(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    !name.starts_with('_')
}

/// Whether a template speaks of leader election: of `leader-elect`, `leaderElection`, `LEADER_ELECT`, `Leader election` and
/// the like, or of the group of leases. An automaton for all of them takes six times as long, and was 2 % of a lint.
fn speaks_of_election(template: &[u8]) -> bool {
    let is_election = |(before, after): (&[u8], &[u8])| {
        let begins = |word: &&[u8]| {
            let start = after.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        matches!(before.last(), Some(b'l' | b'L')) && AFTER_LEADER.iter().any(begins)
    };
    let speaks = |leader: &[u8]| {
        let mut places = memmem::find_iter(template, leader);
        places.any(|at| {
            let around = template.split_at_checked(at);
            let around = around.map(|(before, rest)| (before, rest.get(leader.len()..)));
            around.is_some_and(|(before, after)| is_election((before, after.unwrap_or_default())))
        })
    };
    speaks(b"eader") || speaks(b"EADER") || memmem::find(template, b"coordination.k8s.io").is_some()
}

fn dependencies(root: Node<'_>) -> Vec<ChartDependency> {
    let list = root.get("dependencies").into_iter().flat_map(Node::items);
    let text = |one: Node<'_>, key| Some(one.get(key)?.scalar_text()?.to_owned());
    list.filter_map(|one| {
        Some(ChartDependency {
            name: text(one, "name")?,
            alias: text(one, "alias").filter(|alias| !alias.is_empty()),
        })
    })
    .collect()
}

/// The names of the charts right below `charts/`.
fn nested_names(files: &[ChartFile]) -> BTreeSet<String> {
    let nested = nested_charts(files, "").into_iter();
    nested.map(|(_, name)| name).collect()
}

/// The charts below a folder's `charts/`: their folders, with a slash at the end, and names.
fn nested_charts(files: &[ChartFile], folder: &str) -> Vec<(String, String)> {
    let above = format!("{folder}charts/");
    let one = |file: &ChartFile| {
        let inside = file.path.strip_prefix(&above)?;
        let own = inside.strip_suffix("/Chart.yaml")?;
        if own.contains('/') {
            return None;
        }
        let name = yaml(files, &file.path)?
            .root()
            .get("name")?
            .scalar_text()?
            .to_owned();
        Some((format!("{above}{own}/"), name))
    };
    files.iter().filter_map(one).collect()
}

/// The first document of a file of a chart.
fn yaml(files: &[ChartFile], path: &str) -> Option<Document> {
    let file = files.iter().find(|file| file.path == path)?;
    read_yaml(FileId(0), &file.bytes)
}

/// The first document of a text.
pub(crate) fn read_yaml(id: FileId, bytes: &[u8]) -> Option<Document> {
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    file::read(id, bytes, &options).documents.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Vec<ChartFile> {
        let one = |(path, text): &(&str, &str)| ChartFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        list.iter().map(one).collect()
    }

    #[test]
    fn dependencies_may_be_folders_archives_or_missing() {
        let files = files(&[
            (
                "Chart.yaml",
                "name: a\ndependencies: [{name: b}, {name: c}, {name: d}, {name: e}]\n",
            ),
            ("charts/b/Chart.yaml", "name: b\n"),
            ("charts/c-1.2.tgz", ""),
            ("charts/other/Chart.yaml", "name: d\n"),
            ("charts/other/templates/x.yaml", ""),
        ]);
        let chart = Chart::read(&files).unwrap();
        assert_eq!(chart.missing_dependencies(&files), ["e"]);
        assert!(!chart.is_library);
        assert_eq!(
            chart
                .path_of("a/charts/d/templates/x.yaml", &files)
                .unwrap(),
            "charts/other/templates/x.yaml"
        );
        assert_eq!(chart.path_of("z/templates/x.yaml", &files), None);
    }

    #[test]
    fn templates_are_counted() {
        let files = files(&[
            ("templates/_helpers.tpl", "leader-elect"),
            ("templates/NOTES.txt", "leader-elect"),
            ("templates/a/b.yaml", "--Leader-Elect"),
            ("templates/c.yaml", "header-elect"),
            ("templates/e.yaml", "LEADER_ELECT"),
            ("charts/b/templates/d.yaml", "coordination.k8s.io"),
            ("files/templates/e.yaml", "leader-elect"),
        ]);
        let counts = Chart::templates(&files);
        assert_eq!((counts.all, counts.about_election), (4, 3));
    }
}
