use super::*;

/// An open table: the election flags of a program and nothing else.
struct Election;

impl FlagTable for Election {
    fn long(&self, name: &str) -> Option<FlagKind> {
        match name {
            "leader-elect" | "leader-election" => Some(FlagKind::Bool),
            "lease-duration" | "namespace" => Some(FlagKind::Value),
            _ => None,
        }
    }

    fn short(&self, letter: char) -> Option<FlagKind> {
        match letter {
            'n' => Some(FlagKind::Value),
            'q' => Some(FlagKind::Bool),
            _ => None,
        }
    }

    fn closed(&self) -> bool {
        false
    }

    fn normalise_underscore(&self) -> bool {
        true
    }
}

const KINDS: [ParserKind; 9] = [
    ParserKind::Pflag,
    ParserKind::GoFlag,
    ParserKind::Kingpin,
    ParserKind::UrfaveCli,
    ParserKind::Click,
    ParserKind::Kong,
    ParserKind::Viper,
    ParserKind::JavaProperties,
    ParserKind::Unknown,
];

/// `name` or `name=value`, `!` before an unknown flag, `no-` before a negated one.
fn read(kind: ParserKind, argv: &[&str]) -> (Vec<String>, Option<&'static str>) {
    let line = parse(kind, argv, &Election);
    let flags = line.occurrences.iter().map(|occurrence| {
        let mark = if occurrence.known { "" } else { "!" };
        let no = if occurrence.negated { "no-" } else { "" };
        let value = occurrence
            .value
            .as_ref()
            .map(|value| format!("={value}"))
            .unwrap_or_default();
        format!("{mark}{no}{}{value}", occurrence.name)
    });
    (flags.collect(), line.error.map(|error| error.kind.as_str()))
}

#[test]
fn an_unknown_flag_takes_the_next_word_unless_it_has_a_dash() {
    for kind in [
        ParserKind::Pflag,
        ParserKind::GoFlag,
        ParserKind::Kingpin,
        ParserKind::Kong,
    ] {
        let argv = [
            "--metrics-addr",
            ":8080",
            "--debug",
            "--leader-elect",
            "--zap-level=2",
        ];
        let expected = [
            "!metrics-addr=:8080",
            "!debug",
            "leader-elect",
            "!zap-level=2",
        ];
        assert_eq!(
            read(kind, &argv),
            (expected.map(String::from).to_vec(), None),
            "{kind:?}"
        );
    }
}

#[test]
fn a_known_long_name_behind_one_dash_is_an_error_but_for_go() {
    for (kind, error) in [
        (ParserKind::Pflag, Some("unknown-shorthand")),
        (ParserKind::Kingpin, Some("unknown-shorthand")),
        (ParserKind::Kong, Some("unknown-shorthand")),
        (ParserKind::Click, Some("unknown-shorthand")),
        (ParserKind::GoFlag, None),
        (ParserKind::Unknown, None),
    ] {
        assert_eq!(read(kind, &["-leader-elect=false"]).1, error, "{kind:?}");
    }
}

#[test]
fn kingpin_has_negative_switches_and_no_values_for_them() {
    let kind = ParserKind::Kingpin;
    assert_eq!(
        read(kind, &["--no-leader-election"]).0,
        ["no-leader-election"]
    );
    assert_eq!(
        read(kind, &["--leader-election=false"]).1,
        Some("unexpected-value")
    );
    assert_eq!(
        read(kind, &["--leader-elect", "--leader-elect"]).1,
        Some("repeated")
    );
    assert_eq!(
        read(kind, &["--leader-elect", "--no-leader-elect"]).1,
        Some("repeated")
    );
    assert_eq!(read(kind, &["--x=1", "--x=2"]).1, None);
    assert_eq!(
        read(kind, &["--namespace", "--leader-elect"]).1,
        Some("missing-value")
    );
    assert_eq!(read(kind, &["-qnops"]).0, ["q", "n=ops"]);
    assert_eq!(read(kind, &["-qq"]).1, Some("repeated"));
    assert_eq!(read(kind, &["-"]).1, Some("unexpected-value"));
    assert_eq!(
        read(kind, &["serve", "--namespace", "x"]).0,
        ["namespace=x"]
    );
}

#[test]
fn a_no_form_is_one_of_a_switch_alone() {
    let kind = ParserKind::Kingpin;
    assert_eq!(read(kind, &["--no-namespace"]).0, ["!no-namespace"]);
}

#[test]
fn a_lone_equals_sign_is_the_value_of_a_letter() {
    assert_eq!(read(ParserKind::Pflag, &["-n="]).0, ["n=="]);
}

#[test]
fn a_letter_for_help_is_the_programs_own_where_not_all_flags_are_known() {
    let (flags, error) = read(ParserKind::GoFlag, &["-h"]);
    assert_eq!((flags, error), (vec!["!h".to_owned()], None));
}

#[test]
fn dashes_stop_the_reading_only_of_words_behind_them() {
    for (argv, stopped) in [(&["--"][..], None), (&["--", "x"], Some(0))] {
        let line = parse(ParserKind::Pflag, argv, &Election);
        assert_eq!(line.stopped_at, stopped, "{argv:?}");
    }
}

