//! CertificateFiles that somebody else exchanges, as the kubelet does.
#![allow(clippy::expect_used, clippy::string_slice)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use certs::inspect::CertificateError;
use certs::issue::{IssuedPair, Lifetimes, self_signed};
use certs::reload::{CertificateFiles, ReloadError, ReloadOutcome, Reloader};
use certs::{ServingCert, Timestamp};
use tempfile::TempDir;

fn now() -> Timestamp {
    Timestamp::from_unix(1_800_000_000)
}

fn pair_at(at: Timestamp) -> IssuedPair {
    let names = ["lint.ops.svc".parse().expect("a name")];
    self_signed(&names, at, &Lifetimes::default())
        .expect("issued")
        .leaf
}

fn files(folder: &Path) -> CertificateFiles {
    CertificateFiles {
        certificate: folder.join("tls.crt"),
        key: folder.join("tls.key"),
    }
}

fn write(folder: &Path, certificate: &str, key: &str) {
    fs::write(folder.join("tls.crt"), certificate).expect("written");
    fs::write(folder.join("tls.key"), key).expect("written");
}

fn kept(look: ReloadOutcome) -> (ReloadError, bool) {
    match look {
        ReloadOutcome::Kept { because, again } => (because, again),
        other => panic!("{other:?}"),
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_exchanged_link_is_noticed() {
    use std::os::unix::fs::symlink;

    // As kubelet's AtomicWriter lays a Secret volume out.
    let volume = TempDir::new().expect("a folder");
    let publish = |generation: &str, pair: &IssuedPair| {
        let folder = volume.path().join(generation);
        fs::create_dir(&folder).expect("made");
        write(&folder, &pair.certificate, pair.key.reveal());
        symlink(generation, volume.path().join("..data_tmp")).expect("linked");
        fs::rename(
            volume.path().join("..data_tmp"),
            volume.path().join("..data"),
        )
        .expect("moved");
    };
    let (first, second) = (pair_at(now()), pair_at(now()));
    publish("..1", &first);
    for file in ["tls.crt", "tls.key"] {
        symlink(format!("..data/{file}"), volume.path().join(file)).expect("linked");
    }

    let serving = ServingCert::empty();
    let mut reloader = Reloader::new(files(volume.path()));
    assert!(matches!(
        reloader.look(&serving, now()).await,
        ReloadOutcome::Swapped { .. }
    ));
    assert!(matches!(
        reloader.look(&serving, now()).await,
        ReloadOutcome::Unchanged
    ));
    let served = |serving: &ServingCert| serving.current().expect("served").leaf().to_pem();
    assert_eq!(served(&serving), first.certificate);
    publish("..2", &second);
    fs::remove_dir_all(volume.path().join("..1")).expect("removed");
    assert!(matches!(
        reloader.look(&serving, now()).await,
        ReloadOutcome::Swapped { .. }
    ));
    assert_eq!(served(&serving), second.certificate);
}

#[tokio::test]
async fn what_cannot_be_served_changes_nothing() {
    let folder = TempDir::new().expect("a folder");
    let (good, other) = (pair_at(now()), pair_at(now()));
    write(folder.path(), &good.certificate, good.key.reveal());
    let serving = ServingCert::empty();
    let mut reloader = Reloader::new(files(folder.path()));
    reloader.look(&serving, now()).await;

    let day = Duration::from_secs(86_400);
    let past = pair_at(now().before(day * 91));
    let future = pair_at(now().after(day));
    let cut = &good.certificate[..good.certificate.len() / 2];
    let one_line = good.key.reveal().replace('\n', "");
    let cases: [(&str, &str, &str, &str); 9] = [
        (
            &other.certificate,
            good.key.reveal(),
            "tls.key",
            "does not belong to",
        ),
        (
            &past.certificate,
            past.key.reveal(),
            "tls.crt",
            "expired at 2027-01-14T08:00:00Z",
        ),
        (
            &future.certificate,
            future.key.reveal(),
            "tls.crt",
            "not valid before 2027-01-16T07:00:00Z",
        ),
        ("", good.key.reveal(), "tls.crt", "no certificate in it"),
        (&good.certificate, "", "tls.key", "no private key in it"),
        (
            cut,
            good.key.reveal(),
            "tls.crt",
            "broken PEM: a section has no END line",
        ),
        (
            &good.certificate,
            &one_line,
            "tls.key",
            "broken PEM: a section has no END line",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            good.key.reveal(),
            "tls.crt",
            "certificate 1 is unreadable",
        ),
        (
            &good.certificate,
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "tls.key",
            "the private key is unusable",
        ),
    ];
    for (certificate, key, file, words) in cases {
        write(folder.path(), certificate, key);
        let (because, again) = kept(reloader.look(&serving, now()).await);
        let text = because.to_string();
        let path = folder.path().join(file);
        assert!(text.starts_with(&format!("{}: ", path.display())), "{text}");
        assert!(text.contains(words), "{text}");
        assert!(!again, "{text}");
        assert!(kept(reloader.look(&serving, now()).await).1, "{text}");
        assert_eq!(
            serving.current().expect("served").leaf().to_pem(),
            good.certificate
        );
    }
    fs::remove_file(folder.path().join("tls.crt")).expect("removed");
    let (because, _) = kept(reloader.look(&serving, now()).await);
    assert!(matches!(because, ReloadError::Io { .. }), "{because}");
    fs::write(folder.path().join("tls.crt"), vec![b' '; 1024 * 1024 + 1]).expect("written");
    let (because, _) = kept(reloader.look(&serving, now()).await);
    assert!(matches!(because, ReloadError::TooLong(_)), "{because}");

    // What was not valid yet is served when its time has come, without another write.
    write(folder.path(), &future.certificate, future.key.reveal());
    kept(reloader.look(&serving, now()).await);
    let later = now().after(day);
    assert!(matches!(
        reloader.look(&serving, later).await,
        ReloadOutcome::Swapped { .. }
    ));
}

#[tokio::test]
async fn a_first_load_says_what_is_wrong() {
    let folder = TempDir::new().expect("a folder");
    let pair = pair_at(now());
    write(folder.path(), &pair.certificate, pair.key.reveal());
    assert!(files(folder.path()).load(now()).await.is_ok());
    let late = now().after(Duration::from_secs(91 * 86_400));
    let refused = files(folder.path()).load(late).await.expect_err("expired");
    assert!(
        matches!(
            refused,
            ReloadError::Content {
                problem: CertificateError::Expired(_),
                ..
            }
        ),
        "{refused}"
    );
}

#[tokio::test(start_paused = true)]
async fn files_are_looked_at_in_intervals() {
    let folder = TempDir::new().expect("a folder");
    let pair = pair_at(now());
    write(folder.path(), &pair.certificate, pair.key.reveal());
    let serving = ServingCert::empty();
    let mut looks = Vec::new();
    let began = tokio::time::Instant::now();
    let mut times = Vec::new();
    let watch = Reloader::new(files(folder.path())).watch(
        &serving,
        certs::reload::RELOAD_INTERVAL,
        now,
        |look| {
            looks.push(look);
            times.push(began.elapsed().as_secs());
        },
    );
    let _ = tokio::time::timeout(Duration::from_secs(25), watch).await;
    assert_eq!(times, [0, 10, 20]);
    assert!(matches!(
        looks[..],
        [
            ReloadOutcome::Swapped { .. },
            ReloadOutcome::Unchanged,
            ReloadOutcome::Unchanged
        ]
    ));
}
