package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type diagnostics = []*tfprotov6.Diagnostic

func problem(summary, detail string) *tfprotov6.Diagnostic {
	return &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: detail}
}
func failure(what string) *tfprotov6.Diagnostic {
	return problem("Mock failure", "The configuration asked for a failure while "+what+".")
}
func random(bytes int) string {
	out := make([]byte, bytes)
	rand.Read(out)
	return hex.EncodeToString(out)
}

// The parts of an object, to be changed and put together again.
func parts(value *tfprotov6.DynamicValue, t tftypes.Object) (out map[string]tftypes.Value, is_null bool) {
	v, err := value.Unmarshal(t)
	if err == nil && !v.IsNull() {
		err = v.As(&out)
	}
	if err != nil {
		panic(err)
	}
	return out, v.IsNull()
}
func together(t tftypes.Object, all map[string]tftypes.Value) *tfprotov6.DynamicValue {
	out, err := tfprotov6.NewDynamicValue(t, tftypes.NewValue(t, all))
	if err != nil {
		panic(err)
	}
	return &out
}
func nothing(t tftypes.Object) *tfprotov6.DynamicValue {
	out, _ := tfprotov6.NewDynamicValue(t, tftypes.NewValue(t, nil))
	return &out
}
func text(all map[string]tftypes.Value, name string) (out string) {
	if v, ok := all[name]; ok && v.IsKnown() && !v.IsNull() {
		v.As(&out)
	}
	return
}
func number(all map[string]tftypes.Value, name string, otherwise int64) int64 {
	if v, ok := all[name]; ok && v.IsKnown() && !v.IsNull() {
		out := new(big.Float)
		v.As(&out)
		otherwise, _ = out.Int64()
	}
	return otherwise
}
func words(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func (s *server) typeOf(name string) (block, tftypes.Object) {
	for _, p := range s.doc.Schemas {
		if r, ok := p.Resources[name]; ok {
			return r.Block, blockOf(r.Block).ValueType().(tftypes.Object)
		}
	}
	panic("no type " + name)
}

// An object without anything in it: as imports begin.
func empty(b block, t tftypes.Object) map[string]tftypes.Value {
	out := map[string]tftypes.Value{}
	for name, each := range t.AttributeTypes {
		out[name] = tftypes.NewValue(each, nil)
	}
	for name, n := range b.Blocks {
		switch n.Mode {
		case "list", "set":
			out[name] = tftypes.NewValue(t.AttributeTypes[name], []tftypes.Value{})
		case "map":
			out[name] = tftypes.NewValue(t.AttributeTypes[name], map[string]tftypes.Value{})
		}
	}
	return out
}

// Values as JSON, for the store.
func plain(v tftypes.Value) any {
	if v.IsNull() {
		return nil
	}
	switch {
	case v.Type().Is(tftypes.String):
		var out string
		v.As(&out)
		return out
	case v.Type().Is(tftypes.Number):
		out := new(big.Float)
		v.As(&out)
		return json.Number(out.Text('g', -1))
	case v.Type().Is(tftypes.Bool):
		var out bool
		v.As(&out)
		return out
	}
	var members map[string]tftypes.Value
	if v.As(&members) == nil {
		out := map[string]any{}
		for name, each := range members {
			out[name] = plain(each)
		}
		return out
	}
	var elements []tftypes.Value
	if err := v.As(&elements); err != nil {
		panic(err)
	}
	out := []any{}
	for _, each := range elements {
		out = append(out, plain(each))
	}
	return out
}

func (s *server) fileOf(kind, id string) string {
	return filepath.Join(s.store, kind+"."+id+".json")
}
func (s *server) stored(kind, id string) *tfprotov6.DynamicValue {
	_, t := s.typeOf(kind)
	content, err := os.ReadFile(s.fileOf(kind, id))
	if err != nil {
		return nothing(t)
	}
	value, err := (&tfprotov6.RawState{JSON: content}).Unmarshal(t)
	if err != nil {
		return nothing(t)
	}
	out, _ := tfprotov6.NewDynamicValue(t, value)
	return &out
}

func (s *server) ValidateProviderConfig(_ context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: r.Config}, nil
}
func (s *server) ValidateResourceConfig(_ context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	out := &tfprotov6.ValidateResourceConfigResponse{}
	_, t := s.typeOf(r.TypeName)
	if config, _ := parts(r.Config, t); text(config, "fail") == "validate" {
		d := failure("validating")
		d.Attribute = tftypes.NewAttributePath().WithAttributeName("fail")
		out.Diagnostics = diagnostics{d}
	}
	return out, nil
}
func (s *server) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}
func (s *server) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.once.Do(func() { close(s.stopped) })
	return &tfprotov6.StopProviderResponse{}, nil
}
func (s *server) ConfigureProvider(_ context.Context, r *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	for _, p := range s.doc.Schemas {
		config, _ := parts(r.Config, blockOf(p.Provider.Block).ValueType().(tftypes.Object))
		s.store, s.delay = text(config, "store"), number(config, "delay_ms", 0)
	}
	if s.store != "" {
		os.MkdirAll(s.store, 0o755)
	}
	return &tfprotov6.ConfigureProviderResponse{}, nil
}
func (s *server) UpgradeResourceState(_ context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	_, t := s.typeOf(r.TypeName)
	value, err := r.RawState.Unmarshal(t)
	if err != nil {
		return &tfprotov6.UpgradeResourceStateResponse{Diagnostics: diagnostics{problem("Invalid stored object", err.Error())}}, nil
	}
	out, err := tfprotov6.NewDynamicValue(t, value)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &out}, err
}
func (s *server) ReadResource(_ context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	_, t := s.typeOf(r.TypeName)
	out := &tfprotov6.ReadResourceResponse{NewState: r.CurrentState, Private: r.Private}
	current, _ := parts(r.CurrentState, t)
	if text(current, "fail") == "read" {
		out.Diagnostics = diagnostics{failure("reading")}
	} else if s.store != "" {
		out.NewState = s.stored(r.TypeName, text(current, "id"))
	}
	return out, nil
}

