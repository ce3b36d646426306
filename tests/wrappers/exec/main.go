// Command exec drives a terraform through hashicorp/terraform-exec, as provisioning tools do, and prints what it gets:
// results as JSON, errors as text, with what is never the same twice evened out. tests/wrappers/run compares the
// transcript of ours with that of the stock program.
//
//	exec PROGRAM FOLDER
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

const configuration = `
variable "name" {
  default = "ada"
}
resource "terraform_data" "a" {
  input = var.name
}
resource "terraform_data" "b" {
  count            = 2
  input            = { key = terraform_data.a.id, list = [1, true, null] }
  triggers_replace = var.name
}
output "name" {
  value = terraform_data.a.output
}
output "secret" {
  value     = "hidden"
  sensitive = true
}
check "named" {
  assert {
    condition     = var.name != ""
    error_message = "no name"
  }
}
`

const tests = `
run "named" {
  command = plan
  assert {
    condition     = terraform_data.a.input == "ada"
    error_message = "another name"
  }
}
`

var made = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "<id>"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+(Z|\+\d\d:\d\d)`), "<time>"},
	{regexp.MustCompile(`"serial": ?\d+`), `"serial":0`},
	{regexp.MustCompile(`"elapsed_seconds":\d+`), `"elapsed_seconds":0`},
	{regexp.MustCompile(`Complete after \d+s`), "Complete after 0s"},
	{regexp.MustCompile(`complete after \d+s`), "complete after 0s"},
}

type driver struct {
	tf     *tfexec.Terraform
	folder string
}

func (d *driver) even(text string) string {
	text = strings.ReplaceAll(text, d.folder, "/work")
	for _, rule := range made {
		text = rule.pattern.ReplaceAllString(text, rule.with)
	}
	return text
}

// Details of errors are each program's own: what tools can rely on is the exit code and the summary.
func summary(err error) string {
	var exit *exec.ExitError
	text := err.Error()
	if errors.As(err, &exit) {
		text = fmt.Sprintf("exit %d", exit.ExitCode())
		for _, line := range strings.Split(err.Error(), "\n") {
			if strings.HasPrefix(line, "Error: ") {
				text += " / " + line
			}
		}
	}
	return text
}

func (d *driver) tell(what string, result any, err error) {
	fmt.Printf("== %s\n", what)
	if err != nil {
		fmt.Println("error:", d.even(summary(err)))
		return
	}
	switch value := result.(type) {
	case nil:
		fmt.Println("done")
	case string:
		fmt.Println(d.even(value))
	default:
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(value); err != nil {
			fmt.Println("error:", err)
			return
		}
		fmt.Print(d.even(out.String()))
	}
}

func (d *driver) write(name, text string) {
	if err := os.WriteFile(filepath.Join(d.folder, name), []byte(text), 0o644); err != nil {
		panic(err)
	}
}

// The lines of a log as they may be compared: those of progress come in any order.
func (d *driver) log(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	var kinds []string
	for _, line := range lines {
		message, err := tfjson.UnmarshalLogMessage([]byte(line))
		if err != nil {
			return "not a log line: " + line + ": " + err.Error()
		}
		kinds = append(kinds, fmt.Sprintf("%T %s", message, d.even(message.Message())))
	}
	sort.Strings(kinds)
	return strings.Join(kinds, "\n")
}

func (d *driver) versions(ctx context.Context) {
	version, providers, err := d.tf.Version(ctx, true)
	if err == nil {
		d.tell("Version", fmt.Sprintf("%s %v", version, providers), nil)
	} else {
		d.tell("Version", nil, err)
	}
}

func (d *driver) mistakes(ctx context.Context) {
	_, err := d.tf.Plan(ctx)
	d.tell("Plan without configuration", nil, err)
	d.write("main.tf", "terraform {\n  backend \"local\" {}\n}\n")
	_, err = d.tf.Plan(ctx)
	d.tell("Plan before Init", nil, err)
	d.write("main.tf", "terraform {\n  required_version = \"> 99\"\n}\n")
	d.tell("Init with another version", nil, d.tf.Init(ctx))
	d.write("main.tf", "variable \"missing\" {\n}\n")
	_, err = d.tf.Plan(ctx)
	d.tell("Plan with a variable missing", nil, err)
	d.write("main.tf", "resource \"terraform_data\" \"a\" {\n  nonsense = 1\n}\n")
	_, err = d.tf.Plan(ctx)
	d.tell("Plan with a mistake", nil, err)
	validated, err := d.tf.Validate(ctx)
	if err == nil {
		for i := range validated.Diagnostics {
			validated.Diagnostics[i].Detail = ""
		}
	}
	d.tell("Validate with a mistake", validated, err)
}

func (d *driver) plans(ctx context.Context) {
	d.tell("Init", nil, d.tf.Init(ctx, tfexec.Upgrade(true), tfexec.Backend(true)))
	validated, err := d.tf.Validate(ctx)
	d.tell("Validate", validated, err)
	changes, err := d.tf.Plan(ctx, tfexec.Out("tfplan"), tfexec.Var("name=grace"), tfexec.Parallelism(4))
	d.tell("Plan", changes, err)
	plan, err := d.tf.ShowPlanFile(ctx, "tfplan")
	d.tell("ShowPlanFile", plan, err)
	raw, err := d.tf.ShowPlanFileRaw(ctx, "tfplan")
	d.tell("ShowPlanFileRaw", raw, err)
	var log bytes.Buffer
	changes, err = d.tf.PlanJSON(ctx, &log, tfexec.Destroy(false))
	d.tell("PlanJSON", fmt.Sprint(changes, "\n", d.log(log.String())), err)
	d.tell("Apply", nil, d.tf.Apply(ctx, tfexec.DirOrPlan("tfplan")))
	log.Reset()
	err = d.tf.ApplyJSON(ctx, &log, tfexec.Replace("terraform_data.b[0]"))
	d.tell("ApplyJSON", d.log(log.String()), err)
	changes, err = d.tf.Plan(ctx)
	d.tell("Plan without changes", changes, err)
	changes, err = d.tf.Plan(ctx, tfexec.RefreshOnly(true))
	d.tell("Plan to refresh", changes, err)
	state, err := d.tf.Show(ctx)
	d.tell("Show", state, err)
	state, err = d.tf.ShowStateFile(ctx, "terraform.tfstate")
	d.tell("ShowStateFile", state, err)
	outputs, err := d.tf.Output(ctx)
	d.tell("Output", outputs, err)
}

func (d *driver) states(ctx context.Context) {
	d.tell("StateMv", nil, d.tf.StateMv(ctx, "terraform_data.b[1]", "terraform_data.b[5]"))
	d.tell("StateMv of nothing", nil, d.tf.StateMv(ctx, "terraform_data.x", "terraform_data.y"))
	d.tell("StateRm", nil, d.tf.StateRm(ctx, "terraform_data.b[5]"))
	d.tell("Taint", nil, d.tf.Taint(ctx, "terraform_data.a"))
	d.tell("Untaint", nil, d.tf.Untaint(ctx, "terraform_data.a"))
	d.tell("Taint of nothing", nil, d.tf.Taint(ctx, "terraform_data.x"))
	pulled, err := d.tf.StatePull(ctx)
	d.tell("StatePull", pulled, err)
	var state map[string]any
	if json.Unmarshal([]byte(pulled), &state) == nil {
		state["serial"] = state["serial"].(float64) + 7
		text, _ := json.Marshal(state)
		d.write("pushed.tfstate", string(text))
	}
	d.tell("StatePush", nil, d.tf.StatePush(ctx, "pushed.tfstate"))
	d.tell("StatePush of nothing", nil, d.tf.StatePush(ctx, "missing.tfstate"))
	d.tell("Refresh", nil, d.tf.Refresh(ctx))
	d.tell("Import", nil, d.tf.Import(ctx, "terraform_data.b[1]", "abc"))
	d.tell("Import again", nil, d.tf.Import(ctx, "terraform_data.b[1]", "abc"))
}

func (d *driver) workspaces(ctx context.Context) {
	d.tell("WorkspaceNew", nil, d.tf.WorkspaceNew(ctx, "other"))
	d.tell("WorkspaceNew again", nil, d.tf.WorkspaceNew(ctx, "other"))
	names, current, err := d.tf.WorkspaceList(ctx)
	d.tell("WorkspaceList", fmt.Sprint(names, " ", current), err)
	shown, err := d.tf.WorkspaceShow(ctx)
	d.tell("WorkspaceShow", shown, err)
	d.tell("WorkspaceSelect", nil, d.tf.WorkspaceSelect(ctx, "default"))
	d.tell("WorkspaceSelect of nothing", nil, d.tf.WorkspaceSelect(ctx, "missing"))
	d.tell("WorkspaceDelete", nil, d.tf.WorkspaceDelete(ctx, "other"))
}

// With the lock of the state held by this process.
func (d *driver) locks(ctx context.Context) {
	file, err := os.OpenFile(filepath.Join(d.folder, "terraform.tfstate"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	lock := syscall.Flock_t{Type: syscall.F_WRLCK}
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, &lock); err != nil {
		panic(err)
	}
	d.write(".terraform.tfstate.lock.info", `{"ID":"7c0ba2a5-5a0f-1f35-6f5e-0d5f1a0b1c2d","Operation":"OperationTypeApply","Info":"",`+
		`"Who":"ada@engine","Version":"1.11.4","Created":"2026-01-02T03:04:05.678Z","Path":"terraform.tfstate"}`)
	_, err = d.tf.Plan(ctx)
	d.tell("Plan of a locked state", nil, err)
	_, err = d.tf.Plan(ctx, tfexec.Lock(false))
	d.tell("Plan without lock", nil, err)
	_, err = d.tf.Plan(ctx, tfexec.LockTimeout("10ms"))
	d.tell("Plan that waits", nil, err)
	d.tell("ForceUnlock", nil, d.tf.ForceUnlock(ctx, "7c0ba2a5-5a0f-1f35-6f5e-0d5f1a0b1c2d"))
	os.Remove(filepath.Join(d.folder, ".terraform.tfstate.lock.info"))
}

func withoutProse(signature *tfjson.FunctionSignature) {
	signature.Description, signature.Summary = "", ""
	for _, parameter := range signature.Parameters {
		parameter.Description = ""
	}
	if signature.VariadicParameter != nil {
		signature.VariadicParameter.Description = ""
	}
}

func (d *driver) others(ctx context.Context) {
	schemas, err := d.tf.ProvidersSchema(ctx)
	if err == nil {
		for _, provider := range schemas.Schemas {
			for _, signature := range provider.Functions {
				withoutProse(signature)
			}
		}
	}
	d.tell("ProvidersSchema", schemas, err)
	functions, err := d.tf.MetadataFunctions(ctx)
	if err == nil {
		var names []string
		for name, signature := range functions.Signatures {
			withoutProse(signature)
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			d.tell("MetadataFunctions "+name, functions.Signatures[name], nil)
		}
	} else {
		d.tell("MetadataFunctions", nil, err)
	}
	formatted, err := d.tf.FormatString(ctx, "a=1\nbcd = { x=1 }\n")
	d.tell("FormatString", formatted, err)
	d.write("untidy.tf", "locals {\na=1\n}\n")
	tidy, files, err := d.tf.FormatCheck(ctx)
	d.tell("FormatCheck", fmt.Sprint(tidy, files), err)
	d.tell("FormatWrite", nil, d.tf.FormatWrite(ctx, tfexec.Recursive(true)))
	tidy, files, err = d.tf.FormatCheck(ctx)
	d.tell("FormatCheck again", fmt.Sprint(tidy, files), err)
	graph, err := d.tf.Graph(ctx)
	d.tell("Graph", graph, err)
	d.tell("Get", nil, d.tf.Get(ctx))
	d.write("main.tftest.hcl", tests)
	var log bytes.Buffer
	err = d.tf.Test(ctx, &log)
	d.tell("Test", d.log(log.String()), err)
	_, err = d.tf.QueryJSON(ctx)
	d.tell("QueryJSON", nil, err)
	d.tell("ProvidersLock", nil, d.tf.ProvidersLock(ctx))
	log.Reset()
	err = d.tf.InitJSON(ctx, &log)
	d.tell("InitJSON", fmt.Sprint(log.Len() > 0), err)
	os.Remove(filepath.Join(d.folder, "main.tftest.hcl"))
	log.Reset()
	err = d.tf.DestroyJSON(ctx, &log, tfexec.Target("terraform_data.b"))
	d.tell("DestroyJSON", d.log(log.String()), err)
	d.tell("Destroy", nil, d.tf.Destroy(ctx))
	state, err := d.tf.Show(ctx)
	d.tell("Show of nothing", state, err)
}

// An apply that is told to end, as by a tool whose own time is over.
func (d *driver) interrupts(parent context.Context) {
	d.write("main.tf", "resource \"terraform_data\" \"slow\" {\n  provisioner \"local-exec\" {\n"+
		"    command = \"touch started; exec sleep 60\"\n  }\n}\n")
	os.Remove(filepath.Join(d.folder, "untidy.tf"))
	ctx, cancel := context.WithCancel(parent)
	d.tf.SetWaitDelay(30 * time.Second)
	go func() {
		for {
			if _, err := os.Stat(filepath.Join(d.folder, "started")); err == nil {
				cancel()
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	err := d.tf.Apply(ctx)
	d.tell("Apply that is cancelled", fmt.Sprint(errors.Is(err, context.Canceled), " ", summary(err)), nil)
	pulled, err := d.tf.StatePull(parent)
	d.tell("StatePull after it", pulled, err)
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: exec PROGRAM FOLDER")
		os.Exit(2)
	}
	folder, err := filepath.Abs(os.Args[2])
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	var tf *tfexec.Terraform
	if err == nil {
		tf, err = tfexec.NewTerraform(folder, os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	d := &driver{tf, folder}
	ctx := context.Background()
	d.versions(ctx)
	d.mistakes(ctx)
	os.RemoveAll(filepath.Join(folder, ".terraform"))
	d.write("main.tf", configuration)
	d.plans(ctx)
	d.states(ctx)
	d.workspaces(ctx)
	d.locks(ctx)
	d.others(ctx)
	d.interrupts(ctx)
}
