//! Build files in YAML: skaffold's artifacts, goreleaser's builds and images, ko's builds.

use super::file_name;
use super::go_build::GoBuild;
use super::makefile::{ImageBuild, Makefile};
use manifest::file::{ReadOptions, read};
use manifest::text::FileId;
use manifest::tree::{Node, ReadLimits};

/// What a file of skaffold, goreleaser or ko builds.
pub(crate) fn read_build_yaml(text: &str) -> Makefile {
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    let parsed = read(FileId(0), text.as_bytes(), &options);
    let mut file = Makefile::default();
    for document in &parsed.documents {
        let root = document.root();
        let line = |node: Node<'_>| document.position(node.span().start).line;
        let artifacts = root.at(&["build", "artifacts"]);
        for artifact in artifacts.into_iter().flat_map(Node::items) {
            let text = |path: &[&str]| artifact.at(path).and_then(Node::as_str);
            let Some(image) = text(&["image"]) else {
                continue;
            };
            if let Some(main) = text(&["ko", "main"]) {
                file.builds.push(GoBuild {
                    output: file_name(image).to_owned(),
                    package: plain(main),
                    line: line(artifact),
                });
                continue;
            }
            file.images.push(ImageBuild {
                image: image.to_owned(),
                dockerfile: text(&["docker", "dockerfile"]).map(str::to_owned),
                context: text(&["context"]).unwrap_or(".").to_owned(),
                target: text(&["docker", "target"]).map(str::to_owned),
                line: line(artifact),
            });
        }
        for build in root.get("builds").into_iter().flat_map(Node::items) {
            let text = |key: &str| build.get(key).and_then(Node::as_str);
            // The folder of a module, and the package in it.
            let package = match (text("dir"), text("main")) {
                (None, None) => continue,
                (Some(dir), Some(main)) => format!("{dir}/{main}").replace("/./", "/"),
                (Some(only), None) | (None, Some(only)) => only.to_owned(),
            };
            let package = plain(&package);
            let binary = text("binary").or_else(|| text("id"));
            file.builds.push(GoBuild {
                output: file_name(binary.unwrap_or(&package)).to_owned(),
                package,
                line: line(build),
            });
        }
        for image in root.get("dockers").into_iter().flat_map(Node::items) {
            let names = image
                .get("image_templates")
                .into_iter()
                .flat_map(Node::items);
            for name in names.filter_map(Node::as_str) {
                // The tag is made when it is built.
                let name = name.split_once("{{").map_or(name, |(name, _)| name);
                file.images.push(ImageBuild {
                    image: name.trim_end_matches([':', '-']).to_owned(),
                    dockerfile: image
                        .get("dockerfile")
                        .and_then(Node::as_str)
                        .map(str::to_owned),
                    context: ".".to_owned(),
                    target: None,
                    line: line(image),
                });
            }
        }
    }
    file
}

fn plain(package: &str) -> String {
    let folder = match package.strip_suffix(".go") {
        Some(_) => package.rsplit_once('/').map_or("", |(folder, _)| folder),
        None => package,
    };
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    if folder == "." { "" } else { folder }.to_owned()
}
