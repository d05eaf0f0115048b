"""benchmarks/speed.py runs, on a tree as small as it gets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support_cli import ROOT, environment

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
