"""Transforms of other distributions are found, and importlib.metadata is asked only if there may be any."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from defermod.codemod import concerned
from defermod.engine.registry import abouts, decides_by_types, prefilter, rule_settings, transforms
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
    scans = {rule: prefilter(rule) for rule, about in abouts().items() if about.prefilter}
    assert scans
    for rule, concerns in scans.items():
        assert [concerns(text) for text in inputs] == [concerned(known[rule], text) for text in inputs]
        assert {concerns(text) for text in inputs} == {True, False}


def test_the_core_names_no_rule_and_no_setting_of_one() -> None:
    """Adding a rule touches its own folders; the commands about hot functions are the exception."""
    rules = transforms()
    names = {*rules, *(rule.id for rule in rules.values()), *rule_settings()}
    names |= {one.key for one in rule_settings().values()} | {about.mark.decode() for about in abouts().values()}
    files = [file for file in (ROOT / "defermod").rglob("*.py") if file.name not in ("app.py", "machine.py")]
    allowed = {("model.py", "defer-in-loop")}  # what `Options()` selects
    found = {
        (file.name, node.value)
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in names - {""}
    }
    assert len(files) > 100 and found - _OTHER_MEANINGS == allowed


_OTHER_MEANINGS = {("bench.py", "bench"), ("cost.py", "bench")}
"""Words of other programs."""


def test_what_does_not_concern_is_seen_without_loading_a_transform(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("package p\n\nfunc f() { defer g() }\n")
    code = (
        "import sys; from defermod.cli import run; run(['check', 'a.go']);"
        " print('defermod.engine.fixpoint' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, check=True, text=True)
    assert shown.stdout.split()[-1] == "False"


def test_the_text_of_a_file_does_not_tell_what_types_decide() -> None:
    assert decides_by_types({"defer-in-loop", "wide-defer"})
    assert not decides_by_types({"defer-in-loop", "defer-before-check", "hot-defer"})


def test_a_second_run_finds_what_types_show(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (tmp_path / "a.go").write_text(LOGGED)
    command = [sys.executable, "-m", "defermod", "check", "--types", "--select", "early-argument"]
    for _ in range(2):
        done = subprocess.run(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True)
        assert "since(start) is evaluated at the defer" in done.stdout


LOGGED = """package m

import "time"

type clock struct{}

func (clock) since(t time.Time) time.Duration { return time.Since(t) }

func f(c clock, log func(time.Duration)) {
	start := time.Now()
	defer log(c.since(start))
	log(0)
}
"""
