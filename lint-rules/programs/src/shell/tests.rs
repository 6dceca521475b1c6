use super::*;

fn look(name: &str) -> Lookup<'static> {
    match name {
        "NS" => Lookup::Known("ops"),
        "ARGS" => Lookup::Known(" --leader-elect  --x=y "),
        "EMPTY" => Lookup::Known(""),
        "SECRET" => Lookup::Unknown,
        _ => Lookup::Undeclared,
    }
}

/// The program's words, unknown ones marked with `?`; or `plain`, or `opaque`.
fn read(argv: &[&str]) -> Vec<String> {
    match unwrap(argv, &mut look) {
        Unwrapped::Plain => vec!["plain".to_owned()],
        Unwrapped::Opaque { .. } => vec!["opaque".to_owned()],
        Unwrapped::Program { argv, .. } => argv
            .into_iter()
            .map(|word| format!("{}{}", if word.unknown { "?" } else { "" }, word.text))
            .collect(),
    }
}

fn script(text: &str) -> Vec<String> {
    read(&["/bin/sh", "-c", text])
}

#[test]
fn wrappers_are_followed() {
    for (argv, expected) in [
        (&["/manager", "--x"][..], &["plain"][..]),
        (&[], &["plain"]),
        (&["tini", "--", "/m", "--x"], &["/m", "--x"]),
        (&["/sbin/tini", "-g", "-e", "143", "/m"], &["/m"]),
        (&["dumb-init", "--rewrite", "15:2", "/m"], &["/m"]),
        (&["env", "A=b", "-u", "C", "/m", "D=e"], &["/m", "D=e"]),
        (&["env", "-i", "/m"], &["opaque"]),
        (
            &[
                "/go-runner",
                "--log-file=/x",
                "--also-stdout=false",
                "/m",
                "--y",
            ],
            &["/m", "--y"],
        ),
        (
            &["/go-runner", "--log-file", "/x", "/m", "--y"],
            &["/m", "--y"],
        ),
        (
            &[
                "nice", "-n", "5", "timeout", "-s", "INT", "5", "gosu", "user", "/m",
            ],
            &["/m"],
        ),
        (&["tini", "sh", "-c", "exec /m"], &["/m"]),
        (&["sh", "-c", "exec tini -- /m --x"], &["/m", "--x"]),
        (&["sh", "-c", "sh -c 'exec /m --x'"], &["/m", "--x"]),
        (&["sh", "/run.sh"], &["opaque"]),
        (&["sh"], &["opaque"]),
        (&["sh", "-c"], &["opaque"]),
        (&["tini", "--"], &["opaque"]),
        (&["timeout"], &["opaque"]),
        (
            &["bash", "-euo", "pipefail", "-c", "/m --x"],
            &["/m", "--x"],
        ),
        (&["bash", "--login", "-ec", "/m"], &["/m"]),
        (
            &["sh", "-c", "exec \"$@\"", "--", "/m", "--x"],
            &["/m", "--x"],
        ),
        (
            &["sh", "-c", "exec /m $@ -y", "sh", "--x"],
            &["/m", "--x", "-y"],
        ),
        (
            &["sh", "-c", "exec /m --a=$1 --b=${2}", "sh", "u", "v"],
            &["/m", "--a=u", "--b=v"],
        ),
    ] {
        assert_eq!(read(argv), expected, "{argv:?}");
    }
}

#[test]
fn scripts_with_one_program_are_read() {
    for (text, expected) in [
        (
            "exec /m --leader-elect --x=y",
            &["/m", "--leader-elect", "--x=y"][..],
        ),
        (
            "set -e; mkdir -p /a && cd /a\nexec /m --x # why\n",
            &["/m", "--x"],
        ),
        (
            "/m --x \\\n  --y \\\n  --z 2>&1 | tee /log",
            &["/m", "--x", "--y", "--z"],
        ),
        ("/m --x >>/log 2>&1 &\nwait", &["/m", "--x"]),
        ("/m &>/log", &["/m"]),
        (
            "/m 'a b' \"c d\" e\\ f \"\" \"\\$x\\n\"",
            &["/m", "a b", "c d", "e f", "", "$x\\n"],
        ),
        (
            "exec /m --ns=$NS --n=${NS} \"--q=$NS\"",
            &["/m", "--ns=ops", "--n=ops", "--q=ops"],
        ),
        (
            "exec /m $ARGS z$ARGS",
            &[
                "/m",
                "--leader-elect",
                "--x=y",
                "z",
                "--leader-elect",
                "--x=y",
            ],
        ),
        (
            "exec /m \"$ARGS\" $EMPTY \"$EMPTY\"",
            &["/m", " --leader-elect  --x=y ", ""],
        ),
        (
            "exec /m --s=$SECRET --h=$(hostname) --b=`x` --i=$IMG",
            &["/m", "?--s=", "?--h=", "?--b=", "?--i="],
        ),
        (
            "exec /m ${NS:-x} ${EMPTY:-d} ${NS#o} $",
            &["/m", "ops", "d", "?", "$"],
        ),
        ("A=b; C=$(date); exec /m $A $C", &["/m", "b", "?"]),
        (
            "if [ -f /x ]; then A=b; fi; exec /m --a=$A",
            &["/m", "?--a="],
        ),
        ("until nc -z db 1; do sleep 1; done; exec /m", &["/m"]),
        ("while true; do sleep 1; done & exec /m", &["/m"]),
        ("for i in 1 2; do echo $i; done; /m", &["/m"]),
        ("[ -f /x ] && A=b; exec /m $A", &["/m", "?"]),
        ("mkdir /x && export A=b && exec /m $A", &["/m", "b"]),
        ("command -v x; exec /m", &["/m"]),
        ("trap 'kill 0' TERM; /m --x; exit $?", &["/m", "--x"]),
        ("/setup && exec /m", &["/m"]),
        ("exec 2>&1; exec /m", &["/m"]),
        ("set -- /m --x; exec \"$@\"", &["/m", "--x"]),
        (". /env; exec /m --ns=$NS", &["/m", "?--ns="]),
        ("exec /m -é=\"ü\" ñ", &["/m", "-é=ü", "ñ"]),
    ] {
        assert_eq!(script(text), expected, "{text}");
    }
}

