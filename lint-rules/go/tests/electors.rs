//! client-go's elector: locks, switches, callbacks, contexts; the libraries of the table.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{TestInputs, by, default, elector, program, shown, timing};
use go::program::{SourceElection, SourceElector};
use go::{ContextKind, LibraryKind, OnLoss};

const IMPORTS: &str = "package main\n\nimport (\n\t\"context\"\n\t\"flag\"\n\t\"os\"\n\t\"time\"\n\n\tmetav1 \"k8s.io/apimachinery/pkg/apis/meta/v1\"\n\t\"k8s.io/client-go/kubernetes\"\n\t\"k8s.io/client-go/rest\"\n\t\"k8s.io/client-go/tools/leaderelection\"\n\t\"k8s.io/client-go/tools/leaderelection/resourcelock\"\n)\n\n";

fn of(main: &str) -> SourceElector {
    elector(&[("main.go", &format!("{IMPORTS}{main}"))])
}

/// A guide's first program, in our own words.
#[test]
fn a_lease_lock_with_the_pods_name() {
    let one = of(
        "func main() {\n\tid := os.Getenv(\"POD_NAME\")\n\tcfg, err := rest.InClusterConfig()\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\
        \tclient := kubernetes.NewForConfigOrDie(cfg)\n\tlock := &resourcelock.LeaseLock{\n\t\tLeaseMeta: metav1.ObjectMeta{Name: \"worker\", Namespace: \"ops\"},\n\
        \t\tClient: client.CoordinationV1(),\n\t\tLockConfig: resourcelock.ResourceLockConfig{Identity: id},\n\t}\n\
        \tleaderelection.RunOrDie(context.Background(), leaderelection.LeaderElectionConfig{\n\t\tLock: lock,\n\t\tLeaseDuration: 15 * time.Second,\n\t\tRenewDeadline: 10 * time.Second,\n\t\tRetryPeriod: 2 * time.Second,\n\
        \t\tCallbacks: leaderelection.LeaderCallbacks{\n\t\t\tOnStartedLeading: func(ctx context.Context) { work(ctx) },\n\t\t\tOnStoppedLeading: func() { os.Exit(0) },\n\t\t},\n\t})\n}\n\nfunc work(ctx context.Context) { <-ctx.Done() }\n",
    );
    assert_eq!(one.library, LibraryKind::ClientGo);
    assert_eq!(one.version.as_deref(), Some("v0.34.1"));
    assert_eq!(default(&one.enable), "true");
    assert_eq!(timing(&one), "15s 10s 2s");
    assert_eq!(
        (
            default(&one.lock_type),
            default(&one.lock_name),
            default(&one.lock_namespace)
        ),
        ("leases".into(), "worker".into(), "ops".into())
    );
    assert_eq!(by(&one.identity), "$POD_NAME");
    assert_eq!(default(&one.release), "false");
    assert_eq!(one.client_timeout, Some(false));
    assert_eq!(one.behaviour.on_loss, OnLoss::Exits);
    assert_eq!(one.behaviour.context, ContextKind::Background);
    assert_eq!(one.behaviour.uses_leading_context, Some(true));
}

const ELECT: &str = "func elect(ctx context.Context, name string, d time.Duration) {\n\thost, _ := os.Hostname()\n\tlock, err := resourcelock.New(resourcelock.LeasesResourceLock, \"ops\", name, nil, nil, resourcelock.ResourceLockConfig{Identity: host})\n\
    \tif err != nil {\n\t\tpanic(err)\n\t}\n\tle, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{Lock: lock, LeaseDuration: d, RenewDeadline: d / 2, RetryPeriod: d / 4, ReleaseOnCancel: true,\n\
    \t\tCallbacks: leaderelection.LeaderCallbacks{OnStartedLeading: func(context.Context) {}, OnStoppedLeading: func() {}}})\n\tif err != nil {\n\t\tpanic(err)\n\t}\n";

#[test]
fn an_elector_that_runs_once_in_a_goroutine() {
    let one = of(&format!(
        "func main() {{\n\td := flag.Duration(\"ttl\", 16*time.Second, \"\")\n\tflag.Parse()\n\telect(context.TODO(), \"n\", *d)\n\tselect {{}}\n}}\n\n{ELECT}\tgo le.Run(ctx)\n}}\n"
    ));
    assert_eq!(timing(&one), "16s 8s 4s");
    assert_eq!(default(&one.identity), "<HostName>");
    assert_eq!(default(&one.release), "true");
    assert_eq!(one.behaviour.on_loss, OnLoss::Continues);
    assert_eq!(one.behaviour.context, ContextKind::Todo);
    assert_eq!(one.behaviour.uses_leading_context, Some(false));
    assert!(one.behaviour.in_goroutine && one.behaviour.waits_after.is_some());
    let workload = TestInputs {
        flags: vec![("ttl", "20s")],
        ..TestInputs::default()
    };
    assert_eq!(shown(&one.renew_deadline, &workload), "10s");
}

