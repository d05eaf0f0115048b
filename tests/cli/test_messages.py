"""Messages say what is wrong, once, and what to do about it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from defermod.cli import progress
from defermod.cli.progress import Watcher
from defermod.codes import Code
from defermod.model import Hazard, Safety, Span, Status
from defermod.pipeline.request import ASKING
from defermod.report import phrases, text
from defermod.report.reasons import grouped
from defermod.settings import regexp
from defermod.toolchain.go import Completed
from defermod.toolchain.packages import load_error
from tests.report.test_report import FIX, KEEP, finding, run_of
from tests.support_cli import defermod

KEPT = [Hazard("escapes-iteration", f"{name} may keep f", KEEP) for name in ("a.A", "b.B", "c.C", "d.D", "e.E")]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "a.A may keep f"),
        (2, "a.A may keep f; likewise b.B"),
        (3, "a.A may keep f; likewise b.B and c.C"),
        (4, "a.A may keep f; likewise b.B, c.C and d.D"),
        (5, "a.A may keep f; likewise b.B, c.C and 2 more"),
    ],
)
def test_reasons_of_one_kind_are_one_sentence(count: int, said: str) -> None:
    assert [reason.sentence for reason in grouped(KEPT[:count])] == [said]


def test_reasons_that_differ_stay_apart() -> None:
    other = Hazard("flushes", "a.A may keep f")
    more = Hazard("escapes-iteration", "a.A may keep g", Span(0, 1))
    word = Hazard("no-types", "unknown")
    found = grouped([KEPT[0], other, more, word, KEPT[0]])
    assert [(r.code, r.sentence, len(r.places)) for r in found] == [
        ("escapes-iteration", "a.A may keep f", 1),
        ("flushes", "a.A may keep f", 0),
        ("escapes-iteration", "a.A may keep g", 1),
        ("no-types", "unknown", 0),
    ]


def test_every_output_for_people_says_them_together() -> None:
    unsafe = replace(FIX, safety=Safety.UNSAFE, hazards=tuple(KEPT))
    found = finding(unsafe, Status.UNSAFE)
    assert phrases.detail(found).endswith("(unsafe, escapes-iteration: a.A may keep f; likewise b.B, c.C and 2 more)")
    shown = text.render(run_of(found))
    assert "        escapes-iteration, line 6: a.A may keep f; likewise b.B, c.C and 2 more\n" in shown


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        ("# example.com/m\n./a.go:3:1: undefined: x\n", "./a.go:3:1: undefined: x"),
        ("go: downloading a v1\ngo: a@v1: not found\nFAIL\n", "go: a@v1: not found"),
        ("go: inconsistent vendoring:\n\ta@v1: is not\n\n\trun:\n\t\tgo mod vendor\n", None),
        (
            'invalid value "abc" for flag -benchtime\nUsage\n  -v\n\tverbose\n',
            'invalid value "abc" for flag -benchtime',
        ),
        ("panic: no such thing\n\ngoroutine 1 [running]:\nmain.main()\n\t/x/a.go:3 +0x1d\nexit status 2\n", None),
        ("# m\nfatal error: stack overflow\n\nruntime stack:\nruntime.throw()\n", "fatal error: stack overflow"),
        ("testing: invalid regexp for -test.bench\nexit status 1\nFAIL m 0.003s\n", None),
    ],
)
def test_complaint_is_the_line_that_says_what_is_wrong(stderr: str, said: str | None) -> None:
    complaint = Completed(1, b"", stderr.encode()).complaint
    assert complaint == said if said else complaint.startswith(stderr.partition("\n")[0])


def test_long_wait_for_go_is_explained_once(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "SLOW", 0.0)
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    for quiet in (True, False):
        with Watcher(quiet=quiet) as watch:
            for what in ("reading", ASKING, "reading", ASKING):
                watch(what, 0, 0)
                for timer in [watch._slow] if watch._slow else ():
                    timer.join()
        assert capfd.readouterr().err.count("still waiting for Go") == (0 if quiet else 1)


def test_every_name_has_a_page_that_begins_with_it() -> None:
    from defermod.cli.explain import names, text_of

    for name in names():
        page = text_of(name)
        assert page and name in page.partition("\n")[0] + page.partition("transform ")[2], name


def test_every_refusal_has_a_page() -> None:
    from defermod.cli.explain import names

    explained = set(names())  # which loads the rules
    kinds = [Code]
    for kind in kinds:
        kinds += kind.__subclasses__()
    codes = {str(member) for kind in kinds for member in kind}
    assert len(codes) > 15 and codes <= explained


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("defermod ", "silence"),
        ("defermod check --out", "--output-format"),
        ("defermod fl", "fleet"),
        ("defermod check --select def", "defer-in-loop"),
        ("defermod check --ignore hot-defer,defer-i", "hot-defer,defer-in-loop"),
        ("defermod fix --output-format s", "sarif"),
        ("defermod fix --validate v", "vet"),
        ("defermod fix --trust ", "none"),
        ("defermod check --color al", "always"),
        ("defermod explain esc", "escapes-iteration"),
    ],
)
def test_shells_complete_commands_flags_and_values(typed: str, said: str, tmp_path: Path) -> None:
    asked = {"_DEFERMOD_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    done = defermod(cwd=tmp_path, changes=asked)
    assert (done.returncode, said in done.stdout.split()) == (0, True), done.stdout + done.stderr


def test_without_arguments_there_is_help_and_an_error(tmp_path: Path) -> None:
    done = defermod(cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "check" in done.stderr and "--help" in done.stderr


def test_what_is_not_there_is_said_once(tmp_path: Path) -> None:
    done = defermod("check", "nofile.go", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nofile.go: no such file or directory" in done.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("escapes", "did you mean 'escapes-iteration'?"),
        ("exscapes-iteraton", "did you mean 'escapes-iteration'?"),
        ("zzz", "`defermod explain` lists all names"),
    ],
)
def test_a_name_without_a_page_gets_those_that_are_close(name: str, said: str, tmp_path: Path) -> None:
    done = defermod("explain", name, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, f"defermod: error: nothing has the name {name!r}; {said}\n")


@pytest.mark.parametrize("command", ["fix", "bench", "cost"])
@pytest.mark.parametrize("pattern", ["(", "a)", "[a"])
def test_an_expression_that_go_would_not_take_is_refused_before_anything_runs(
    command: str, pattern: str, tmp_path: Path
) -> None:
    done = defermod(command, "--bench", pattern, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"'{pattern}' is no regular expression: " in done.stderr


@pytest.mark.parametrize("pattern", ["[[:alpha:]]+", r"^\pL(?i:x)/.", "x{2,}?|y", "[]a]"])
def test_an_expression_that_python_spells_otherwise_is_left_to_go(pattern: str) -> None:
    assert regexp(pattern) == pattern


def test_what_is_wrong_with_a_package_is_said_with_its_place() -> None:
    cases = {
        "bad.go:1:1: expected 'package'": {
            "Pos": "bad.go:1:1",
            "Err": "expected 'package'",
        },
        "no required module provides package x; to add it: go get x": {
            "Pos": "m.go:5:2",
            "Err": "no required module provides package x; to add it:\n\tgo get x",
        },
        "import cycle not allowed: a imports b imports a": {
            "ImportStack": ["a", "b", "a"],
            "Pos": "",
            "Err": "import cycle not allowed",
        },
        "a module that it imports is not downloaded yet: run `go mod download`": {
            "Pos": "api.go:15:2",
            "Err": "module lookup disabled by GOPROXY=off",
        },
        "found packages m and n": {"Err": "found packages m and n"},
    }
    assert [load_error([{"DepsErrors": [error]}]) for error in cases.values()] == list(cases)
