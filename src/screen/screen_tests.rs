use std::time::Duration;

use election::AssumedFact;
use election::promises::PromiseInput;
use election::timing::Timing;
use engine::LeaseState;
use live::claim::ClaimPromises;
use live::events::{LiveEvent, LiveEventKind};
use live::history::LeaseChange;
use live::record::{LeaseKey, LeaseKind, LeaseObject};
use live::status::{HolderPod, LeaseStatus, RenewalAge};
use live::trail::Trails;
use objects::ObjectName;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::draw::{cell, draw};
use super::model::{Pressed, Screen};

const RENEWED: LeaseChange = LeaseChange::Renewed { after: None };

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn key(name: &str) -> LeaseKey {
    LeaseKey {
        namespace: "shop".into(),
        name: name.into(),
    }
}

/// A Lease of 15/10/2 that a pod of the Deployment of its name holds.
fn lease(name: &str, state: LeaseState, age: f64) -> LeaseStatus {
    let pod = format!("{name}-7d9f8c6b5-x2k4p");
    LeaseStatus {
        key: key(name),
        kind: LeaseKind::Election,
        state,
        holder: format!("{pod}_5b1e4a7c-9d3e-4f6a-8b2c-1d0e9f8a7b6c").into(),
        pod: Some(HolderPod {
            namespace: "shop".into(),
            name: pod.into(),
            node: "worker-1".into(),
        }),
        holder_is_gone: false,
        object: Some(ObjectName {
            api_version: "apps/v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: Some("shop".to_owned()),
            name: name.to_owned(),
        }),
        container: Some("manager".into()),
        has_candidates: Some(true),
        renewed: Some(RenewalAge {
            seconds: age,
            is_observed: true,
        }),
        unchanged: Duration::from_secs_f64(age),
        observed: at(60),
        duration_seconds: Some(15),
        declared: Some(at(15)),
        renew_deadline: Some(at(10)),
        retry_period: Some(at(2)),
        promises: None,
        transitions: Some(4),
        transitions_seen: 0,
        transitions_per_hour: Some(0.0),
    }
}

/// The Lease as it is written by a holder; a release writes a duration of 1 s.
fn written(name: &str, holder: &str) -> LeaseObject {
    let seconds = if holder.is_empty() { 1 } else { 15 };
    let json = format!(
        r#"{{"metadata": {{"namespace": "shop", "name": "{name}"}},
            "spec": {{"holderIdentity": "{holder}", "leaseDurationSeconds": {seconds}}}}}"#
    );
    LeaseObject::read(&json).unwrap()
}

fn event(kind: LiveEventKind, name: &str, holder: &str, previous: &str) -> LiveEvent {
    LiveEvent {
        kind,
        key: Some(key(name)),
        holder: holder.into(),
        previous: previous.into(),
        reason: None,
    }
}

/// Four Leases after a minute: one renewed each 2 s, one whose leader is gone, one that another took over, one released.
fn screen() -> (Screen, Trails) {
    let mut screen = Screen::new("namespace shop".to_owned(), true);
    screen.now = at(60);
    let mut trails = Trails::default();
    for name in ["orders", "stock", "mail", "invoices"] {
        trails.put(&written(name, "a"), LeaseChange::Appeared, at(0));
    }
    for second in (1..60).step_by(2) {
        trails.put(&written("orders", "a"), RENEWED, at(second));
        if second < 36 {
            trails.put(&written("stock", "a"), RENEWED, at(second));
        }
        if second != 45 && second < 50 {
            trails.put(&written("invoices", "a"), RENEWED, at(second));
        }
    }
    trails.put(&written("mail", "b"), LeaseChange::Acquired, at(40));
    for second in (42..60).step_by(2) {
        trails.put(&written("mail", "b"), RENEWED, at(second));
    }
    trails.put(&written("invoices", ""), LeaseChange::Released, at(50));
    trails.sees(at(60));
    let mut invoices = lease("invoices", LeaseState::Released, 0.0);
    (invoices.holder, invoices.pod, invoices.renewed) = ("".into(), None, None);
    invoices.duration_seconds = Some(1);
    let mut mail = lease("mail", LeaseState::Held, 1.0);
    (mail.transitions, mail.transitions_seen) = (Some(5), 1);
    screen.leases = vec![
        invoices,
        mail,
        lease("orders", LeaseState::Held, 1.0),
        lease("stock", LeaseState::Expired, 25.0),
    ];
    for (time, event) in [
        (
            "2026-01-31T08:00:40.118Z",
            event(LiveEventKind::Lost, "mail", "b", "a"),
        ),
        (
            "2026-01-31T08:00:40.118Z",
            event(LiveEventKind::Acquired, "mail", "b", "a"),
        ),
        (
            "2026-01-31T08:00:50.002Z",
            event(LiveEventKind::Released, "invoices", "", "a"),
        ),
        (
            "2026-01-31T08:00:50.260Z",
            event(LiveEventKind::Expired, "stock", "a", ""),
        ),
    ] {
        screen.note(time, event);
    }
    (screen, trails)
}

