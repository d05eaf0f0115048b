"""benchmarks/speed.py runs, on a tree as small as it gets; what takes long doesn't grow faster than its input."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Set
from cProfile import Profile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from defermod.engine.fixpoint import analyse
from defermod.engine.registry import transforms
from defermod.model import Options
from tests.support_cli import ROOT, environment

DEFAULT = Options().select
FOUND = "package p\n\nfunc f() {\n\tfor range x {\n\t\tdefer g()\n\t}\n}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs wait4")
@pytest.mark.parametrize(
    "more", [[], ["--clean", "--only", "list and stat,defermod warm"], ["--growth", "--most", "1"]]
)
def test_the_comparison_runs(tmp_path: Path, more: list[str]) -> None:
    (tmp_path / "a.go").write_text("package p\n")
    (tmp_path / "b.go").write_text(FOUND)
    command = [sys.executable, str(ROOT / "benchmarks" / "speed.py"), "--runs", "1", *more, str(tmp_path)]
    shown = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, check=True, text=True).stdout
    if "--growth" not in more:
        assert f"{1 if '--clean' in more else 2} files" in shown
        assert "| defermod cold |" in shown and "| defermod warm |" in shown
        assert ("| read |" in shown) is not bool(more)


@pytest.mark.skipif(sys.platform == "win32", reason="needs wait4")
@pytest.mark.parametrize(
    ("name", "rules", "size"),
    [
        ("files opened in one loop", DEFAULT, 2),
        ("loops in one function", DEFAULT, 1),
        ("returns after a defer", DEFAULT, 3),
        ("functions with a loop each", {"lost-close-error"}, 0.4),
        ("cases", DEFAULT, 1),
        ("one-line functions", {"early-argument"}, 0.5),
        ("hot functions", {"hot-defer"}, 2),
        ("defers in one loop", {"needless-defer"}, 8),
    ],
)
@pytest.mark.usefixtures("no_collector")
def test_time_grows_as_the_input_does(name: str, rules: Set[str], size: float) -> None:
    """Of what benchmarks/worst.py measures, what has been quadratic: four times the input, not 16 times the time."""
    options = Options(go_version=(1, 22), select=frozenset(rules))

    def seconds(scale: float) -> float:
        text = _input(name, scale)
        start = time.process_time()
        result = analyse("a.go", text, options)
        assert result.findings or "defer-in-loop" not in rules
        assert not result.problems
        assert all(len(getattr(finding.outcome, "hazards", ())) <= 110 for finding in result.findings)
        return time.process_time() - start

    seconds(0.01)  # which imports what is needed
    # The least of runs that alternate: what else the machine does slows some of them, of either size.
    runs = [(seconds(0.05 * size), seconds(0.2 * size)) for _ in range(3)]
    few, many = map(min, zip(*runs, strict=True))
    assert many < 9 * few


@pytest.mark.parametrize("rules", [{"defer-before-check"}, {"defer-in-loop", "defer-before-check"}, transforms()])
def test_work_grows_as_the_fixes_do(rules: Iterable[str]) -> None:
    """Counted in calls of functions, which a machine with other work makes no more of."""
    options = Options(go_version=(1, 22), select=frozenset(rules), unsafe_fixes=True)

    def calls(scale: float) -> int:
        text = _input("several rules fix", scale)
        with Profile() as profile:
            assert analyse("a.go", text, options).changed
        return sum(entry.callcount for entry in profile.getstats())

    calls(0.001)  # which imports what is needed
    assert calls(0.1) < 4.2 * calls(0.025)


def _input(name: str, scale: float) -> bytes:
    """Return the input of benchmarks/worst.py whose name has these words."""
    spec = spec_from_file_location("worst", ROOT / "benchmarks" / "worst.py")
    assert spec is not None and spec.loader is not None
    worst = module_from_spec(spec)
    spec.loader.exec_module(worst)
    return f"package m\n\n{next(text for each, text in worst.inputs(scale) if name in each)}".encode()
