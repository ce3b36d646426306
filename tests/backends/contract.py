"""What every backend must do, whichever it is. Each check gets an adapter and an empty folder; CHECKS has them in order."""

import itertools
import json
import re
import signal

import harness
from harness import GATED, RESOURCES, STOCK, Failed, Proxy, Skipped, Work, check, lock_id, serial, until

KEYS = itertools.count(1)


def new_key():
    return f"state{next(KEYS)}"


def create_read_write(adapter, folder):
    work = Work(folder, adapter, new_key())
    work.run("plan", "-no-color", code=1).has("initialization required")
    work.init().has("successfully initialized")
    work.run("state", "list", code=None).lacks("terraform_data")
    work.apply().has("Apply complete! Resources: 1 added")
    first = work.pull()
    check(first["serial"] >= 1 and first["lineage"], f"serial and lineage: {first['serial']} {first['lineage']}")
    work.apply().has("Resources: 0 added, 0 changed")
    check(work.pull() == first, "an apply without changes has written the state")
    work.apply(text="two").has("0 added, 1 changed")
    second = work.pull()
    check(second["serial"] > first["serial"] and second["lineage"] == first["lineage"], "the serial has not grown")
    check(work.run("output", "-raw", "text").output == "two", "the output is not the last one")
    work.run("state", "list").has("terraform_data.a")
    work.run("state", "mv", "terraform_data.a", "terraform_data.moved")
    work.run("state", "list").has("terraform_data.moved")
    work.run("state", "mv", "terraform_data.moved", "terraform_data.a")
    work.run("destroy", "-no-color", "-auto-approve", "-var=text=two").has("1 destroyed")
    check(work.pull()["resources"] == [], "something is left after destroy")


def reads_of_another_folder(adapter, folder):
    key = new_key()
    work = Work(folder, adapter, key)
    work.init()
    work.apply(text="ünïcode \\\" and ${1}".replace("${", "$"))
    other = Work(folder, adapter, key, name="other")
    other.init()
    check(other.pull() == work.pull(), "two folders see two states")


def lock_conflict(adapter, folder):
    key = new_key()
    first, second = Work(folder, adapter, key), Work(folder, adapter, key, name="second")
    first.init()
    second.init()
    standing = first.stand()
    try:
        refused = second.run("plan", "-no-color", code=1).has("Error acquiring the state lock")
        if adapter.names_holder:
            refused.has("OperationTypeApply")
        second.run("plan", "-no-color", "-lock=false")
        second.run("state", "rm", "terraform_data.a", code=1).has("Error acquiring the state lock")
        second.run("output", "-no-color")  # readers take no lock
        waiting = second.start("plan", "-no-color", "-lock-timeout=20s")
        first.open_gate()
        first.finish(standing).has("Resources: 2 added")
        second.finish(waiting)
    finally:
        if standing.poll() is None:
            first.kill(standing)
    second.run("plan", "-no-color")


def lock_of_a_dead_holder(adapter, folder):
    key = new_key()
    first, second = Work(folder, adapter, key), Work(folder, adapter, key, name="second", text=GATED)
    first.init()
    second.init()
    first.kill(first.stand())
    if adapter.dead_lock == "stays":
        refused = second.run("plan", "-no-color", code=1).has("Error acquiring the state lock")
        holder = adapter.force_unlock_id(lock_id(refused.text))
        second.run("force-unlock", "-force", holder).has("has been successfully unlocked")
        second.run("plan", "-no-color")
    elif adapter.dead_lock == "expires":
        adapter.expire_locks()
    # The lock is gone for everybody; the results are in the journal of the folder where the run died.
    plan = first.run("plan", "-no-color", "-var=text=one")
    check("terraform_data.a" in first.run("state", "list").output, f"the journal was not folded in:\n{plan.text}")
    plan.has("terraform_data.b is tainted").lacks("terraform_data.a will")
    check(any(r["name"] == "a" for r in second.pull()["resources"]), "the recovered state was not written")


def workspaces(adapter, folder):
    work = Work(folder, adapter, new_key())
    work.init()
    if not adapter.workspaces:
        work.run("workspace", "new", "other", code=1).has("workspaces not supported")
        return
    before = work.run("workspace", "list").output.split()
    work.run("workspace", "new", "blue").has("blue")
    work.apply()
    check(work.run("workspace", "show").output.strip() == "blue", "the new workspace is not selected")
    names = work.run("workspace", "list").output.replace("*", "").split()
    check(sorted(names) == sorted([n for n in before if n != "*"] + ["blue"]), f"the workspaces are {names}")
    work.run("workspace", "select", names[0])
    if names[0] != "blue":
        check("terraform_data.a" not in work.run("state", "list", code=None).output, "two workspaces share a state")
        work.run("workspace", "delete", "blue", code=1).has("not empty")
        work.run("workspace", "delete", "-force", "blue")
        check("blue" not in work.run("workspace", "list").output, "the workspace was not deleted")