func (s *server) PlanResourceChange(_ context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	b, t := s.typeOf(r.TypeName)
	response := &tfprotov6.PlanResourceChangeResponse{PlannedState: r.ProposedNewState, PlannedPrivate: r.PriorPrivate}
	proposed, destroy := parts(r.ProposedNewState, t)
	if destroy {
		return response, nil
	}
	if text(proposed, "fail") == "defer" {
		response.Deferred = &tfprotov6.Deferred{Reason: tfprotov6.DeferredReasonResourceConfigUnknown}
	}
	if text(proposed, "fail") == "plan" {
		response.Diagnostics = diagnostics{failure("planning")}
	}
	prior, create := parts(r.PriorState, t)
	config, _ := parts(r.Config, t)
	for name, a := range b.Attributes {
		if a.WriteOnly {
			proposed[name] = tftypes.NewValue(t.AttributeTypes[name], nil)
		}
	}
	changed := create || !tftypes.NewValue(t, prior).Equal(tftypes.NewValue(t, proposed))
	for name, a := range b.Attributes {
		if a.Computed && config[name].IsNull() && (create || changed && (name == "stamp" || name == "secret_length")) {
			proposed[name] = tftypes.NewValue(t.AttributeTypes[name], tftypes.UnknownValue)
		}
	}
	if !create && r.TypeName == "mock_object" && !prior["size"].Equal(proposed["size"]) {
		response.RequiresReplace = []*tftypes.AttributePath{tftypes.NewAttributePath().WithAttributeName("size")}
	}
	if text(proposed, "lie") == "plan" {
		proposed["name"] = words("something else")
	}
	response.PlannedState = together(t, proposed)
	return response, nil
}

func (s *server) pause(object map[string]tftypes.Value) {
	delay := number(object, "delay_ms", s.delay)
	if delay <= 0 {
		return
	}
	stopped := s.stopped
	if text(object, "lie") == "stop" {
		stopped = nil
	}
	select {
	case <-stopped:
	case <-time.After(time.Duration(delay) * time.Millisecond):
	}
}

func (s *server) ApplyResourceChange(_ context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	_, t := s.typeOf(r.TypeName)
	response := &tfprotov6.ApplyResourceChangeResponse{NewState: r.PlannedState, Private: r.PlannedPrivate}
	planned, destroy := parts(r.PlannedState, t)
	prior, create := parts(r.PriorState, t)
	if destroy {
		s.pause(prior)
		if text(prior, "fail") == "delete" {
			response.NewState, response.Diagnostics = r.PriorState, diagnostics{failure("deleting")}
		} else if s.store != "" {
			os.Remove(s.fileOf(r.TypeName, text(prior, "id")))
		}
		return response, nil
	}
	s.pause(planned)
	fail := text(planned, "fail")
	for what, doing := range map[string]string{"create": "creating", "update": "updating"} {
		if fail == what && create == (what == "create") {
			response.NewState, response.Diagnostics = r.PriorState, diagnostics{failure(doing)}
			return response, nil
		}
	}
	config, _ := parts(r.Config, t)
	for name, value := range planned {
		if value.IsKnown() {
			continue
		}
		switch {
		case name == "id":
			planned[name] = words(random(8))
		case name == "stamp":
			planned[name] = words("stamp-" + random(4))
		case name == "secret_length":
			planned[name] = tftypes.NewValue(tftypes.Number, len(text(config, "secret")))
		case name == "team":
			planned[name] = words(teamOf(r.ProviderMeta))
		case t.AttributeTypes[name].Is(tftypes.String):
			planned[name] = words("computed")
		default:
			planned[name] = tftypes.NewValue(t.AttributeTypes[name], nil)
		}
	}
	if text(planned, "lie") == "apply" {
		planned["name"] = words("something else")
	}
	response.NewState = together(t, planned)
	if s.store != "" {
		kept := map[string]any{}
		for name, value := range planned {
			kept[name] = plain(value)
			if t.AttributeTypes[name].Is(tftypes.DynamicPseudoType) && !value.IsNull() {
				kept[name] = map[string]any{"value": kept[name], "type": value.Type()}
			}
		}
		content, _ := json.Marshal(kept)
		os.WriteFile(s.fileOf(r.TypeName, text(planned, "id")), content, 0o600)
	}
	if fail == "after-create" && create {
		response.Diagnostics = diagnostics{failure("finishing the creation")}
	}
	return response, nil
}
func teamOf(meta *tfprotov6.DynamicValue) string {
	if meta == nil {
		return ""
	}
	all, _ := parts(meta, tftypes.Object{AttributeTypes: map[string]tftypes.Type{"team": tftypes.String}})
	return text(all, "team")
}