#[test]
fn a_goroutine_that_tells_of_the_elector_s_end() {
    let on_loss = |body: &str| {
        let main = "func main() {\n\telect(context.TODO(), \"n\", time.Second)\n}\n\n";
        of(&format!("{main}{ELECT}{body}}}\n")).behaviour.on_loss
    };
    for told in [
        "\tdone := make(chan struct{})\n\tgo func() {\n\t\tdefer close(done)\n\t\tle.Run(ctx)\n\t}()\n\t<-done\n",
        "\tctx, cancel := context.WithCancel(ctx)\n\tgo func() {\n\t\tle.Run(ctx)\n\t\tcancel()\n\t}()\n\t<-ctx.Done()\n",
        "\tgo func() {\n\t\tle.Run(ctx)\n\t\tos.Exit(0)\n\t}()\n\tselect {}\n",
        "\terrs := make(chan error)\n\tgo func() {\n\t\tle.Run(ctx)\n\t\terrs <- nil\n\t}()\n\t<-errs\n",
    ] {
        assert_eq!(on_loss(told), OnLoss::Unknown, "{told}");
    }
    for silent in [
        "\tgo le.Run(ctx)\n\tselect {}\n",
        "\tgo func() {\n\t\tle.Run(ctx)\n\t}()\n\tgo func() {\n\t\tdefer os.Exit(0)\n\t\twork()\n\t}()\n\tselect {}\n",
    ] {
        assert_eq!(on_loss(silent), OnLoss::Continues, "{silent}");
    }
}

#[test]
fn an_elector_that_takes_part_again_or_ends_with_main() {
    let rejoins = of(&format!(
        "func main() {{\n\telect(context.TODO(), \"n\", time.Second)\n}}\n\n{ELECT}\tfor {{\n\t\tle.Run(ctx)\n\t}}\n}}\n"
    ));
    assert_eq!(rejoins.behaviour.on_loss, OnLoss::Rejoins);
    let returns = of(&format!(
        "func main() {{\n\telect(context.TODO(), \"n\", time.Second)\n}}\n\n{ELECT}\tle.Run(ctx)\n}}\n"
    ));
    assert_eq!(returns.behaviour.on_loss, OnLoss::Returns);
    let beside = of(&format!(
        "func main() {{\n\telect(context.TODO(), \"n\", time.Second)\n\tgo func() {{\n\t\tselect {{}}\n\t}}()\n}}\n\n{ELECT}\tle.Run(ctx)\n}}\n"
    ));
    assert_eq!(beside.behaviour.on_loss, OnLoss::Returns);
    let waits = of(&format!(
        "func main() {{\n\telect(context.TODO(), \"n\", time.Second)\n\tselect {{}}\n}}\n\n{ELECT}\tle.Run(ctx)\n}}\n"
    ));
    assert_eq!(waits.behaviour.on_loss, OnLoss::Continues);
}

#[test]
fn the_condition_before_an_elector_is_its_switch() {
    let main = "func main() {\n\ton := flag.Bool(\"leader-elect\", true, \"\")\n\tversion := flag.Bool(\"version\", false, \"\")\n\tflag.Parse()\n\tif *version {\n\t\treturn\n\t}\n\
                \tif !*on {\n\t\twork()\n\t\treturn\n\t}\n\telect(context.TODO(), \"n\", time.Second)\n}\n\nfunc work() {}\n\n";
    let one = of(&format!("{main}{ELECT}\tle.Run(ctx)\n}}\n"));
    assert_eq!(by(&one.enable), "--leader-elect");
    assert_eq!(
        (default(&one.enable), default(&one.guard)),
        ("true".into(), "true".into())
    );
    let off = TestInputs {
        flags: vec![("leader-elect", "false")],
        ..TestInputs::default()
    };
    assert_eq!(shown(&one.enable, &off), "false");
}

