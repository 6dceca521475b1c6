//! controller-runtime's manager: each way by which its options are written.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestInputs, by, default, elector, main_file, manager, program, shown, timing};
use go::program::SourceElection;
use go::{ContextKind, GoMod, LibraryKind, OnLoss};

const ID: &str = "\t\tLeaderElection: true,\n\t\tLeaderElectionID: \"a.example.test\",";

#[test]
fn the_timeout_of_requests_follows_the_version() {
    for (version, wanted) in [
        ("v0.17.6", Some(false)),
        ("v0.18.5", Some(false)),
        ("v0.18.6", Some(true)),
        ("v0.19.2", Some(false)),
        ("v0.19.3", Some(true)),
        ("v0.19.3-0.20241112101530-c9a2bbd1b0a1", None),
        ("v0.20.0", Some(true)),
        ("v1.0.0", Some(true)),
    ] {
        let go_mod =
            format!("module example.test/op\n\nrequire sigs.k8s.io/controller-runtime {version}\n");
        let main = main_file("", ID);
        let reading = go::read(&[("main.go", main.as_str())], &[GoMod::parse("", &go_mod)]);
        let elector = reading.programs.first().unwrap().electors.first().unwrap();
        let timeout = elector.client_timeout;
        assert_eq!(timeout, wanted, "{version}");
    }
}

#[test]
fn what_is_left_out_is_the_librarys_default() {
    let one = manager("", ID);
    assert_eq!(one.library, LibraryKind::ControllerRuntime);
    assert_eq!(one.version.as_deref(), Some("v0.22.0"));
    assert_eq!(default(&one.enable), "true");
    assert_eq!(timing(&one), "15s 10s 2s");
    assert_eq!(default(&one.lock_name), "a.example.test");
    assert_eq!(default(&one.lock_namespace), "<PodNamespace>");
    assert_eq!(default(&one.lock_type), "leases");
    assert_eq!(default(&one.release), "false");
    assert_eq!(default(&one.identity), "<HostName><Random>");
    assert_eq!(one.client_timeout, Some(true));
    assert_eq!(one.behaviour.on_loss, OnLoss::Exits);
    assert_eq!(one.behaviour.context, ContextKind::Signal);
    assert!(one.reached);
    let place = one.lock_name.at.unwrap();
    assert_eq!((place.line, place.column), (18, 21), "{place:?}");
}

#[test]
fn no_switch_is_no_election() {
    let one = manager("", "\t\tLeaderElectionID: \"a\",");
    assert_eq!(default(&one.enable), "false");
}

#[test]
fn flags_of_the_standard_library() {
    let one = manager(
        "\tvar elect bool\n\tvar lease time.Duration\n\tflag.BoolVar(&elect, \"leader-elect\", false, \"\")\n\
         \tflag.DurationVar(&lease, \"lease\", 60*time.Second, \"\")\n\tid := flag.String(\"id\", \"op-\"+\"lock\", \"\")",
        "\t\tLeaderElection: elect,\n\t\tLeaseDuration: &lease,\n\t\tLeaderElectionID: *id,",
    );
    assert_eq!(by(&one.enable), "--leader-elect");
    assert_eq!(default(&one.enable), "false");
    assert_eq!(by(&one.lease_duration), "--lease");
    assert_eq!(timing(&one), "60s 10s 2s");
    assert_eq!(default(&one.lock_name), "op-lock");
    let workload = TestInputs {
        flags: vec![
            ("leader-elect", "true"),
            ("lease", "1m30s"),
            ("id", "other"),
        ],
        ..TestInputs::default()
    };
    assert_eq!(shown(&one.enable, &workload), "true");
    assert_eq!(shown(&one.lease_duration, &workload), "90s");
    assert_eq!(shown(&one.lock_name, &workload), "other");
}

#[test]
fn constants_and_arithmetic_of_another_package() {
    let main = "package main\n\nimport (\n\tctrl \"sigs.k8s.io/controller-runtime\"\n\t\"example.test/op/pkg/names\"\n\t\"k8s.io/utils/ptr\"\n)\n\n\
                func main() {\n\tctrl.NewManager(nil, ctrl.Options{LeaderElection: true, LeaderElectionID: names.Lock, LeaseDuration: ptr.To(names.Lease), RenewDeadline: ptr.To(names.Lease * 2 / 3), RetryPeriod: ptr.To(names.Lease / 10)})\n}\n";
    let names = "package names\n\nimport \"time\"\n\nconst (\n\tBase = \"op\"\n\tLock = Base + \"-lock\"\n\tseconds = 30\n\tLease = seconds * time.Second\n)\n";
    let one = elector(&[("main.go", main), ("pkg/names/names.go", names)]);
    assert_eq!(default(&one.lock_name), "op-lock");
    assert_eq!(timing(&one), "30s 20s 3s");
    assert_eq!(
        one.lock_name.at.unwrap().file,
        1,
        "the constant's own place"
    );
}