/// What stands on a screen of this size.
fn drawn(screen: &mut Screen, trails: &Trails, (width, height): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal
        .draw(|frame| draw(frame, screen, Some(trails)))
        .unwrap();
    let buffer = terminal.backend().buffer();
    let rows = buffer.content().chunks(usize::from(width));
    let text = rows.map(|row| {
        let row: String = row.iter().map(|cell| cell.symbol()).collect();
        format!("{}\n", row.trim_end())
    });
    text.collect()
}

fn press(screen: &mut Screen, keys: &[KeyCode]) {
    for key in keys {
        let pressed = screen.press(KeyEvent::new(*key, KeyModifiers::NONE));
        assert_eq!(pressed, Pressed::Stay, "{key:?}");
    }
}

fn names(screen: &Screen) -> Vec<&str> {
    screen.rows().iter().map(|lease| &*lease.key.name).collect()
}

#[test]
fn a_narrow_screen_has_a_line_of_renewals_for_each_lease() {
    let (mut screen, trails) = screen();
    insta::assert_snapshot!(drawn(&mut screen, &trails, (80, 12)));
}

#[test]
fn a_wide_screen_says_where_the_holder_runs_and_who_elects() {
    let (mut screen, trails) = screen();
    insta::assert_snapshot!(drawn(&mut screen, &trails, (200, 12)));
}

#[test]
fn a_detail_has_the_promises_and_the_last_events() {
    let (mut screen, trails) = screen();
    let input = PromiseInput {
        timing: Timing::CUSTOMARY,
        candidates: 2,
        releases: false,
        client_timeout: true,
    };
    screen.leases[1].promises = Some(ClaimPromises {
        figures: input.promises().unwrap(),
        releases: Some(false),
        assumed: vec![AssumedFact::ClientTimeout],
    });
    press(&mut screen, &[KeyCode::Down, KeyCode::Enter]);
    insta::assert_snapshot!("detail_80", drawn(&mut screen, &trails, (80, 24)));
    insta::assert_snapshot!("detail_200", drawn(&mut screen, &trails, (200, 34)));
    press(&mut screen, &[KeyCode::PageDown]);
    let scrolled = drawn(&mut screen, &trails, (80, 24));
    assert!(scrolled.contains("assumed, or not known"), "{scrolled}");
    press(&mut screen, &[KeyCode::PageDown; 5]);
    assert_eq!(drawn(&mut screen, &trails, (80, 24)), scrolled);
    press(&mut screen, &[KeyCode::PageUp]);
    let top = drawn(&mut screen, &trails, (80, 24));
    assert!(top.contains("9 more lines"), "{top}");
    let holder = &mut screen.leases[1];
    holder.renewed = None;
    let unrenewed = drawn(&mut screen, &trails, (80, 24));
    assert!(!unrenewed.contains("renewed -"), "{unrenewed}");
    press(&mut screen, &[KeyCode::Esc]);
    assert!(!screen.shows_detail);
}

#[test]
fn an_outage_is_shown_above_everything_and_in_the_lines() {
    let (mut screen, mut trails) = screen();
    trails.blind(at(55));
    screen.unreachable = Some(("no answer".to_owned(), at(5)));
    screen.gaps = vec![
        "not read: pods: forbidden".to_owned(),
        "not read: configmaps".to_owned(),
    ];
    insta::assert_snapshot!(drawn(&mut screen, &trails, (80, 12)));
}

#[test]
fn help_names_every_key() {
    let (mut screen, trails) = screen();
    press(&mut screen, &[KeyCode::Char('?')]);
    insta::assert_snapshot!(drawn(&mut screen, &trails, (80, 24)));
    press(&mut screen, &[KeyCode::Char('x')]);
    assert!(!screen.shows_help);
}

