use super::*;

const TEMPLATE: &str = "args:\n- --lease={{ .Values.election.lease }}\n- --elect={{ .Values.election.enabled }}\nreplicas: {{ .Values.count }}\n";
const VALUES: &str = "count: 2\nelection:\n  lease: 15s\n  enabled: true\nother: 15s\n";

fn render(lease: &str, on: &str, count: &str) -> String {
    let text = TEMPLATE
        .replace("{{ .Values.election.lease }}", lease)
        .replace("{{ .Values.election.enabled }}", on)
        .replace("{{ .Values.count }}", count);
    format!("---\n# Source: a/templates/b.yaml\n{text}")
}

fn markers() -> Markers {
    let files = [ChartFile {
        path: "templates/b.yaml".to_owned(),
        bytes: TEMPLATE.as_bytes().to_vec(),
    }];
    let rendered = render("15s", "true", "2");
    let lines: Vec<&str> = rendered.lines().collect();
    let wanted = [3, 4, 5].map(|number| WantedLine {
        number,
        text: lines[number],
        source: Some(LineSource {
            file: 0,
            line: number - 1,
        }),
        template: Some("a/templates/b.yaml"),
    });
    let values = ValuesFile::of_text(None, VALUES);
    let chart = Chart {
        name: "a".to_owned(),
        is_library: false,
        dependencies: Vec::new(),
    };
    Markers::choose(&wanted, &chart, &files, &[values]).unwrap()
}

#[test]
fn keys_are_proven_by_what_changes() {
    let markers = markers();
    assert_eq!(
        markers.overlay(),
        r#"{"count":31027,"election":{"enabled":"lmkq1z","lease":"lmkq0z"},"other":"lmkq3z"}"#
    );
    let proofs = markers.prove(
        &render("15s", "true", "2"),
        &render("lmkq0z", "lmkq1z", "31027"),
    );
    let shown: Vec<_> = proofs
        .iter()
        .map(|proof| (proof.line, proof.part.clone(), proof.leaf.name()))
        .collect();
    assert_eq!(
        shown,
        [
            (3, 10..13, "election.lease".to_owned()),
            (4, 10..14, "election.enabled".to_owned()),
            (5, 10..11, "count".to_owned()),
        ]
    );
    assert_eq!(VALUES.get(proofs[0].leaf.span.clone()), Some("15s"));
}

#[test]
fn a_key_that_changes_something_else_is_not_named() {
    let markers = markers();
    let with_markers = render("lmkq3z-x", "true", "2");
    let plain = render("15s-y", "true", "2");
    assert_eq!(markers.prove(&plain, &with_markers), []);
    assert_eq!(markers.prove(&plain, &plain), []);
}

#[test]
fn what_a_template_makes_of_a_value_counts_at_the_same_place() {
    let markers = markers();
    let proofs = markers.prove(
        &render("\"fifteen\"", "true", "2"),
        &render("\"lmkq0z\"", "true", "2"),
    );
    assert_eq!(proofs.len(), 1);
    assert_eq!(
        (proofs[0].part.clone(), proofs[0].leaf.name()),
        (11..18, "election.lease".to_owned())
    );
}

#[test]
fn numbers_are_tried_where_an_expression_names_no_value() {
    let chart = Chart {
        name: "a".to_owned(),
        is_library: false,
        dependencies: Vec::new(),
    };
    let values = [ValuesFile::of_text(
        None,
        "count: 2\nport: 20\nname: \"2\"\n",
    )];
    let overlay = |template: &str| {
        let files = [ChartFile {
            path: "templates/b.yaml".to_owned(),
            bytes: template.as_bytes().to_vec(),
        }];
        let wanted = [WantedLine {
            number: 2,
            text: "replicas: 2",
            source: Some(LineSource { file: 0, line: 1 }),
            template: Some("a/templates/b.yaml"),
        }];
        Markers::choose(&wanted, &chart, &files, &values).map(|markers| markers.overlay())
    };
    let tried = Some(r#"{"count":31013}"#.to_owned());
    assert_eq!(overlay("{{ toYaml $object }}\n"), tried);
    assert_eq!(overlay("replicas: 2\n"), None);
    assert_eq!(overlay("replicas: {{ .Values.other }}\n"), None);
}
