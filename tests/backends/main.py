"""Runs the contract over every backend, and the cases of single ones. Called by `run`."""

import concurrent.futures
import faulthandler
import importlib
import inspect
import itertools
import shutil
import signal
import sys
import traceback

import contract
import harness
from harness import HERE, Skipped

sys.path.insert(0, str(HERE))
faulthandler.register(signal.SIGUSR1, all_threads=True)  # where does it stand?


def modules(folder):
    for path in sorted((HERE / folder).glob("*.py")):
        yield importlib.import_module(f"{folder}.{path.stem}")


class Run:
    def __init__(self, wanted):
        self.wanted = wanted
        self.passed = self.failed = self.skipped = 0

    def wants(self, label, name):
        return not self.wanted or any(w in (label, name, f"{label}:{name}", label.split(" ")[0]) for w in self.wanted)

    def one(self, label, name, action):
        """action(folder): one check, in a folder of its own."""
        folder = harness.temporary_folder()
        try:
            action(folder)
        except Skipped as why:
            self.skipped += 1
            print(f"SKIPPED {label}: {name}: {why}", flush=True)
        except Exception as problem:  # whatever it is, the others are still run
            self.failed += 1
            text = str(problem) if isinstance(problem, harness.Failed) else traceback.format_exc()
            print(f"FAILED  {label}: {name}, kept in {folder}:\n    " + text[:3000] + "\n...\n" + text[-3000:].replace("\n", "\n    "), flush=True)
            return
        else:
            self.passed += 1
            print(f"ok      {label}: {name}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)

    def backend(self, adapter):
        for name, test in contract.CHECKS:
            if self.wants(adapter.label, name):
                self.one(adapter.label, name, lambda folder: test(adapter, folder))


def functions(module):
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("test_") and function.__module__ == module.__name__:
            yield name.removeprefix("test_"), function


def main(wanted):
    run = Run(wanted)
    root = harness.temporary_folder()
    started = []
    for adapter in itertools.chain.from_iterable(module.ALL for module in modules("backends")):
        try:
            adapter.start(root / adapter.label.replace(" ", "-"))
            started.append(adapter)
        except Skipped as why:
            run.skipped += 1
            print(f"SKIPPED {adapter.label}: {why}")
    try:
        # They mostly wait for programs: two backends at once.
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(run.backend, started))
        for old, new in itertools.permutations(started, 2) if harness.ALL else harness.ring(started):
            name = f"migration to {new.label}"
            if run.wants(old.label, "migration"):
                run.one(old.label, name, lambda folder: contract.migration(old, new, folder))
        for module in modules("cases"):
            for name, function in functions(module):
                if run.wants(module.__name__.removeprefix("cases."), name):
                    run.one(module.__name__, name, lambda folder: function({a.label: a for a in started}, folder))
    finally:
        for adapter in started:
            adapter.stop()
        shutil.rmtree(root, ignore_errors=True)
    print(f"{run.passed} passed, {run.failed} failed, {run.skipped} skipped")
    return 1 if run.failed else 0


sys.exit(main([word for word in sys.argv[1:] if word != "--all"]))
