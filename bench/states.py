"""Measures backends; called by `states`. Prints a table."""

import importlib
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/backends"))

import harness  # noqa: E402
from harness import PARTERRE, STOCK, Work  # noqa: E402

RUNS, STOCK_RUNS = 9, 3
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
    """Wall clock and processor time of runs of a program, whose output goes into a file."""

    def __init__(self, work, program):
        self.work, self.program, self.walls, self.processor = work, program, [], []

    def run(self, *arguments):
        environment = {**os.environ, **self.work.environment, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(self.work.folder / "output", "wb") as output:
            start = time.perf_counter()
            subprocess.run([self.program, *arguments], cwd=self.work.folder, env=environment, stdout=output, check=True)
            self.walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    def __str__(self):
        return f"{statistics.median(self.walls):.3f} s ({statistics.median(self.processor):.3f} s)"


def measure(adapter, folder):
    work = Work(folder, adapter, "large", text="")
    work.init()
    state = large_state(MEGABYTES)
    programs = [PARTERRE] + ([STOCK] if STOCK else [])
    push, pull = [[Clock(work, program) for program in programs] for _ in range(2)]
    for run in range(RUNS):
        for i in range(1 if run >= STOCK_RUNS else len(programs)):
            state["serial"] = 10 * (run * len(programs) + i + 1)
            state["outputs"] = {"run": {"value": state["serial"], "type": "number"}}
            work.write("large.tfstate", json.dumps(state, indent=2))
            push[i].run("state", "push", "large.tfstate")
            pull[i].run("state", "pull")
    size = (work.folder / "output").stat().st_size
    many = Work(folder, adapter, "many", name="many", text='resource "terraform_data" "x" {\n  count = 10000\n  input = count.index\n}\n')
    many.init()
    many.run("apply", "-auto-approve", "-no-color")
    plan, unlocked = Clock(many, PARTERRE), Clock(many, PARTERRE)
    for _ in range(RUNS):
        plan.run("plan", "-no-color")
        unlocked.run("plan", "-no-color", "-lock=false")
    lock = statistics.median(plan.walls) - statistics.median(unlocked.walls)
    print(f"| {adapter.label} | {size / (1 << 20):.0f} MB | {push[0]} | {pull[0]} | {plan} | {lock * 1000:.1f} ms |", flush=True)
    if STOCK:
        print(f"| {adapter.label}, stock | {size / (1 << 20):.0f} MB | {push[1]} | {pull[1]} | | |", flush=True)


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