#[test]
fn component_base_defaults_and_flags() {
    let main = "package main\n\nimport (\n\t\"github.com/spf13/pflag\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n\t\"k8s.io/component-base/config\"\n\tv1 \"k8s.io/component-base/config/v1alpha1\"\n\t\"k8s.io/component-base/config/options\"\n)\n\n\
        func main() {\n\tvar versioned v1.LeaderElectionConfiguration\n\tversioned.ResourceLock = \"leases\"\n\tv1.RecommendedDefaultLeaderElectionConfiguration(&versioned)\n\tversioned.ResourceName = \"op\"\n\
        \tvar c config.LeaderElectionConfiguration\n\tif err := v1.Convert_v1alpha1_LeaderElectionConfiguration_To_config_LeaderElectionConfiguration(&versioned, &c, nil); err != nil {\n\t\tpanic(err)\n\t}\n\
        \toptions.BindLeaderElectionFlags(&c, pflag.CommandLine)\n\tpflag.Parse()\n\
        \tctrl.NewManager(nil, ctrl.Options{LeaderElection: c.LeaderElect, LeaderElectionID: c.ResourceName, LeaderElectionResourceLock: c.ResourceLock, LeaseDuration: &c.LeaseDuration.Duration, RenewDeadline: &c.RenewDeadline.Duration, RetryPeriod: &c.RetryPeriod.Duration})\n}\n";
    let one = elector(&[("main.go", main)]);
    assert_eq!(
        (by(&one.enable), default(&one.enable)),
        ("--leader-elect".into(), "true".into())
    );
    assert_eq!(timing(&one), "15s 10s 2s");
    assert_eq!(by(&one.renew_deadline), "--leader-elect-renew-deadline");
    assert_eq!(
        (by(&one.lock_name), default(&one.lock_name)),
        ("--leader-elect-resource-name".into(), "op".into())
    );
    assert_eq!(default(&one.lock_type), "leases");
}

#[test]
fn libraries_of_the_table() {
    let cloud = elector(&[(
        "main.go",
        "package main\n\nimport (\n\t\"k8s.io/cloud-provider/app\"\n\t\"k8s.io/cloud-provider/options\"\n)\n\nfunc main() {\n\topts, err := options.NewCloudControllerManagerOptions()\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\topts.Generic.LeaderElection.ResourceName = \"mine\"\n\tapp.NewCloudControllerManagerCommand(opts, nil, nil, nil, nil, nil).Execute()\n}\n",
    )]);
    assert_eq!(
        (default(&cloud.lock_name), default(&cloud.lock_namespace)),
        ("mine".into(), "kube-system".into())
    );
    assert_eq!(by(&cloud.enable), "--leader-elect");
    let openshift = elector(&[(
        "main.go",
        "package main\n\nimport \"github.com/openshift/library-go/pkg/controller/controllercmd\"\n\nfunc main() {\n\tcmd := controllercmd.NewControllerCommandConfig(\"op\", nil, nil, nil).NewCommand()\n\tcmd.Execute()\n}\n",
    )]);
    assert_eq!(
        (timing(&openshift), default(&openshift.lock_name)),
        ("137s 107s 26s".into(), "op-lock".into())
    );
    assert_eq!(default(&openshift.release), "true");
    let flux = elector(&[(
        "main.go",
        "package main\n\nimport (\n\t\"github.com/fluxcd/pkg/runtime/leaderelection\"\n\tflag \"github.com/spf13/pflag\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\nfunc main() {\n\tvar o leaderelection.Options\n\to.BindFlags(flag.CommandLine)\n\tflag.Parse()\n\tctrl.NewManager(nil, ctrl.Options{LeaderElection: o.Enable, LeaseDuration: &o.LeaseDuration, LeaderElectionReleaseOnCancel: o.ReleaseOnCancel})\n}\n",
    )]);
    assert_eq!(
        (by(&flux.enable), default(&flux.release)),
        ("--enable-leader-election".into(), "true".into())
    );
    assert_eq!(default(&flux.lease_duration), "35s");
    let knative = elector(&[(
        "main.go",
        "package main\n\nimport \"knative.dev/pkg/injection/sharedmain\"\n\nfunc main() { sharedmain.Main(\"controller\") }\n",
    )]);
    assert!(knative.several_leaders && default(&knative.lock_name).starts_with('?'));
}