func (s *server) ImportResourceState(_ context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	b, t := s.typeOf(r.TypeName)
	object := empty(b, t)
	object["id"] = words(r.ID)
	return &tfprotov6.ImportResourceStateResponse{ImportedResources: []*tfprotov6.ImportedResource{{TypeName: r.TypeName, State: together(t, object)}}}, nil
}
func (s *server) MoveResourceState(_ context.Context, r *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	if r.SourceTypeName != "mock_object" || r.TargetTypeName != "mock_vault" {
		return &tfprotov6.MoveResourceStateResponse{Diagnostics: diagnostics{problem("Unsupported move", "Only objects can become vaults.")}}, nil
	}
	var source map[string]any
	if err := json.Unmarshal(r.SourceState.JSON, &source); err != nil {
		return nil, err
	}
	b, t := s.typeOf(r.TargetTypeName)
	object := empty(b, t)
	for _, name := range []string{"id", "name"} {
		object[name] = words(fmt.Sprint(source[name]))
	}
	return &tfprotov6.MoveResourceStateResponse{TargetState: together(t, object)}, nil
}

func (s *server) ReadDataSource(_ context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	out := &tfprotov6.ReadDataSourceResponse{}
	_, kept := s.typeOf("mock_object")
	for _, p := range s.doc.Schemas {
		t := blockOf(p.Data[r.TypeName].Block).ValueType().(tftypes.Object)
		config, _ := parts(r.Config, t)
		files, _ := filepath.Glob(s.fileOf("mock_object", "*"))
		for _, file := range files {
			id := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "mock_object."), ".json")
			found, absent := parts(s.stored("mock_object", id), kept)
			if absent || text(found, "name") != text(config, "name") || s.store == "" {
				continue
			}
			for name := range config {
				config[name] = found[name]
			}
			out.State = together(t, config)
			return out, nil
		}
		out.Diagnostics = diagnostics{problem("No such object", "The store has no object named \""+text(config, "name")+"\".")}
	}
	return out, nil
}

func (s *server) ValidateEphemeralResourceConfig(context.Context, *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov6.ValidateEphemeralResourceConfigResponse{}, nil
}

// What is private of a token: when it wants to be renewed, and how it fails.
func (s *server) OpenEphemeralResource(_ context.Context, r *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	out := &tfprotov6.OpenEphemeralResourceResponse{}
	for _, p := range s.doc.Schemas {
		t := blockOf(p.Ephemeral[r.TypeName].Block).ValueType().(tftypes.Object)
		config, _ := parts(r.Config, t)
		fail, period := text(config, "fail"), number(config, "renew_ms", 0)
		out.Private, out.RenewAt = []byte(fmt.Sprintf("%d %s", period, fail)), after(period)
		config["token"] = words("token-of-" + text(config, "name"))
		out.Result = together(t, config)
		if fail == "open" {
			out.Diagnostics = diagnostics{failure("opening")}
		}
	}
	return out, nil
}
func after(milliseconds int64) (out time.Time) {
	if milliseconds > 0 {
		out = time.Now().Add(time.Duration(milliseconds) * time.Millisecond)
	}
	return
}
func (s *server) RenewEphemeralResource(_ context.Context, r *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	period, fail, _ := strings.Cut(string(r.Private), " ")
	if fail == "renew" {
		return &tfprotov6.RenewEphemeralResourceResponse{Diagnostics: diagnostics{failure("renewing")}}, nil
	}
	milliseconds, _ := strconv.ParseInt(period, 10, 64)
	return &tfprotov6.RenewEphemeralResourceResponse{Private: r.Private, RenewAt: after(milliseconds)}, nil
}
func (s *server) CloseEphemeralResource(_ context.Context, r *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	out := &tfprotov6.CloseEphemeralResourceResponse{}
	if strings.HasSuffix(string(r.Private), " close") {
		out.Diagnostics = diagnostics{failure("closing")}
	}
	return out, nil
}
