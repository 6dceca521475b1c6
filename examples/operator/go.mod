module quotas.example/quota-warden

go 1.25

require (
	k8s.io/client-go v0.34.1
	sigs.k8s.io/controller-runtime v0.22.1
)
