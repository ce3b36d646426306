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
