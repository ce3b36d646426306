"""Measures backends; called by `states`. Prints a table."""

import importlib
import json
import pathlib
import resource
import shutil
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/backends"))

import harness  # noqa: E402
from harness import Work  # noqa: E402

RUNS = 5
MEGABYTES = 100


def large_state(megabytes):
    pad = "".join(chr(ord("a") + (i * i + i // 7) % 26) for i in range(1000))
    resources = [{
        "mode": "managed", "type": "terraform_data", "name": f"r{i}",
        "provider": 'provider["terraform.io/builtin/terraform"]', "instances": [{
            "schema_version": 0, "attributes": {
                "id": f"id-{i}", "input": {"type": "string", "value": f"{i}{pad}"},
                "output": {"type": "string", "value": f"{i}{pad}"}, "triggers_replace": None},
            "sensitive_attributes": []}]} for i in range(megabytes * (1 << 20) // 2560)]
    return {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "99999999-2222-3333-4444-555555555555",
            "outputs": {}, "resources": resources, "check_results": None}


class Clock:
    """Wall clock and processor time of one run of the program."""

    def __init__(self, work):
        self.work, self.walls, self.processor = work, [], []

    def run(self, *arguments):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        result = self.work.run(*arguments)
        self.walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return result

    def __str__(self):
        return f"{statistics.median(self.walls):.2f} s ({statistics.median(self.processor):.2f} s)"


def measure(adapter, folder):
    work = Work(folder, adapter, "large", text="")
    work.init()
    state = large_state(MEGABYTES)
    push, pull = Clock(work), Clock(work)
    size = 0
    for run in range(RUNS):
        state["serial"] = 10 * (run + 1)
        state["outputs"] = {"run": {"value": run, "type": "number"}}
        work.write("large.tfstate", json.dumps(state, indent=2))
        push.run("state", "push", "large.tfstate")
        size = len(pull.run("state", "pull").output)
    many = Work(folder, adapter, "many", name="many", text='resource "terraform_data" "x" {\n  count = 10000\n  input = count.index\n}\n')
    many.init()
    many.run("apply", "-auto-approve", "-no-color")
    plan, unlocked = Clock(many), Clock(many)
    for _ in range(RUNS):
        plan.run("plan", "-no-color")
        unlocked.run("plan", "-no-color", "-lock=false")
    lock = statistics.median(plan.walls) - statistics.median(unlocked.walls)
    print(f"| {adapter.label} | {size / (1 << 20):.0f} MB | {push} | {pull} | {plan} | {lock * 1000:.1f} ms |", flush=True)


def main(names):
    folder = harness.temporary_folder()
    print("| backend | state | push | pull | plan of 10,000, no change | lock and unlock |\n|---|---|---|---|---|---|")
    try:
        for name in names or ["local", "http", "pg"]:
            for adapter in importlib.import_module(f"backends.{name}").ALL:
                place = folder / adapter.label.replace(" ", "-")
                place.mkdir()
                adapter.start(place / "server")
                try:
                    measure(adapter, place)
                finally:
                    adapter.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main(sys.argv[1:])