#[test]
fn scripts_in_doubt_are_opaque() {
    for text in [
        "",
        "# nothing",
        "echo hello",
        "/a; /b",
        "/a & exec /b",
        "[ -f /x ] && exec /a; exec /b",
        "exec -a name /m",
        "command /m",
        "test -n \"$X\" && set -- /m; exec \"$@\"",
        "/a || exec /b",
        "/a | exec /b",
        "if [ -n \"$X\" ]; then exec /a; else exec /b; fi",
        "while true; do /m; done",
        "case $X in a) /m;; esac",
        "(/m)",
        "f() { /m; }; f",
        "$SECRET --x",
        "$EMPTY",
        "eval /m",
        "cat <<EOF\n/m\nEOF",
        "/m 'a",
        "/m \"a",
        "/m `a",
        "/m $(a",
        "/m ${a",
        "/m >",
        "done; /m",
        "if true; then sleep 1",
        "shift; exec /m \"$@\"",
    ] {
        assert_eq!(script(text), ["opaque"], "{text}");
    }
}

#[test]
fn variables_set_on_the_way_are_told() {
    let env_of = |argv: &[&str]| match unwrap(argv, &mut look) {
        Unwrapped::Program { env, .. } => env,
        other => panic!("{other:?}"),
    };
    let some = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
    assert_eq!(
        env_of(&["env", "A=b", "C=", "/m"]),
        [some("A", "b"), some("C", "")]
    );
    let text = "export A=b D=\"$NS\" E=$SECRET; L=x; NS=new; F=g exec /m";
    let expected = [
        some("A", "b"),
        some("D", "ops"),
        ("E".to_owned(), None),
        some("NS", "new"),
        some("F", "g"),
    ];
    assert_eq!(env_of(&["sh", "-c", text]), expected);
}

#[test]
fn a_value_behind_export_may_be_an_assignment() {
    let env_of = |text: &str| match unwrap(&["sh", "-c", text], &mut look) {
        Unwrapped::Program { env, .. } => env,
        other => panic!("{other:?}"),
    };
    let some = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
    let text = "P='A=b NS'; NS=new; export $P C; exec /m";
    assert_eq!(
        env_of(text)[..2],
        [some("NS", "new"), some("A", "b")],
        "{text}"
    );
    let text = "export A=b; export $(cat /env); exec /m";
    assert_eq!(env_of(text), [("A".to_owned(), None)]);
    assert_eq!(read(&["sh", "-c", "export é=b; exec /m"]), ["opaque"]);
}

#[test]
fn words_know_their_place() {
    let argv = ["sh", "-c", "cd /é; exec /m --x=1 \"--y=$NS\""];
    let Unwrapped::Program { argv: words, .. } = unwrap(&argv, &mut look) else {
        panic!("a program");
    };
    let slices: Vec<_> = words
        .iter()
        .map(|w| (&argv[w.argument][w.range.clone()], w.verbatim))
        .collect();
    assert_eq!(
        slices,
        [("/m", true), ("--x=1", true), ("\"--y=$NS\"", false)]
    );
}

#[test]
fn no_script_makes_the_reader_panic() {
    let pieces = [
        "", " ", "\n", "\\", "'", "\"", "$", "${", "}", "$(", ")", "`", "&", "&&", "|", ";", ">",
        "2>&", "<", "é", "A=", "$A", "exec ", "if ", "fi;", "/m", "#", "\0", "$@", "$9", "for ",
        "set -- ", "export ", "{ ", "!",
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let text = format!("{a}{b}{c}{a}");
                let argv = ["sh", "-c", &text, "sh", "p"];
                if let Unwrapped::Program { argv: words, .. } = unwrap(&argv, &mut look) {
                    for word in words {
                        assert!(argv[word.argument].get(word.range).is_some(), "{text:?}");
                    }
                }
            }
        }
    }
    let deep = ["sh", "-c", &"sh -c ".repeat(50)];
    assert_eq!(read(&deep), ["opaque"]);
}