#[test]
fn a_helper_returns_a_pointer() {
    let file = main_file(
        "",
        "\t\tLeaderElection: true,\n\t\tLeaseDuration: in(20),\n\t\tRenewDeadline: in(12),\n\t\tRetryPeriod: in(3),",
    ) + "\nfunc in(n int) *time.Duration {\n\td := time.Duration(n) * time.Second\n\treturn &d\n}\n";
    assert_eq!(timing(&elector(&[("main.go", &file)])), "20s 12s 3s");
}

#[test]
fn fields_set_after_the_literal_and_options_functions() {
    let file = "package main\n\nimport ctrl \"sigs.k8s.io/controller-runtime\"\n\ntype option func(*ctrl.Options)\n\n\
                func named(id string) option {\n\treturn func(o *ctrl.Options) { o.LeaderElectionID = id }\n}\n\n\
                func build(all ...option) ctrl.Options {\n\to := ctrl.Options{}\n\tfor _, apply := range all {\n\t\tapply(&o)\n\t}\n\to.LeaderElection = true\n\treturn o\n}\n\n\
                func main() {\n\topts := build(named(\"a\"))\n\topts.LeaderElectionReleaseOnCancel = true\n\tctrl.NewManager(nil, opts)\n}\n";
    let one = elector(&[("main.go", file)]);
    assert_eq!(default(&one.enable), "true");
    assert_eq!(default(&one.lock_name), "a");
    assert_eq!(default(&one.release), "true");
}

#[test]
fn a_struct_carries_a_flag_to_another_package() {
    let main = "package main\n\nimport (\n\t\"flag\"\n\t\"example.test/op/pkg/config\"\n\t\"example.test/op/pkg/server\"\n)\n\n\
                func main() {\n\tcfg := config.New()\n\tcfg.AddFlags(flag.CommandLine)\n\tflag.Parse()\n\tif err := server.Run(cfg); err != nil {\n\t\tpanic(err)\n\t}\n}\n";
    let config = "package config\n\nimport \"flag\"\n\ntype Election struct {\n\tOn bool\n\tName string\n}\n\ntype Config struct {\n\tElection\n\tPort int\n}\n\n\
                  func New() *Config { return &Config{Election: Election{Name: \"ignored\"}} }\n\n\
                  func (c *Config) AddFlags(fs *flag.FlagSet) {\n\tfs.BoolVar(&c.On, \"on\", true, \"\")\n\tfs.StringVar(&c.Election.Name, \"name\", \"real\", \"\")\n}\n";
    let server = "package server\n\nimport (\n\tctrl \"sigs.k8s.io/controller-runtime\"\n\t\"example.test/op/pkg/config\"\n)\n\n\
                  func Run(c *config.Config) error {\n\tmgr, err := ctrl.NewManager(nil, ctrl.Options{LeaderElection: c.On, LeaderElectionID: c.Name})\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn mgr.Start(ctrl.SetupSignalHandler())\n}\n";
    let files = [
        ("main.go", main),
        ("pkg/config/config.go", config),
        ("pkg/server/server.go", server),
    ];
    let one = elector(&files);
    assert_eq!(by(&one.enable), "--on");
    assert_eq!(default(&one.enable), "true");
    assert_eq!(
        default(&one.lock_name),
        "real",
        "the flag's default outweighs the struct's"
    );
}

#[test]
fn a_variable_beats_a_flag_or_the_other_way_round() {
    let statements = "\tlease := 60 * time.Second\n\tflag.DurationVar(&lease, \"lease\", lease, \"\")\n\tflag.Parse()\n\
                      \tif s, ok := os.LookupEnv(\"LEASE\"); ok {\n\t\tif d, err := time.ParseDuration(s); err == nil {\n\t\t\tlease = d\n\t\t}\n\t}";
    let one = manager(
        statements,
        "\t\tLeaderElection: true,\n\t\tLeaseDuration: &lease,",
    );
    assert_eq!(by(&one.lease_duration), "$LEASE > --lease");
    let workload = |lease| TestInputs {
        flags: vec![("lease", "40s")],
        variables: vec![("LEASE", lease)],
        ..TestInputs::default()
    };
    assert_eq!(shown(&one.lease_duration, &workload("30s")), "30s");
    assert_eq!(shown(&one.lease_duration, &workload("nonsense")), "40s");
    let one = manager(
        "\tid := flag.String(\"id\", os.Getenv(\"LOCK\"), \"\")",
        "\t\tLeaderElection: true,\n\t\tLeaderElectionID: *id,",
    );
    assert_eq!(by(&one.lock_name), "--id > $LOCK");
}

#[test]
fn a_switch_from_a_variable() {
    let statements = "\telect := true\n\tif s := os.Getenv(\"ELECT\"); s != \"\" {\n\t\tb, err := strconv.ParseBool(s)\n\t\tif err != nil {\n\t\t\tos.Exit(1)\n\t\t}\n\t\telect = b\n\t}";
    let one = manager(statements, "\t\tLeaderElection: elect,");
    assert_eq!(by(&one.enable), "$ELECT");
    assert_eq!(default(&one.enable), "true");
    let off = TestInputs {
        variables: vec![("ELECT", "0")],
        ..TestInputs::default()
    };
    assert_eq!(shown(&one.enable, &off), "false");
}

