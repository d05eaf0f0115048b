"""Transforms of other distributions are found, and importlib.metadata is asked only if there may be any."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from defermod.codemod import concerned
from defermod.engine.registry import transforms
from defermod.scan import SCANS
from tests.support_cli import ROOT, environment

_MODULE = "class T:\n    id = 'x'\n    rule = 'other-rule'\n\nTRANSFORM = T()\n"
_FILES = {
    "other_defers.py": _MODULE,
    "other_defers-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: other-defers\nVersion: 1.0\n",
    "other_defers-1.0.dist-info/entry_points.txt": "[defermod.transforms]\nother = other_defers:TRANSFORM\n",
}
_PRINT = "import sys; import defermod.engine.registry as r; print(*r.transforms(), 'importlib.metadata' in sys.modules)"


def _rules(place: Path) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": str(place)}
    command = [sys.executable, "-c", _PRINT]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True).stdout.split()


@pytest.mark.parametrize("archive", [False, True])
def test_a_transform_of_another_distribution_is_found(tmp_path: Path, archive: bool) -> None:
    place = tmp_path / "site.zip" if archive else tmp_path
    for name, text in _FILES.items():
        if archive:
            with zipfile.ZipFile(place, "a") as file:
                file.writestr(name, text)
        else:
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text(text)
    assert {"defer-in-loop", "other-rule"} <= set(_rules(place))


def test_without_any_the_metadata_is_not_looked_through(tmp_path: Path) -> None:
    *rules, looked = _rules(tmp_path)
    assert "defer-in-loop" in rules
    assert looked == "False"


def test_the_scans_are_those_of_the_transforms() -> None:
    known = transforms()
    inputs = [path.read_bytes() for path in sorted((ROOT / "golden").rglob("input.go"))]
    for rule, concerns in SCANS.items():
        assert [concerns(text) for text in inputs] == [concerned(known[rule], text) for text in inputs]
        assert {concerns(text) for text in inputs} == {True, False}


def test_what_does_not_concern_is_seen_without_loading_a_transform(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("package p\n\nfunc f() { defer g() }\n")
    code = (
        "import sys; from defermod.cli import run; run(['check', 'a.go']);"
        " print('defermod.engine.fixpoint' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, check=True, text=True)
    assert shown.stdout.split()[-1] == "False"
