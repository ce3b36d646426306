// A provider for tests, built on HashiCorp's framework: what published providers of this machine do not reach
// (identities, moves, ephemeral resources, write-only arguments, private state, upgrades, list resources) is here, so
// that the stock program and ours meet the same plugin. Plants are files of a folder, so that a case can change them.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
)

func main() {
	err := providerserver.Serve(context.Background(), newProvider, providerserver.ServeOpts{
		Address: "registry.terraform.io/parterre/garden",
	})
	if err != nil {
		log.Fatal(err)
	}
}