#[test]
fn an_empty_name_turns_the_election_off() {
    let one = manager(
        "\tid := flag.String(\"election-id\", \"x\", \"\")",
        "\t\tLeaderElection: *id != \"\",\n\t\tLeaderElectionID: *id,",
    );
    assert_eq!(default(&one.enable), "true");
    let empty = TestInputs {
        flags: vec![("election-id", "")],
        ..TestInputs::default()
    };
    assert_eq!(shown(&one.enable, &empty), "false");
}

#[test]
fn an_assignment_under_a_condition_is_decided_by_the_workload_or_unknown() {
    let statements = "\twatch := flag.String(\"watch\", \"\", \"\")\n\tns := os.Getenv(\"NS\")\n\tif *watch != \"\" {\n\t\tns = *watch\n\t}";
    let one = manager(
        statements,
        "\t\tLeaderElection: true,\n\t\tLeaderElectionNamespace: ns,",
    );
    let workload = |watch| TestInputs {
        flags: watch,
        variables: vec![("NS", "ops")],
        ..TestInputs::default()
    };
    assert_eq!(shown(&one.lock_namespace, &workload(vec![])), "ops");
    assert_eq!(
        shown(&one.lock_namespace, &workload(vec![("watch", "w")])),
        "w"
    );
    let outside = "\tid := \"a\"\n\tif fmt.Sprint(time.Now()) == \"x\" {\n\t\tid = \"b\"\n\t}";
    let one = manager(
        outside,
        "\t\tLeaderElection: true,\n\t\tLeaderElectionID: id,",
    );
    assert!(
        default(&one.lock_name).starts_with('?'),
        "{}",
        default(&one.lock_name)
    );
}

#[test]
fn a_loop_and_an_element_make_a_value_unknown() {
    let statements = "\tid := \"a\"\n\tfor _, arg := range os.Args {\n\t\tid = arg\n\t}";
    let one = manager(
        statements,
        "\t\tLeaderElection: true,\n\t\tLeaderElectionID: id,",
    );
    assert_eq!(default(&one.lock_name), "? it is set in a loop");
}

#[test]
fn an_early_return_is_a_way_of_its_own() {
    let file = main_file(
        "\tid := name()",
        "\t\tLeaderElection: true,\n\t\tLeaderElectionID: id,",
    ) + "\nfunc name() string {\n\tif v := os.Getenv(\"LOCK\"); v != \"\" {\n\t\treturn v\n\t}\n\treturn \"fixed\"\n}\n";
    let one = elector(&[("main.go", &file)]);
    assert_eq!(by(&one.lock_name), "$LOCK");
    assert_eq!(default(&one.lock_name), "fixed");
}

#[test]
fn a_program_without_a_manager_never_elects() {
    let main = "package main\n\nimport \"k8s.io/client-go/kubernetes\"\n\nfunc main() {\n\tkubernetes.NewForConfig(nil)\n}\n";
    assert_eq!(
        program(&[("main.go", main)]).election,
        SourceElection::Never
    );
}

#[test]
fn tests_examples_and_vendored_programs_are_none() {
    let main = main_file("", ID);
    let reading = common::read(&[
        ("vendor/x/main.go", &main),
        ("examples/a/main.go", &main),
        ("main_test.go", &main),
        ("cmd/win_windows.go", &main),
        ("cmd/ignored.go", &format!("//go:build ignore\n\n{main}")),
    ]);
    assert_eq!(reading.programs.len(), 0);
}

#[test]
fn a_condition_that_is_not_known_leaves_the_election_open() {
    let main = main_file(
        "",
        "\t\tLeaderElection: true,\n\t\tLeaderElectionID: \"op\",",
    )
    .replace(
        "\tmgr, err :=",
        "\tif len(os.Args) < 2 {\n\t\treturn\n\t}\n\tmgr, err :=",
    );
    let one = elector(&[("main.go", &main)]);
    assert_eq!(default(&one.enable), "true");
    assert!(
        default(&one.guard).starts_with('?'),
        "{}",
        default(&one.guard)
    );
    assert_eq!(default(&one.lock_name), "op");
}

#[test]
fn settings_where_the_switch_is_on() {
    let one = manager(
        "\telect := flag.Bool(\"leader-elect\", false, \"\")\n\tflag.Parse()\n\tlease := 15 * time.Second\n\tif *elect {\n\t\tlease = 60 * time.Second\n\t}",
        "\t\tLeaderElection: *elect,\n\t\tLeaderElectionID: \"op\",\n\t\tLeaseDuration: &lease,",
    );
    assert_eq!(timing(&one), "15s 10s 2s");
    let elects = one.where_it_elects();
    assert_eq!(timing(&elects), "60s 10s 2s");
    assert_eq!(
        default(&elects.enable),
        "false",
        "the switch itself is left"
    );
}
