"""A plug-in's ``About``: flag, key, default, prefilter and evidence of a rule that another distribution brings."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support_cli import ROOT, defermod

_RULE = """
from collections.abc import Iterator
from defermod.codemod import Context, Finding, Rule, RuleDoc

class Todo(Rule):
    rule = "todo-call"
    doc = RuleDoc(title="a call of todo", what="todo()", why="it is not done")

    def visit(self, context: Context) -> Iterator[Finding]:
        print("visited")
        for found in context.find_all("todo()"):
            yield context.finding(found, f"not done: {context.evidence}", context.refuse("not-done", "by hand"))

RULE = Todo()
"""
_ABOUT = """
from defermod.engine.about import About
from defermod.settings import TEXT, Setting, choice

ABOUT = About(
    "todo-call",
    on_by_default=True,
    prefilter="early",
    without_defers=True,
    settings=(Setting("todo_owner", choice(("ann", "bob"), "owner"), "Owner.", default="ann", commands=("check",)),),
    beyond_the_text=True,
    evidence="owners",
    wants_evidence=lambda settings, text: True,
)
"""
_OWNERS = """
class Owners:
    def gather(self, texts, settings, find_go):
        return {path: settings.value("todo_owner") for path in texts}, ()

    def complete(self, results, evidence, go):
        return {}

    def correct(self, results, evidence, go):
        return {}

    def unmatched(self, texts, settings):
        return {}

EVIDENCE = Owners()
"""
_NAMES = """
[defermod.transforms]
todo-call = todo_plugin:RULE

[defermod.about]
todo-call = todo_plugin.about:ABOUT
"""
_CALL = "package p\n\nfunc f() { todo() }\n"


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    files = {
        "site/todo_plugin/__init__.py": _RULE,
        "site/todo_plugin/about.py": _ABOUT,
        "site/todo_plugin/early.py": "def may_match(text):\n    return b'todo()' in text\n",
        "site/todo_plugin/owners.py": _OWNERS,
        "site/todo_plugin-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: todo-plugin\nVersion: 1.0\n",
        "site/todo_plugin-1.0.dist-info/entry_points.txt": _NAMES,
        "work/go.mod": "module example.com/p\n\ngo 1.22\n",
        "work/a.go": _CALL,
        "work/b.go": "package p\n\nfunc g() {}\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def _with(plugin: Path) -> dict[str, str]:
    return {"PYTHONPATH": f"{plugin / 'site'}{os.pathsep}{ROOT}"}


def _messages(plugin: Path, *arguments: str) -> list[str]:
    done = defermod(
        "check", "--output-format", "json", "--jobs", "1", *arguments,
        cwd=plugin / "work", changes=_with(plugin),
    )  # fmt: skip
    visits, _, report = done.stdout.partition("{")
    assert visits == "visited\n", done.stdout + done.stderr
    return [finding["message"] for finding in json.loads("{" + report)["findings"]]


def test_flag_key_default_prefilter_and_evidence(plugin: Path) -> None:
    assert _messages(plugin) == ["not done: ann"]
    assert _messages(plugin, "--todo-owner", "bob") == ["not done: bob"]
    (plugin / "work" / ".defermod.toml").write_text('todo-owner = "bob"\n')
    assert _messages(plugin) == ["not done: bob"]
    done = defermod("check", "--help", cwd=plugin, changes=_with(plugin))
    assert "--todo-owner" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"todo_owner"', '"hot"', "the rules 'hot-defer' and 'todo-call' both declare the setting 'hot'"),
        ('"todo_owner"', '"select"', "a plug-in declares the setting 'select', which is defermod's own"),
        ('"todo-call",', '"hot-defer",', "todo_plugin calls its rule 'hot-defer', and there is a rule of that name"),
        ('"todo-call",', '"lost-close-error",', "calls its rule 'lost-close-error', and there is a rule of that name"),
        ("ABOUT =", "WRONG =", "todo_plugin.about:ABOUT, which a plug-in names as 'todo-call', can't be loaded"),
    ],
)
def test_an_about_that_cannot_be_used(plugin: Path, old: str, new: str, said: str) -> None:
    (plugin / "site" / "todo_plugin" / "about.py").write_text(_ABOUT.replace(old, new))
    done = defermod("check", cwd=plugin / "work", changes=_with(plugin))
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_rule_in_the_place_of_another(plugin: Path) -> None:
    code = plugin / "site" / "todo_plugin" / "__init__.py"
    assert _RULE.count('"todo-call"') == 1
    code.write_text(_RULE.replace('"todo-call"', '"late-cleanup"'))
    done = defermod("check", "--select", "all", cwd=plugin / "work", changes=_with(plugin))
    assert done.returncode == 2
    assert "todo_plugin calls its rule 'late-cleanup', and there is a rule of that name" in done.stderr
    assert "Traceback" not in done.stderr
