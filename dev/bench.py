"""`make bench`: servers of its own, then tests/bench in a process of its own. QUICK=1: shorter."""

from dev import children
from dev.children import Guardian
from dev.places import PYTHON_BIN
from dev.run_tests import with_servers


def run(settings: dict[str, str], guardian: Guardian) -> int:
    """The bench's exit code: 1 where a target is missed."""
    command = [str(PYTHON_BIN / "python"), "-m", "tests.bench"]
    return children.run(command, settings, guardian)


if __name__ == "__main__":
    with_servers(run, durable=True)  # a save waits for the disk, as in production
