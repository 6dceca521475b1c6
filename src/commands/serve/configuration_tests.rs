#![allow(clippy::unwrap_used)] // in tests a panic is the message

use clap::Parser as _;
use tempfile::TempDir;
use tokio::time::sleep;
use webhook::log::Log;
use webhook::review::Decision;

use super::*;
use crate::cli::{Cli, CliCommand};

/// The lease of its Deployment is not above its renew deadline.
const REVIEW: &[u8] = include_bytes!("../../../examples/admission-review.json");

/// A ConfigMap volume: what is mounted is a link to a link, and the kubelet exchanges the first.
struct Volume(TempDir);

impl Volume {
    fn with(text: &str) -> Self {
        let this = Self(TempDir::new().unwrap());
        this.exchange(text);
        std::os::unix::fs::symlink("..data/leaselint.yaml", this.file()).unwrap();
        this
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("leaselint.yaml")
    }

    fn exchange(&self, text: &str) {
        let folder = tempfile::tempdir_in(self.0.path()).unwrap().keep();
        fs::write(folder.join("leaselint.yaml"), text).unwrap();
        let link = self.0.path().join("..new");
        std::os::unix::fs::symlink(folder, &link).unwrap();
        fs::rename(link, self.0.path().join("..data")).unwrap();
    }

    fn empty(&self) {
        fs::remove_file(self.0.path().join("..data")).unwrap();
    }
}

fn load(file: &Path) -> Result<(Configuration, Policy), CommandError> {
    let arguments = [
        "leaselint",
        "serve",
        "--no-cluster",
        "--self-signed",
        "--config",
        file.to_str().unwrap(),
    ];
    let cli = Cli::parse_from(arguments);
    let CliCommand::Serve(options) = cli.command else {
        panic!("no serve");
    };
    Configuration::load(&options, &cli.global)
}

fn decision(reviewer: &Reviewer) -> Decision {
    reviewer.review(REVIEW).unwrap().decision
}

#[tokio::test(start_paused = true)]
async fn a_changed_file_holds_soon_and_one_with_a_mistake_or_none_changes_nothing() {
    let volume = Volume::with("rules: {lease-not-above-renew: off}\n");
    let (configuration, policy) = load(&volume.file()).unwrap();
    let reviewer = Reviewer::new(policy);
    let metrics = Metrics::new("test");
    let is_newest = || metrics.scrape().contains("\nleaselint_config_loaded 1\n");
    let log = Log::nowhere();
    let steps = async {
        let soon = || sleep(READ_INTERVAL + Duration::from_secs(1));
        soon().await;
        assert_eq!(decision(&reviewer), Decision::Allowed);

        volume.exchange("rules: {lease-not-above-renew: warning}\n");
        soon().await;
        assert_eq!(decision(&reviewer), Decision::Warned);
        assert!(is_newest());

        volume.exchange("rules: {lease-not-above-renew: loud}\n");
        soon().await;
        assert_eq!(decision(&reviewer), Decision::Warned);
        assert!(!is_newest());

        volume.empty();
        soon().await;
        assert_eq!(decision(&reviewer), Decision::Warned);
        assert!(!is_newest());

        volume.exchange("rules: {}\n");
        soon().await;
        assert_eq!(decision(&reviewer), Decision::Denied);
        assert!(is_newest());

        volume.exchange(
            "ignore:\n  - {rule: lease-not-above-renew, object: Deployment quotas/*, reason: known}\n",
        );
        soon().await;
        assert_eq!(decision(&reviewer), Decision::Allowed);
    };
    tokio::select! {
        () = configuration.watch(&reviewer, None, &metrics, &log) => {}
        () = steps => {}
    }
}

#[test]
fn a_server_does_not_start_with_a_mistake() {
    let volume = Volume::with("rules: {lease-not-above-renew: loud}\n");
    let Err(failure) = load(&volume.file()) else {
        panic!("it starts");
    };
    let said = failure.to_string();
    assert!(said.contains("unknown severity `loud`"), "{said}");
    assert!(
        !said.contains("Nothing was judged"),
        "of a server it is not true: {said}"
    );
}