#[test]
fn cobra_viper_and_sub_commands() {
    let main = "package main\n\nimport (\n\t\"github.com/spf13/cobra\"\n\t\"github.com/spf13/viper\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\n\
        func main() {\n\troot := &cobra.Command{Use: \"op\"}\n\troot.AddCommand(run(), agent())\n\troot.Execute()\n}\n\n\
        func run() *cobra.Command {\n\tcmd := &cobra.Command{Use: \"run [flags]\", RunE: func(cmd *cobra.Command, args []string) error {\n\t\tctrl.NewManager(nil, ctrl.Options{LeaderElection: viper.GetBool(\"leader-elect\"), LeaderElectionID: \"run\"})\n\t\treturn nil\n\t}}\n\
        \tcmd.Flags().Bool(\"leader-elect\", true, \"\")\n\tviper.BindPFlags(cmd.Flags())\n\tviper.SetEnvPrefix(\"OP\")\n\tviper.AutomaticEnv()\n\treturn cmd\n}\n\n\
        func agent() *cobra.Command {\n\treturn &cobra.Command{Use: \"agent\", Run: func(cmd *cobra.Command, args []string) {\n\t\tctrl.NewManager(nil, ctrl.Options{LeaderElection: false})\n\t}}\n}\n";
    let program = program(&[("main.go", main)]);
    let commands: Vec<String> = program
        .electors
        .iter()
        .map(|one| one.command.join(" "))
        .collect();
    assert_eq!(commands, ["run", "agent"]);
    let run = &program.electors[0];
    assert_eq!(
        (by(&run.enable), default(&run.enable)),
        ("--leader-elect > $OP_LEADER-ELECT".into(), "true".into())
    );
    assert_eq!(default(&program.electors[1].enable), "false");
    assert_eq!(program.election, SourceElection::Elects);
}

#[test]
fn kingpin_urfave_kong_and_tags() {
    let kingpin = elector(&[(
        "main.go",
        "package main\n\nimport (\n\t\"gopkg.in/alecthomas/kingpin.v2\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\nfunc main() {\n\tapp := kingpin.New(\"op\", \"\")\n\ton := app.Flag(\"leader-election\", \"x\").Short('l').Default(\"false\").Envar(\"LEADER_ELECTION\").Bool()\n\tkingpin.MustParse(app.Parse(nil))\n\tctrl.NewManager(nil, ctrl.Options{LeaderElection: *on})\n}\n",
    )]);
    assert_eq!(
        (by(&kingpin.enable), default(&kingpin.enable)),
        (
            "--leader-election > $LEADER_ELECTION".into(),
            "false".into()
        )
    );
    let urfave = elector(&[(
        "main.go",
        "package main\n\nimport (\n\t\"github.com/urfave/cli/v2\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\nfunc main() {\n\tapp := &cli.App{\n\t\tFlags: []cli.Flag{&cli.StringFlag{Name: \"id\", Value: \"op\", EnvVars: []string{\"ID\"}}},\n\t\tAction: func(c *cli.Context) error {\n\t\t\tctrl.NewManager(nil, ctrl.Options{LeaderElection: true, LeaderElectionID: c.String(\"id\")})\n\t\t\treturn nil\n\t\t},\n\t}\n\tapp.Run(nil)\n}\n",
    )]);
    assert_eq!(
        (by(&urfave.lock_name), default(&urfave.lock_name)),
        ("--id > $ID".into(), "op".into())
    );
    let kong = elector(&[(
        "main.go",
        "package main\n\nimport (\n\t\"github.com/alecthomas/kong\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\nvar cli struct {\n\tLeaderElect bool `help:\"x\" env:\"LE\" default:\"true\"`\n}\n\nfunc main() {\n\tkong.Parse(&cli)\n\tctrl.NewManager(nil, ctrl.Options{LeaderElection: cli.LeaderElect})\n}\n",
    )]);
    assert_eq!(
        (by(&kong.enable), default(&kong.enable)),
        ("--leader-elect > $LE".into(), "true".into())
    );
    let tags = elector(&[(
        "main.go",
        "package main\n\nimport (\n\t\"time\"\n\t\"github.com/caarlos0/env/v11\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\ntype config struct {\n\tLease *time.Duration `env:\"LEASE\"`\n\tName string `env:\"NAME\" envDefault:\"op\"`\n}\n\nfunc main() {\n\tc, err := env.ParseAs[config]()\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tctrl.NewManager(nil, ctrl.Options{LeaderElection: true, LeaderElectionID: c.Name, LeaseDuration: c.Lease})\n}\n",
    )]);
    assert_eq!(
        (by(&tags.lock_name), default(&tags.lock_name)),
        ("$NAME".into(), "op".into())
    );
    assert_eq!(
        (by(&tags.lease_duration), default(&tags.lease_duration)),
        ("$LEASE".into(), "15s".into())
    );
}

