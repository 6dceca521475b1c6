//! Helm and kustomize, built by Go from the modules that are pinned under `go/`.

use std::env;
use std::path::PathBuf;

use crate::assets::{Module, build, cache, is_complete, notice, pinned, variable};
use crate::error::{Error, Result};

const MODULES: [Module; 2] = [
    Module {
        folder: "helm",
        manifest: include_str!("../go/helm/go.mod"),
        sums: include_str!("../go/helm/go.sum"),
        programs: &[("helm", "helm.sh/helm/v4/cmd/helm")],
    },
    Module {
        folder: "kustomize",
        manifest: include_str!("../go/kustomize/go.mod"),
        sums: include_str!("../go/kustomize/go.sum"),
        programs: &[("kustomize", "sigs.k8s.io/kustomize/kustomize/v5")],
    },
];

/// The variable that makes tests fail that have no programs that render.
const REQUIRE: &str = "LEASELINT_REQUIRE_RENDERERS";

/// A folder with the programs that render, `helm` and `kustomize`.
#[derive(Clone, Debug)]
pub struct Renderers {
    /// The folder.
    pub folder: PathBuf,
}

impl Renderers {
    /// Builds what is missing, in a folder of the user's cache; some minutes the first time.
    ///
    /// # Errors
    /// There is no Go to build them, or the build fails.
    pub fn build() -> Result<Self> {
        let folder = Self::own_folder()?;
        if !is_complete(&folder, &MODULES) {
            build(&folder, &MODULES)?;
        }
        Ok(Self { folder })
    }

    /// The programs for a test, where they are built: by `cargo xtask renderers`, or in the folder that
    /// `LEASELINT_RENDERERS` names. Else it says so, loudly, and with `LEASELINT_REQUIRE_RENDERERS=1` panics.
    ///
    /// # Panics
    /// Where they are required and missing.
    #[must_use]
    pub fn for_test() -> Option<Self> {
        let folder = match variable("LEASELINT_RENDERERS") {
            Some(folder) => Ok(folder),
            None => Self::own_folder(),
        };
        if let Ok(folder) = folder
            && is_complete(&folder, &MODULES)
        {
            return Some(Self { folder });
        }
        let is_required = env::var(REQUIRE).is_ok_and(|value| value == "1");
        let words = "helm and kustomize are not built: `cargo xtask renderers` builds them";
        assert!(!is_required, "{words}");
        notice(&format!("!!! NOT TESTED: {words}"));
        None
    }

    fn own_folder() -> Result<PathBuf> {
        let hash = pinned(&MODULES);
        cache()?
            .parent()
            .map(|folder| folder.join(format!("renderers/{hash:016x}")))
            .ok_or_else(|| Error::NoPrograms("the cache folder has no folder above it".to_owned()))
    }
}
