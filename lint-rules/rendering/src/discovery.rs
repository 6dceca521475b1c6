//! Where charts are among the files of an input.

use std::collections::BTreeSet;

/// The folders of the charts among some files, by their names with slashes: with a slash at their end, the top one empty.
/// A chart inside another's `charts/` is a part of that one.
#[must_use]
pub fn chart_folders<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let folder = |name: &'n str| {
        let folder = name.strip_suffix("Chart.yaml")?;
        (folder.is_empty() || folder.ends_with('/')).then_some(folder)
    };
    let all: BTreeSet<&str> = names.filter_map(folder).collect();
    let is_own = |one: &&str| {
        !all.iter().any(|other| {
            let inside = one.strip_prefix(other);
            inside.is_some_and(|inside| inside.starts_with("charts/"))
        })
    };
    all.iter().copied().filter(is_own).collect()
}

/// Whether a file belongs to a chart's own templates, or to a chart inside it.
#[must_use]
pub fn is_part_of_chart(name: &str, folder: &str) -> bool {
    name.strip_prefix(folder)
        .is_some_and(|inside| inside.starts_with("templates/") || inside.starts_with("charts/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_inside_charts_are_parts_of_them() {
        let names = [
            "a/Chart.yaml",
            "a/charts/b/Chart.yaml",
            "charts/c/Chart.yaml",
            "charts/d/examples/Chart.yaml",
            "e/MyChart.yaml",
        ];
        assert_eq!(
            chart_folders(names.into_iter()),
            ["a/", "charts/c/", "charts/d/examples/"]
        );
        assert_eq!(
            chart_folders(["Chart.yaml", "charts/x/Chart.yaml"].into_iter()),
            [""]
        );
        assert!(is_part_of_chart("a/templates/x.yaml", "a/"));
        assert!(!is_part_of_chart("a/values.yaml", "a/"));
        assert!(is_part_of_chart("templates/x.yaml", ""));
    }
}
