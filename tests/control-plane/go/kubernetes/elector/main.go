// Command elector takes part in a leader election of unmodified client-go, with an identity, numbers and a clock of the
// test's choice. Each line that it writes is one thing that happened: "leads", "stopped", "sees IDENTITY".
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// shifted is a lock whose holder has a clock that is off by a constant.
type shifted struct {
	resourcelock.Interface
	by time.Duration
}

func (s shifted) shift(record resourcelock.LeaderElectionRecord) resourcelock.LeaderElectionRecord {
	record.AcquireTime.Time = record.AcquireTime.Add(s.by)
	record.RenewTime.Time = record.RenewTime.Add(s.by)
	return record
}

func (s shifted) Create(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	return s.Interface.Create(ctx, s.shift(record))
}

func (s shifted) Update(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	return s.Interface.Update(ctx, s.shift(record))
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "the cluster")
	identity := flag.String("identity", "", "the holder identity")
	namespace := flag.String("lock-namespace", "default", "the namespace of the Lease")
	name := flag.String("lock-name", "", "the name of the Lease")
	lease := flag.Duration("leader-elect-lease-duration", 15*time.Second, "LeaseDuration")
	renew := flag.Duration("leader-elect-renew-deadline", 10*time.Second, "RenewDeadline")
	retry := flag.Duration("leader-elect-retry-period", 2*time.Second, "RetryPeriod")
	release := flag.Bool("release", false, "release on SIGTERM")
	offset := flag.Duration("clock-offset", 0, "by how much the holder's clock is ahead")
	again := flag.Bool("again", false, "take part again after a lost lease")
	flag.Parse()

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	config.Timeout = max(time.Second, *renew/2)
	client := kubernetes.NewForConfigOrDie(config)
	lock, err := resourcelock.New(resourcelock.LeasesResourceLock, *namespace, *name,
		client.CoreV1(), client.CoordinationV1(), resourcelock.ResourceLockConfig{Identity: *identity})
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	for {
		leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
			Lock:            shifted{lock, *offset},
			LeaseDuration:   *lease,
			RenewDeadline:   *renew,
			RetryPeriod:     *retry,
			ReleaseOnCancel: *release,
			Callbacks: leaderelection.LeaderCallbacks{
				OnStartedLeading: func(context.Context) { say("leads") },
				OnStoppedLeading: func() { say("stopped") },
				OnNewLeader:      func(identity string) { say("sees " + identity) },
			},
		})
		if ctx.Err() != nil || !*again {
			return
		}
	}
}

func say(what string) {
	fmt.Println(time.Now().Format("15:04:05.000"), what)
}