def wrong_lock_id(adapter, folder):
    key = new_key()
    first, second = Work(folder, adapter, key), Work(folder, adapter, key, name="second")
    first.init()
    second.init()
    second.run("force-unlock", "-force", "00000000-0000-0000-0000-000000000000", code=None)
    standing = first.stand()
    first.open_gate()
    first.finish(standing).has("Resources: 2 added")


def older_serial_and_other_lineage(adapter, folder):
    work = Work(folder, adapter, new_key())
    work.init()
    work.apply()
    state = work.pull()
    work.apply(text="two")
    present = work.pull()
    work.write("old.tfstate", json.dumps(state))
    work.run("state", "push", "old.tfstate", code=1).has("serial")
    other = {**present, "lineage": "11111111-2222-3333-4444-555555555555", "serial": present["serial"] + 5}
    work.write("other.tfstate", json.dumps(other))
    work.run("state", "push", "other.tfstate", code=1).has("lineage")
    check(work.pull() == present, "a refused push has changed the state")
    newer = {**present, "serial": present["serial"] + 5, "outputs": {}}
    work.write("newer.tfstate", json.dumps(newer))
    work.run("state", "push", "newer.tfstate")
    check(serial(work.pull()) >= newer["serial"], "the pushed state is not there")
    work.run("state", "push", "-force", "other.tfstate")
    check(work.pull()["lineage"] == other["lineage"], "the forced state is not there")


def remote_state(adapter, folder):
    key = new_key()
    work = Work(folder, adapter, key)
    work.init()
    work.apply(text="from the other")
    arguments = adapter.arguments(key)
    # Blocks of a backend are objects of the data source.
    arguments = re.sub(r"^(\s*\w+) \{$", r"\1 = {", arguments, flags=re.M)
    kind = "remote" if adapter.name == "cloud" else adapter.name
    reader = Work(folder, text=f"""
data "terraform_remote_state" "other" {{
  backend = "{kind}"
  config = {{
{arguments}
  }}
}}
output "seen" {{
  value = data.terraform_remote_state.other.outputs.text
}}
""", name="reader")
    reader.environment = {**work.environment}
    reader.init()
    reader.run("apply", "-no-color", "-auto-approve")
    check(reader.run("output", "-raw", "seen").output == "from the other", "the other state's output is not seen")


def wrong_credentials(adapter, folder):
    wrong = adapter.wrong_credentials()
    if wrong is None:
        raise Skipped("it has no credentials")
    work = Work(folder, adapter, new_key())
    work.init()
    work.apply()
    before = work.pull()
    secrets = [value for value in wrong.values() if len(value) > 5]
    for command in (["plan", "-no-color"], ["apply", "-auto-approve", "-no-color", "-var=text=two"], ["state", "pull"]):
        work.run(*command, code=1, environment=wrong).has("Error").lacks(*secrets)
    check(work.pull() == before, "the state has changed")


def over_proxy(adapter, folder):
    """A folder whose programs reach the server through a proxy that can break things, with a state in it."""
    if not adapter.network:
        raise Skipped("it needs no network")
    proxy = Proxy(adapter.port)
    work = Work(folder, adapter, new_key(), port=proxy.port)
    work.environment["PARTERRE_NETWORK_TIMEOUT"] = "2"
    work.init()
    work.apply()
    return proxy, work, work.pull()


def answer_cut_off(adapter, folder):
    proxy, work, before = over_proxy(adapter, folder)
    proxy.mode = "cut"
    for after in (10, 300, 9000):
        proxy.after = after
        cut = work.run("plan", "-no-color", "-lock=false", code=None)
        check(cut.code == 1 or "No changes" in cut.text, f"a cut state was taken for a whole one:\n{cut.text}")
    proxy.mode = "pass"
    check(work.pull() == before, "reading has changed the state")
    proxy.close()