#[test]
fn a_column_that_is_too_narrow_keeps_both_ends() {
    for (text, width, shown) in [
        ("orders", 8, "orders  "),
        ("orders-7d9f-abcde", 10, "order…bcde"),
        ("orders", 3, "ord"),
        ("a\u{1b}b", 4, "a␛b "),
    ] {
        assert_eq!(cell(text, width), shown);
    }
}

#[test]
fn keys_sort_filter_and_select() {
    let (mut screen, trails) = screen();
    assert_eq!(names(&screen), ["invoices", "mail", "orders", "stock"]);
    press(&mut screen, &[KeyCode::Char('s')]);
    assert_eq!(names(&screen)[0], "stock", "what is worst");
    press(&mut screen, &[KeyCode::Char('s')]);
    assert_eq!(names(&screen), ["stock", "mail", "orders", "invoices"]);
    press(&mut screen, &[KeyCode::Char('s')]);
    assert_eq!(names(&screen)[0], "mail", "what changed hands");
    press(&mut screen, &[KeyCode::Char('r')]);
    assert_eq!(names(&screen)[3], "mail");
    press(&mut screen, &[KeyCode::End]);
    assert_eq!(screen.selected, Some(key("mail")));

    let typed = [
        KeyCode::Char('/'),
        KeyCode::Char('E'),
        KeyCode::Char('x'),
        KeyCode::Char('p'),
    ];
    press(&mut screen, &typed);
    assert_eq!(names(&screen), ["stock"], "its state");
    assert!(drawn(&mut screen, &trails, (80, 12)).contains("/Exp_"));
    press(&mut screen, &[KeyCode::Char('q'), KeyCode::Enter]);
    assert!(names(&screen).is_empty());
    assert!(drawn(&mut screen, &trails, (80, 12)).contains("the filter hides every Lease"));
    press(&mut screen, &[KeyCode::Esc]);
    assert_eq!(names(&screen).len(), 4);
    let rows = screen.rows();
    assert_eq!(
        screen.selected_row(&rows),
        3,
        "the selected one stays selected"
    );
}

#[test]
fn q_and_control_c_quit() {
    let (mut screen, _) = screen();
    let control_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    assert_eq!(screen.press(control_c), Pressed::Quit);
    let q = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
    assert_eq!(screen.press(q), Pressed::Quit);
}

#[test]
fn the_selected_lease_is_always_in_sight() {
    let mut screen = Screen::new("all namespaces".to_owned(), false);
    screen.leases = (0..50)
        .map(|number| lease(&format!("lease-{number:02}"), LeaseState::Held, 1.0))
        .collect();
    let trails = Trails::default();
    press(
        &mut screen,
        &[KeyCode::PageDown, KeyCode::PageDown, KeyCode::Down],
    );
    let shown = drawn(&mut screen, &trails, (80, 12));
    assert!(shown.contains("lease-21"), "{shown}");
    press(&mut screen, &[KeyCode::End]);
    let shown = drawn(&mut screen, &trails, (80, 12));
    assert!(
        shown.contains("lease-49") && !shown.contains("lease-39"),
        "{shown}"
    );
    press(&mut screen, &[KeyCode::Home]);
    assert!(drawn(&mut screen, &trails, (80, 12)).contains("lease-00"));
}

#[test]
fn a_screen_that_is_too_small_is_no_failure() {
    let (mut screen, trails) = screen();
    screen.shows_help = true;
    screen.shows_detail = true;
    for size in [(1, 1), (5, 3), (20, 4), (10, 40)] {
        drawn(&mut screen, &trails, size);
    }
}

#[test]
fn the_scale_changes_how_far_the_lines_go_back() {
    let (mut screen, trails) = screen();
    let before = drawn(&mut screen, &trails, (200, 12));
    press(&mut screen, &[KeyCode::Char('-')]);
    let after = drawn(&mut screen, &trails, (200, 12));
    let span = |text: &str| {
        let (_, rest) = text.split_once("RENEWALS, last ").unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    };
    assert_ne!(span(&before), span(&after));
    press(&mut screen, &[KeyCode::Char('+')]);
    assert_eq!(drawn(&mut screen, &trails, (200, 12)), before);
}
