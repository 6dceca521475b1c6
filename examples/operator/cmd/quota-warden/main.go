// Command quota-warden keeps the quotas of namespaces.
package main

import (
	"flag"
	"os"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
)

// How long the others wait for a leader that is silent, how long it tries to renew, and how often.
const (
	leaseDuration = 15 * time.Second
	renewDeadline = 10 * time.Second
	retryPeriod   = 5 * time.Second
)

func main() {
	var elect bool
	flag.BoolVar(&elect, "leader-elect", false, "Have one replica work and the others stand by.")
	flag.Parse()

	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		LeaderElection:          elect,
		LeaderElectionID:        "quota-warden",
		LeaderElectionNamespace: os.Getenv("POD_NAMESPACE"),
		LeaseDuration:           pointer(leaseDuration),
		RenewDeadline:           pointer(renewDeadline),
		RetryPeriod:             pointer(retryPeriod),
	})
	if err != nil {
		os.Exit(1)
	}
	if err := manager.Start(ctrl.SetupSignalHandler()); err != nil {
		os.Exit(1)
	}
}

func pointer(d time.Duration) *time.Duration {
	return &d
}