def write_cut_off(adapter, folder):
    proxy, work, before = over_proxy(adapter, folder)
    # The state is some 40 kB of text; compressed it may be less than the limit, and then arrives.
    proxy.mode, proxy.after = "cut_request", 9000
    broken = work.apply("-lock=false", text="two", code=None)
    proxy.mode = "pass"
    if broken.code == 0:
        raise Skipped("what it sends is smaller than what the proxy lets pass")
    # Seen from a folder without the journal of the broken run.
    present = Work(folder, adapter, work.key, name="other").init_and_pull()
    check(present == before or serial(present) > serial(before), "the state in the backend is neither old nor new")
    plan = work.run("plan", "-no-color", "-lock=false", "-detailed-exitcode", "-var=text=two", code=None)
    errored = work.folder / "errored.tfstate"
    check(plan.code == 0 or errored.exists(), f"the result of the apply is lost:\n{broken.text}\n{plan.text}")
    proxy.close()


def nonsense(adapter, folder):
    proxy, work, before = over_proxy(adapter, folder)
    proxy.mode = "nonsense"
    for command in (["plan", "-no-color"], ["plan", "-no-color", "-lock=false"], ["state", "pull"], ["workspace", "list"]):
        if adapter.workspaces or command[0] != "workspace":
            work.run(*command, code=1).has("Error").lacks("it is not me!</html>\n\n")
    proxy.mode = "pass"
    check(work.pull() == before, "the state has changed")
    proxy.close()


def nobody_answers(adapter, folder):
    proxy, work, before = over_proxy(adapter, folder)
    proxy.mode = "hang"
    work.run("plan", "-no-color", "-lock=false", code=1).has("Error")
    proxy.mode = "refuse"
    work.run("plan", "-no-color", code=1).has("Error")
    proxy.mode = "pass"
    check(work.pull() == before, "the state has changed")
    proxy.close()


def interrupt_while_waiting(adapter, folder):
    proxy, work, _ = over_proxy(adapter, folder)
    proxy.mode, before = "hang", proxy.connections
    process = work.start("plan", "-no-color", "-lock=false", environment={"PARTERRE_NETWORK_TIMEOUT": "50"})
    until(lambda: proxy.connections > before, "the program asks the server")
    def ended():
        process.send_signal(signal.SIGINT)
        return process.poll() is not None
    until(ended, "an interrupted program ends")
    work.finish(process, code=1)
    proxy.close()