#[test]
fn a_function_that_nothing_calls_is_read_and_marked() {
    let one = elector(&[(
        "main.go",
        "package main\n\nimport (\n\tctrl \"sigs.k8s.io/controller-runtime\"\n\t\"example.org/framework\"\n)\n\ntype server struct{ id string }\n\nfunc (s *server) Begin() {\n\tctrl.NewManager(nil, ctrl.Options{LeaderElection: true, LeaderElectionID: \"known\", LeaderElectionNamespace: s.id})\n}\n\nfunc main() { framework.Register(new(server)) }\n",
    )]);
    assert!(!one.reached);
    assert_eq!(default(&one.lock_name), "known");
    assert!(default(&one.lock_namespace).starts_with('?'));
}

/// Each branch of `main` executes a command of its own.
#[test]
fn a_command_in_a_branch() {
    let main = "package main\n\nimport (\n\t\"os\"\n\t\"github.com/spf13/cobra\"\n\tctrl \"sigs.k8s.io/controller-runtime\"\n)\n\n\
        func main() {\n\tif os.Args[0] == \"helper\" {\n\t\thelper := &cobra.Command{Use: \"helper\", Run: func(*cobra.Command, []string) {}}\n\t\thelper.Execute()\n\t} else {\n\
        \t\tcmd := &cobra.Command{Use: \"op\", Run: func(*cobra.Command, []string) {\n\t\t\tctrl.NewManager(nil, ctrl.Options{LeaderElection: true, LeaderElectionID: \"op\"})\n\t\t}}\n\t\tcmd.Execute()\n\t}\n}\n";
    assert_eq!(default(&elector(&[("main.go", main)]).lock_name), "op");
}

#[test]
fn a_program_that_imports_an_elector_and_shows_none_is_not_known() {
    let main = "package main\n\nimport \"example.test/lib/leaderelection\"\n\nfunc main() {\n\tleaderelection.Elsewhere()\n}\n";
    let program = program(&[("main.go", main)]);
    assert!(
        matches!(program.election, SourceElection::Unknown(at) if at.line == 3),
        "{:?}",
        program.election
    );
    let metrics = main.replace("lib/leaderelection", "lib/metrics/leaderelection");
    let program = crate::program(&[("main.go", &metrics)]);
    assert_eq!(program.election, SourceElection::Never);
}

/// What a table of pointers is filled with by a loop is not the zero value that the variables begin with.
#[test]
fn settings_that_a_loop_reads_through_a_table_of_pointers() {
    let with = |loop_: &str| {
        let one = of(&format!(
            "var settings struct{{ Name, Namespace string }}\n\ntype variable struct {{\n\tname string\n\tto *string\n}}\n\n\
             var table = []variable{{{{\"LOCK_NAME\", &settings.Name}}, {{\"LOCK_NAMESPACE\", &settings.Namespace}}}}\n\n\
             func main() {{\n{loop_}\n\tif settings.Namespace == \"\" {{\n\t\tos.Exit(1)\n\t}}\n\
             \telectIn(settings.Namespace, settings.Name)\n}}\n\n\
             func electIn(namespace, name string) {{\n\tlock, _ := resourcelock.New(resourcelock.LeasesResourceLock, namespace, name, nil, nil, resourcelock.ResourceLockConfig{{Identity: \"a\"}})\n\
             \tleaderelection.RunOrDie(context.TODO(), leaderelection.LeaderElectionConfig{{Lock: lock, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 2 * time.Second}})\n}}\n"
        ));
        [default(&one.lock_name), default(&one.lock_namespace)]
    };
    let unknown = |because: &str| [because; 2].map(|because| format!("? {because}"));
    let by_index = "\tfor i := range table {\n\t\tvalue := os.Getenv(table[i].name)\n\t\tif value == \"\" {\n\t\t\tcontinue\n\t\t}\n\t\t*table[i].to = value\n\t}";
    assert_eq!(with(by_index), unknown("it is set in a loop"));
    let by_number =
        "\tfor i := 0; i < len(table); i++ {\n\t\t*(table[i].to) = os.Getenv(table[i].name)\n\t}";
    assert_eq!(with(by_number), unknown("it depends on a loop"));
    let by_value = "\tfor _, one := range table {\n\t\tif os.Getenv(one.name) == \"\" {\n\t\t\tcontinue\n\t\t}\n\t\t*one.to = os.Getenv(one.name)\n\t}";
    assert_eq!(with(by_value), unknown("it is set in a loop"));
}

