"""The backend http alone."""

from harness import Work, check


def test_lock_that_cannot_be_released(adapters, folder):
    """Somebody else has taken the lock meanwhile: the work is done, and the user is told."""
    adapter = adapters["http"]
    work = Work(folder, adapter, "unreleased")
    work.init()
    standing = work.stand()
    other = Work(folder, adapter, "unreleased", name="other")
    other.init()
    other.run("force-unlock", "-force", "any")
    held = other.stand()
    work.open_gate()
    told = work.finish(standing, code=1).has("Error")
    check("lock" in told.text, f"nothing about the lock:\n{told.text}")
    other.open_gate()
    other.finish(held, code=None)


def test_plain_http_over_a_network(adapters, folder):
    """It works, as with the stock program, and init warns of it. The server stands in for a proxy, too."""
    adapter = adapters["http"]
    near = Work(folder, adapter, "plain", name="near")
    near.init().lacks("without TLS")
    near.apply()
    far = Work(folder, adapter, "plain", name="far")
    far.write("backend.tf", adapter.block("plain").replace(f"127.0.0.1:{adapter.port}", "state.test"))
    far.environment["HTTP_PROXY"] = f"http://127.0.0.1:{adapter.port}"
    far.init().has("State without TLS", "state.test")
    far.run("plan", "-no-color").has("No changes").lacks("without TLS")
