//! kubectl, and its configuration files.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::{Error, Result};
use crate::plane::ControlPlane;

impl ControlPlane {
    /// Writes a kubeconfig for another user's token, such as one that
    /// `kubectl create token ACCOUNT` gives, into the file `name` of [`ControlPlane::folder`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn kubeconfig_with_token(&self, name: &str, token: &str) -> Result<PathBuf> {
        let path = self.folder().join(name);
        self.write_kubeconfig(&path, token)?;
        Ok(path)
    }

    pub(crate) fn write_kubeconfig(&self, path: &Path, token: &str) -> Result<()> {
        let text = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
             contexts: [{{name: test, context: {{cluster: test, user: test}}}}]\n\
             clusters: [{{name: test, cluster: {{server: '{}', certificate-authority: '{}'}}}}]\n\
             users: [{{name: test, user: {{token: '{token}'}}}}]\n",
            self.url(),
            self.authority_file().display()
        );
        fs::write(path, text).map_err(Error::file("write", path))
    }

    /// Runs kubectl as the administrator and waits for its end, whatever its exit status.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn kubectl(&self, arguments: &[&str]) -> Result<Output> {
        self.kubectl_with_input(arguments, "")
    }

    /// Runs kubectl as the administrator with `input` as its standard input: a manifest for
    /// `kubectl apply -f -`, say.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn kubectl_with_input(&self, arguments: &[&str], input: &str) -> Result<Output> {
        let cannot = |error| Error::failed(format!("kubectl {}: {error}", arguments.join(" ")));
        let mut child = Command::new(&self.assets().kubectl)
            .arg("--kubeconfig")
            .arg(self.kubeconfig())
            .arg("--cache-dir")
            .arg(self.folder().join("kubectl"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(cannot)?;
        let pipe = child.stdin.take();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // kubectl need not read all, or any, of it; its exit status tells.
                let _ = pipe.map(|mut pipe| pipe.write_all(input.as_bytes()));
            });
            child.wait_with_output().map_err(cannot)
        })
    }
}