/// A manager that does not elect stands beside an elector that is started in a way that is not followed.
#[test]
fn an_elector_beside_a_manager_without_election() {
    let main = "package main\n\nimport (\n\t\"os\"\n\n\tctrl \"sigs.k8s.io/controller-runtime\"\n\n\t\"example.test/op/election\"\n)\n\n\
        func main() {\n\tmgr, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{})\n\tif err != nil {\n\t\tos.Exit(1)\n\t}\n\tstart := election.Starters[os.Getenv(\"KIND\")]\n\tstart()\n\t_ = mgr\n}\n";
    let election = format!(
        "{}\nvar Starters = map[string]func(){{}}\n\nfunc init() {{ register(\"a\", elect) }}\n\nfunc register(name string, start func()) {{ Starters[name] = start }}\n\n\
         func elect() {{\n\tlock, _ := resourcelock.New(resourcelock.LeasesResourceLock, \"ops\", \"worker\", nil, nil, resourcelock.ResourceLockConfig{{Identity: \"a\"}})\n\
         \tleaderelection.RunOrDie(context.TODO(), leaderelection.LeaderElectionConfig{{Lock: lock, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 2 * time.Second}})\n}}\n",
        IMPORTS.replace("package main", "package election")
    );
    let program = program(&[("main.go", main), ("election/election.go", &election)]);
    assert_eq!(program.election, SourceElection::Elects);
    let off = program
        .electors
        .iter()
        .find(|one| default(&one.enable) == "false");
    assert_eq!(
        off.map(|one| one.library),
        Some(LibraryKind::ControllerRuntime)
    );
    let other = program
        .electors
        .iter()
        .find(|one| one.library == LibraryKind::ClientGo);
    let other = other.expect("client-go's elector is found, too");
    assert!(!other.reached, "whether it is started is not known");
    assert_eq!(default(&other.lock_name), "worker");
}

/// `Panic(err)` of a library about errors returns where there is none; a logger's never does.
#[test]
fn a_check_that_panics_with_an_error_alone() {
    let after = |import: &str, call: &str| {
        let main = format!(
            "{}func main() {{\n\tcheck.{call}(prepare())\n\telect(context.TODO(), \"n\", 16*time.Second)\n}}\n\nfunc prepare() error {{ return nil }}\n\n{ELECT}\tle.Run(ctx)\n}}\n",
            IMPORTS.replace("\"os\"\n", &format!("\"os\"\n\tcheck \"{import}\"\n"))
        );
        let program = program(&[("main.go", &main)]);
        program.electors.iter().filter(|one| one.reached).count()
    };
    assert_eq!(after("errors.example/check", "Panic"), 1);
    assert_eq!(after("example.test/logrus", "Panic"), 0);
}

/// What makes an elector is followed, however long it is, also where it hands it out behind an interface.
#[test]
fn an_elector_behind_an_interface() {
    let checks: String = (0..30)
        .map(|at| format!("\tif retries{at} := len(name); retries{at} > {at} + 1000 {{\n\t\treturn nil, errors.New(\"too long\")\n\t}}\n"))
        .collect();
    let one = of(&format!(
        "type Elector interface {{ Run(ctx context.Context) error }}\n\ntype leader struct {{ name string }}\n\n\
         func NewElector(name string) (Elector, error) {{\n{checks}\tmade := &leader{{name: name}}\n\treturn made, nil\n}}\n\n\
         func (l *leader) Run(ctx context.Context) error {{\n\tlock, err := resourcelock.New(resourcelock.LeasesResourceLock, \"ops\", l.name, nil, nil, resourcelock.ResourceLockConfig{{Identity: \"a\"}})\n\tif err != nil {{\n\t\treturn err\n\t}}\n\
         \tleaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{{Lock: lock, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 2 * time.Second}})\n\treturn nil\n}}\n\n\
         func main() {{\n\telector, err := NewElector(\"worker\")\n\tif err != nil {{\n\t\tos.Exit(1)\n\t}}\n\tif err := elector.Run(context.Background()); err != nil {{\n\t\tos.Exit(1)\n\t}}\n}}\n"
    ));
    assert!(one.reached);
    assert_eq!(default(&one.lock_name), "worker");
}
