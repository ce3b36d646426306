// A provider for the stock program that has the schemas of a `providers schema -json` document and does as ours for
// tests does, failures included: for recording what the program says of bodies, and its plans and states. The schemas
// are here, what is done with objects in behaviour.go.
package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type attribute struct {
	Type       json.RawMessage `json:"type"`
	Nested     *nested         `json:"nested_type"`
	Required   bool            `json:"required"`
	Optional   bool            `json:"optional"`
	Computed   bool            `json:"computed"`
	Sensitive  bool            `json:"sensitive"`
	Deprecated bool            `json:"deprecated"`
	WriteOnly  bool            `json:"write_only"`
}
type nested struct {
	Attributes map[string]attribute `json:"attributes"`
	Mode       string               `json:"nesting_mode"`
}
type block struct {
	Attributes map[string]attribute   `json:"attributes"`
	Blocks     map[string]nestedBlock `json:"block_types"`
	Deprecated bool                   `json:"deprecated"`
}
type nestedBlock struct {
	Mode  string `json:"nesting_mode"`
	Block block  `json:"block"`
	Min   int64  `json:"min_items"`
	Max   int64  `json:"max_items"`
}
type schema struct {
	Version int64 `json:"version"`
	Block   block `json:"block"`
}
type document struct {
	Schemas map[string]struct {
		Provider  schema            `json:"provider"`
		Resources map[string]schema `json:"resource_schemas"`
		Data      map[string]schema `json:"data_source_schemas"`
		Ephemeral map[string]schema `json:"ephemeral_resource_schemas"`
	} `json:"provider_schemas"`
}

func attributesOf(all map[string]attribute) (out []*tfprotov6.SchemaAttribute) {
	modes := map[string]tfprotov6.SchemaObjectNestingMode{"single": 1, "list": 2, "set": 3, "map": 4}
	for name, a := range all {
		one := &tfprotov6.SchemaAttribute{Name: name, Required: a.Required, Optional: a.Optional,
			Computed: a.Computed, Sensitive: a.Sensitive, Deprecated: a.Deprecated, WriteOnly: a.WriteOnly}
		if a.Nested != nil {
			one.NestedType = &tfprotov6.SchemaObject{Attributes: attributesOf(a.Nested.Attributes), Nesting: modes[a.Nested.Mode]}
		} else {
			t, err := tftypes.ParseJSONType(a.Type)
			if err != nil {
				panic(err)
			}
			one.Type = t
		}
		out = append(out, one)
	}
	return
}

func blockOf(b block) *tfprotov6.SchemaBlock {
	modes := map[string]tfprotov6.SchemaNestedBlockNestingMode{"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
	out := &tfprotov6.SchemaBlock{Attributes: attributesOf(b.Attributes), Deprecated: b.Deprecated}
	for name, n := range b.Blocks {
		out.BlockTypes = append(out.BlockTypes, &tfprotov6.SchemaNestedBlock{TypeName: name, Block: blockOf(n.Block),
			Nesting: modes[n.Mode], MinItems: n.Min, MaxItems: n.Max})
	}
	return out
}

type server struct {
	tfprotov6.ProviderServer
	doc     document
	store   string
	delay   int64
	stopped chan struct{}
	once    sync.Once
}

func (s *server) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	out := &tfprotov6.GetProviderSchemaResponse{ResourceSchemas: map[string]*tfprotov6.Schema{}, DataSourceSchemas: map[string]*tfprotov6.Schema{},
		EphemeralResourceSchemas: map[string]*tfprotov6.Schema{},
		ServerCapabilities:       &tfprotov6.ServerCapabilities{MoveResourceState: true},
		ProviderMeta: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "team", Type: tftypes.String, Optional: true}}}}}
	for _, p := range s.doc.Schemas {
		out.Provider = &tfprotov6.Schema{Block: blockOf(p.Provider.Block)}
		for name, r := range p.Resources {
			out.ResourceSchemas[name] = &tfprotov6.Schema{Version: r.Version, Block: blockOf(r.Block)}
		}
		for name, r := range p.Data {
			out.DataSourceSchemas[name] = &tfprotov6.Schema{Version: r.Version, Block: blockOf(r.Block)}
		}
		for name, r := range p.Ephemeral {
			out.EphemeralResourceSchemas[name] = &tfprotov6.Schema{Version: r.Version, Block: blockOf(r.Block)}
		}
	}
	return out, nil
}

func main() {
	self, _ := os.Executable()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(self), "schemas.json"))
	if err != nil {
		panic(err)
	}
	s := &server{stopped: make(chan struct{})}
	if err := json.Unmarshal(text, &s.doc); err != nil {
		panic(err)
	}
	for name := range s.doc.Schemas {
		tf6server.Serve(name, func() tfprotov6.ProviderServer { return s })
	}
}