#[test]
fn urfave_reads_on_behind_a_subcommand() {
    let argv = ["controller", "--leader-elect", "false", "--namespace=x"];
    assert_eq!(read(ParserKind::UrfaveCli, &argv).0, ["leader-elect"]);
    let line = parse(ParserKind::UrfaveCli, &argv, &Election);
    assert_eq!(line.stopped_at, Some(2));
    assert_eq!(line.positionals, [0, 2, 3]);
}

#[test]
fn java_reads_properties_of_both_kinds() {
    let argv = [
        "-Xmx1g",
        "-Dlease-duration=PT15S",
        "-jar",
        "a.jar",
        "--namespace=x",
        "--y",
    ];
    let (flags, error) = read(ParserKind::JavaProperties, &argv);
    assert_eq!(flags, ["lease-duration=PT15S", "namespace=x", "!y="]);
    assert_eq!(error, None);
}

#[test]
fn click_switches_take_no_value() {
    assert_eq!(
        read(ParserKind::Click, &["--leader-elect=true"]).1,
        Some("unexpected-value")
    );
    assert_eq!(read(ParserKind::Click, &["run", "-nx", "a.py"]).0, ["n=x"]);
}

#[test]
fn kong_switches_take_a_value_with_an_equals_sign() {
    assert_eq!(
        read(ParserKind::Kong, &["--leader-elect=false"]).0,
        ["leader-elect=false"]
    );
    assert_eq!(
        read(ParserKind::Kong, &["-q=false", "-n=x"]).0,
        ["q=false", "n=x"]
    );
    assert_eq!(
        read(ParserKind::Kong, &["--namespace", "-5"]).1,
        Some("missing-value")
    );
}

#[test]
fn places_of_values_are_exact() {
    let argv = [
        "--lease_duration=15s",
        "-nops",
        "--namespace",
        "x",
        "--leader-elect",
        "false",
    ];
    let line = parse(ParserKind::Pflag, &argv, &Election);
    let places: Vec<_> = line
        .occurrences
        .iter()
        .map(|o| {
            (
                o.name.as_str(),
                o.argument,
                o.value_argument,
                o.value_offset,
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            ("lease-duration", 0, None, 17),
            ("n", 1, None, 2),
            ("namespace", 2, Some(3), 0),
            ("leader-elect", 4, None, 14),
        ]
    );
    let detached = Detached {
        argument: 4,
        value_argument: 5,
        name: "leader-elect".to_owned(),
    };
    assert_eq!(line.detached, [detached]);
    assert_eq!(line.stopped_at, None);
}

#[test]
fn an_unknown_parser_tells_how_far_both_agree() {
    let argv = ["--leader-elect", "false", "--namespace=x"];
    let line = parse(ParserKind::Unknown, &argv, &Election);
    assert_eq!(line.occurrences.len(), 2);
    assert_eq!(line.agreed_until, Some(2));
    let agreed: Vec<_> = line.agreed().map(|o| o.name.as_str()).collect();
    assert_eq!(agreed, ["leader-elect"]);

    let plain = parse(
        ParserKind::Unknown,
        &["--leader-elect", "--namespace=x"],
        &Election,
    );
    assert_eq!(plain.agreed_until, None);
    assert_eq!(plain.agreed().count(), 2);

    let dash = parse(
        ParserKind::Unknown,
        &["--namespace=x", "-leader-elect"],
        &Election,
    );
    assert_eq!(dash.agreed_until, Some(1));
    assert_eq!(dash.error, None);
    assert_eq!(dash.occurrences.len(), 2);
}

#[test]
fn no_words_make_a_parser_panic() {
    let words = [
        "",
        "-",
        "--",
        "---",
        "-=",
        "--=",
        "-é",
        "--é=é",
        "-né",
        "-q=",
        "-n=",
        "-qé",
        "-nq",
        "--no-",
        "--no-leader-elect",
        "-leader-elect",
        "--leader-elect",
        "false",
        "\0",
        "--namespace",
        "-D",
        "-D=",
        "--help",
        "-h",
        "-\u{10ffff}\u{10ffff}=x",
        "--leader_elect=",
    ];
    for kind in KINDS {
        for a in words {
            for b in words {
                for c in words {
                    let argv = [a, b, c];
                    let line = parse(kind, &argv, &Election);
                    for occurrence in &line.occurrences {
                        let place = occurrence.value_argument.unwrap_or(occurrence.argument);
                        let text = &argv[place][occurrence.value_offset..];
                        assert_eq!(text, occurrence.value.as_deref().unwrap_or(""));
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_the_same_to_all_parsers_is_so_after_reading_both() {
    let words = [
        "--leader-elect",
        "--leader-elect=false",
        "--namespace",
        "--namespace=x",
        "--other",
        "--other=x",
        "--n=x",
        "--leader_elect=true",
        "--",
        "--help",
        "-v=4",
        "-leader-elect",
        "word",
        "true",
        "",
    ];
    let mut same = 0;
    for a in words {
        for b in words {
            for c in words {
                for d in words {
                    let argv = [a, b, c, d];
                    let pflag = pflag::parse(&argv, &Election);
                    if is_same_to_all(&pflag, &argv, &Election) {
                        same += 1;
                        assert_eq!(parse_both(pflag.clone(), &argv, &Election), pflag);
                    }
                }
            }
        }
    }
    assert!(same > 1000, "{same}");
}
