//! Which releases of a chart are rendered: those of the configuration, or one as helm makes it without further words.

use std::fs;
use std::path::Path;

use super::super::attached::bytes_of_file;
use super::super::read::reason;
use super::RenderSettings;
use super::helm::{ChartRelease, GivenValues};
use super::layer_walk::join;
use crate::config::ConfiguredRelease;
use crate::status::CommandError;

/// The releases of the chart in a folder. `applied`: those that objects of the input apply.
///
/// # Errors
/// A values file of the configuration that cannot be read, in words.
pub fn releases(
    folder: &str,
    applied: Vec<ChartRelease>,
    settings: &RenderSettings,
) -> Result<Vec<ChartRelease>, String> {
    let own = match folder {
        "" => Path::new("."),
        folder => Path::new(folder),
    };
    let path = fs::canonicalize(own).ok();
    let is_own = |configured: &Path| path.is_some() && fs::canonicalize(configured).ok() == path;
    let configured = settings.charts.iter().filter(|chart| is_own(&chart.path));
    let configured: Vec<&ConfiguredRelease> =
        configured.flat_map(|chart| &chart.releases).collect();
    let mut releases = applied;
    for release in configured {
        let mut values = Vec::new();
        for name in &release.values {
            values.push(configured_values(name, own, release, settings)?);
        }
        let set = release.set.iter();
        let arguments = set.map(|(key, json)| format!("--set-json={key}={json}"));
        releases.push(ChartRelease {
            name: release.name.clone(),
            namespace: release.namespace.clone(),
            values,
            arguments: arguments.collect(),
            ..ChartRelease::default()
        });
    }
    if releases.is_empty() {
        releases.push(ChartRelease::default());
    }
    for release in &mut releases {
        release.values.extend(settings.values.iter().cloned());
        release.arguments.extend(settings.arguments.iter().cloned());
    }
    Ok(releases)
}

/// A values file that the configuration names: beside the configuration, else in the chart.
fn configured_values(
    name: &str,
    chart: &Path,
    release: &ConfiguredRelease,
    settings: &RenderSettings,
) -> Result<GivenValues, String> {
    let beside = release.folder.join(name);
    let path = if beside.is_file() {
        beside
    } else {
        chart.join(name)
    };
    let refused = |why: &str| format!("the values file {name}: {why}");
    let real = fs::canonicalize(&path).map_err(|error| refused(&reason(&error)))?;
    // A configuration lies in a repository that may be somebody else's.
    let beside = fs::canonicalize(&release.folder).ok();
    if !(real.starts_with(&settings.root) || beside.is_some_and(|folder| real.starts_with(folder)))
    {
        return Err(refused("it leads out of the repository"));
    }
    let bytes = bytes_of_file(&real, settings.runner.limits.output)
        .ok_or_else(|| refused("it is no file, cannot be read or is too large"))?;
    let text = String::from_utf8(bytes).map_err(|_| refused("it is no UTF-8"))?;
    Ok(GivenValues {
        name: join("", &path.display().to_string()),
        text,
        written: None,
    })
}

/// The values files of the command line.
///
/// # Errors
/// One that cannot be read.
pub fn given_values(paths: &[std::path::PathBuf]) -> Result<Vec<GivenValues>, CommandError> {
    let one = |path: &std::path::PathBuf| {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| {
            CommandError::usage(format_args!(
                "--values {}: {}",
                name.escape_debug(),
                reason(&error)
            ))
        })?;
        Ok(GivenValues {
            name: join("", &name),
            text,
            written: None,
        })
    };
    paths.iter().map(one).collect()
}