def large_state(adapter, folder):
    work = Work(folder, adapter, new_key())
    work.init()
    size = min(adapter.largest, (100 if harness.ALL else 8) << 20)
    one = {"mode": "managed", "type": "terraform_data", "provider": 'provider["terraform.io/builtin/terraform"]'}
    pad = "".join(chr(ord("a") + (i * i + i // 7) % 26) for i in range(1000))
    resources = [{**one, "name": f"r{i}", "instances": [
        {"schema_version": 0, "sensitive_attributes": [], "attributes": {
            "id": f"id-{i}", "input": {"type": "string", "value": f"{i}{pad}"},
            "output": {"type": "string", "value": f"{i}{pad}"}, "triggers_replace": None}}]}
        for i in range(size // 2500)]
    state = {"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "99999999-2222-3333-4444-555555555555",
             "outputs": {}, "resources": resources, "check_results": None}
    work.write("large.tfstate", json.dumps(state))
    work.run("state", "push", "large.tfstate")
    pulled = work.pull()
    check(pulled["serial"] in (7, 8) and len(pulled["resources"]) == len(resources), "the state is not what was pushed")
    by_name = {r["name"]: r for r in pulled["resources"]}
    check(by_name["r5"]["instances"] == resources[5]["instances"], "a resource is not what was pushed")


ENCRYPTION = """
terraform {
  encryption {
    key_provider "pbkdf2" "main" {
      passphrase = "a passphrase for tests"
      iterations = 200000
    }
    method "aes_gcm" "main" {
      keys = key_provider.pbkdf2.main
    }
    state {
      method = method.aes_gcm.main
    }
  }
}
"""


def encrypted(adapter, folder):
    """The backend keeps what only those read who have the key, from the first state that it makes by itself on."""
    key, secret = new_key(), "hush-hush"
    work, plain = Work(folder, adapter, key), Work(folder, adapter, key, name="plain")
    work.write("encryption.tf", ENCRYPTION)
    work.init()
    work.run("plan", "-no-color").has("1 to add")
    work.apply(text=secret).has("1 added")
    work.run("plan", "-no-color", f"-var=text={secret}").has("No changes")
    check(work.pull()["outputs"]["text"]["value"] == secret, "the state pulled is not the plain one")
    present = work.pull()

    def hidden():
        plain.init(code=None)
        for command in (["state", "pull"], ["plan", "-no-color"], ["apply", "-auto-approve", "-no-color"], ["output"]):
            plain.run(*command, code=1).has("is encrypted").lacks(secret)

    hidden()
    check(work.pull() == present, "somebody without the key has changed the state")
    work.kill(work.stand(f"-var=text={secret}-2"))
    for path in [p for p in work.folder.rglob("*") if p.is_file()]:
        check(secret.encode() not in path.read_bytes(), f"{path} has a secret in plain text")
    if adapter.dead_lock == "stays":
        refused = work.run("plan", "-no-color", code=1)
        work.run("force-unlock", "-force", adapter.force_unlock_id(lock_id(refused.text)))
    elif adapter.dead_lock == "expires":
        adapter.expire_locks()
    work.run("plan", "-no-color", f"-var=text={secret}-2").has("terraform_data.b is tainted")
    work.write("main.tf", RESOURCES)
    work.apply(text=f"{secret}-2")
    hidden()
    if adapter.workspaces:
        work.run("workspace", "new", "green")
        work.run("plan", "-no-color").has("1 to add")
        work.apply(text=secret)
        plain.run("workspace", "select", "green", code=None)
        hidden()


def with_stock(adapter, folder):
    """The stock program over the same state: folders initialised by one used by the other, locks, writes in turns."""
    if STOCK is None:
        raise Skipped("no terraform on this machine")
    key = new_key()
    ours, stock = Work(folder, adapter, key), Work(folder, adapter, key, name="stock")
    ours.init()
    stock.init(program=STOCK)
    stock.apply(program=STOCK).has("1 added")
    ours.run("plan", "-no-color").has("No changes")
    ours.apply(text="two").has("1 changed")
    stock.run("plan", "-no-color", "-var=text=two", program=STOCK).has("No changes")
    # Each in the folder that the other has initialised.
    stock.run("plan", "-no-color", "-var=text=two").has("No changes")
    ours.run("plan", "-no-color", "-var=text=two", program=STOCK).has("No changes")
    check(ours.pull() == stock.pull(program=STOCK), "the two programs see two states")
    standing = ours.stand("-replace=terraform_data.b")
    try:
        stock.run("plan", "-no-color", program=STOCK, code=1).has("Error acquiring the state lock")
    finally:
        ours.open_gate()
        ours.finish(standing)
    standing = stock.stand("-replace=terraform_data.b", program=STOCK)
    try:
        ours.run("plan", "-no-color", code=1).has("Error acquiring the state lock")
    finally:
        stock.open_gate()
        stock.finish(standing, code=None)
    if adapter.workspaces:
        ours.run("workspace", "new", "both")
        stock.run("workspace", "select", "both", program=STOCK)
        stock.write("main.tf", RESOURCES)
        stock.apply(program=STOCK)
        ours.write("main.tf", RESOURCES)
        ours.run("plan", "-no-color").has("No changes")


def migration(old, new, folder):
    """All workspaces, where both have them; the one that is selected, where only the old backend has."""
    if new.name == "cloud":
        raise Skipped("init asks there whatever its options are: cases/cloud.py")
    work = Work(folder, old, new_key())
    work.init()
    work.apply()
    if old.workspaces:
        work.run("workspace", "new", "blue")
        work.apply(text="blue")
    selected = work.pull()
    key = new_key()
    work.write("backend.tf", new.block(key))
    work.environment.update(new.environment())
    rc = old.cli_configuration() + new.cli_configuration()
    (folder / "work.tfrc").write_text(rc)
    work.run("plan", "-no-color", code=1).has("nitialization required")
    work.init(code=1)
    work.init("-migrate-state", "-force-copy")
    moved = work.pull()
    check(moved["lineage"] == selected["lineage"] and moved["resources"] == selected["resources"],
          f"the state was not taken along: {moved['lineage']} {selected['lineage']}")
    if old.workspaces and new.workspaces:
        names = work.run("workspace", "list").output.replace("*", "").split()
        check("blue" in names, f"workspaces after the migration: {names}")
        work.run("workspace", "select", "default")
        check(work.pull()["outputs"]["text"]["value"] == "one", "the default workspace was not taken along")


CHECKS = [(function.__name__, function) for function in (
    create_read_write, reads_of_another_folder, lock_conflict, lock_of_a_dead_holder, workspaces, wrong_lock_id,
    older_serial_and_other_lineage, remote_state, wrong_credentials, answer_cut_off, write_cut_off, nonsense, nobody_answers,
    interrupt_while_waiting, large_state, encrypted, with_stock)]
