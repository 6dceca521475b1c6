# What a policy engine has to be given to find one of the faults that leaselint knows: an election without a standby.
package main

import rego.v1

deny contains message if {
	input.kind == "Deployment"
	some container in input.spec.template.spec.containers
	some argument in container.args
	startswith(argument, "--leader-elect")
	input.spec.replicas == 1
	message := sprintf("Deployment %s elects a leader and has no standby", [input.metadata.name])
}
