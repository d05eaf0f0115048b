"""``run``, ``new-rule``, the tutorial's commands, the public API's list, options of rules."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from defermod.engine.registry import rule_settings
from tests.cli.test_adoption import git
from tests.support_cli import ROOT, defermod, environment
from tests.support_go import needs_go
from tests.support_terminal import terminal

EXAMPLES = ROOT / "examples" / "codemods"
GO = "package p\n\nfunc f(x, y int) int {\n\tx = x + y\n\treturn x\n}\n"


@pytest.mark.parametrize(
    "line", re.findall(r"^- (`defermod\..*(?:\n  .*)*)", (ROOT / "docs" / "api.md").read_text(), re.M)
)
def test_the_public_api_is_what_the_page_lists(line: str) -> None:
    module, *names = re.findall(r"`([\w.]+)`", line)
    if module != "defermod.syntax.nodes":
        assert sorted(names) == sorted(importlib.import_module(module).__all__)


@needs_go
def test_the_commands_of_the_tutorial(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "writing-a-codemod.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", page, re.S)
    assert len(blocks) == 2
    example = tmp_path / "example"
    example.mkdir()
    (example / "go.mod").write_text("module example.com/e\n\ngo 1.22\n")
    (example / "a.go").write_text(GO)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, command in (("defermod", "-m defermod"), ("python", "")):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
        (tools / name).chmod(0o755)
    changes = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    script = blocks[0] + "".join(f"{line} || [ $? = 1 ] || exit 3\n" for line in blocks[1].splitlines())
    done = subprocess.run(
        ["sh", "-ec", script], cwd=tmp_path, env=environment(changes), capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
    assert "+\tx += y" in done.stdout
    assert (example / "a.go").read_text() == GO.replace("x = x + y", "x += y")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nowhere.py", "no such file"),
        ("broken.py", "can't be loaded: SyntaxError"),
        ("empty.py", "holds no rule"),
        ("empty.py:Missing", "has no rule 'Missing'"),
    ],
)
def test_a_codemod_that_cannot_be_loaded(tmp_path: Path, spec: str, message: str) -> None:
    (tmp_path / "broken.py").write_text("def")
    (tmp_path / "empty.py").write_text("")
    done = defermod("run", spec, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_run_has_the_flags_of_fix_but_for_those_that_choose_rules(tmp_path: Path) -> None:
    flags = {
        command: set(re.findall(r"--[a-z-]+", defermod(command, "--help", cwd=tmp_path).stdout))
        for command in ("fix", "run")
    }
    rules_own = {f"--{one.key}" for one in rule_settings().values()}
    assert flags["fix"] - flags["run"] - rules_own == {"--select", "--ignore", "--cache", "--no-cache"}
    assert flags["run"] - flags["fix"] == {"--option"} - flags["fix"]


@needs_go
def test_since_looks_at_changed_lines_only(tmp_path: Path) -> None:
    def texts() -> dict[str, int]:
        return {file.name: file.read_text().count("x += y") for file in tmp_path.glob("*.go")}

    another = GO.removeprefix("package p\n").replace("func f", "func g")
    for name, text in {"go.mod": "module example.com/p\n\ngo 1.22\n", "a.go": GO, "b.go": GO, "c.go": GO}.items():
        (tmp_path / name).write_text(text.replace("func f", f"func {name[0]}"))
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    git(tmp_path, "mv", "a.go", "renamed.go")
    git(tmp_path, "mv", "b.go", "renamed_and_changed.go")
    for name in ("c.go", "renamed_and_changed.go"):
        with (tmp_path / name).open("a") as file:
            file.write(another.replace("func g", f"func {name[0]}2"))
    (tmp_path / "staged.go").write_text(GO)
    git(tmp_path, "add", "staged.go")
    (tmp_path / "untracked.go").write_text(GO.replace("func f", "func u"))
    example = tmp_path / "rule"
    assert defermod("new-rule", "rule", cwd=tmp_path).returncode == 0
    done = defermod("run", example / "rule.py", "--since", "HEAD", ".", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    once = {"c.go": 1, "renamed_and_changed.go": 1, "staged.go": 1, "untracked.go": 1}
    assert texts() == {"renamed.go": 0, **once}


_RAISES = """from defermod.codemod import Rule, RuleDoc

class Broken(Rule):
    rule = "broken"
    doc = RuleDoc(title="t", what="w", why="y")

    def visit(self, context):
        return [context.finding(context.root, "m", context.refuse("a"))]
"""


def test_an_exception_in_a_codemod_is_no_bug_of_this_program(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(_RAISES)
    (tmp_path / "a.go").write_text(GO)
    done = defermod("run", "broken.py", "--validate", "none", "--unsafe-fixes", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "'explanation' (broken.py:8); this is a bug in the rule that is defined there" in done.stderr
    assert "report" not in done.stderr
    assert "No findings in what could be checked of 1 file." in done.stdout


def test_new_rule_takes_only_names(tmp_path: Path) -> None:
    assert defermod("new-rule", "../x", cwd=tmp_path).returncode == 2
    assert defermod("new-rule", "a-rule", cwd=tmp_path).returncode == 0
    assert defermod("new-rule", "a-rule", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("add-context.functoin=f", "unknown option 'add-context.functoin'; did you mean 'add-context.function'?"),
        ("function", "--option takes RULE.NAME=VALUE"),
    ],
)
def test_an_option_that_no_rule_has(tmp_path: Path, option: str, message: str) -> None:
    done = defermod("run", EXAMPLES / "add_context.py", "--option", option, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr


@needs_go
def test_who_declines_a_part_is_not_asked_for_the_others(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/p\n\ngo 1.22\n")
    texts = {"a.go": "package p\n\nfunc get() {}\n", "b.go": "package p\n\nfunc main() { get() }\n"}
    texts["c.go"] = "package p\n\nfunc init() { get() }\n"
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    flags = ("--option", "add-context.function=get", "--validate", "none")
    shown = defermod("run", EXAMPLES / "add_context.py", *flags, "--diff", cwd=tmp_path)
    assert "The same command without --diff writes them." in shown.stderr
    with terminal("run", EXAMPLES / "add_context.py", *flags, "--interactive", cwd=tmp_path) as screen:
        screen.expect("(1/3)", 60)
        screen.send("n\n")
        assert screen.wait() == 0
    assert "(2/3)" not in screen.text
    assert "silence" not in screen.text, "no other command knows the rule"
    assert {name: (tmp_path / name).read_text() for name in texts} == texts
