"""Without type facts nothing is safe and nothing is written; with them every command gives the same verdict."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from defermod.codes import entries
from defermod.engine.incremental import _on_trust
from defermod.engine.without_types import without_types
from defermod.model import Edit, FileResult, Finding, Fix, Options, Refusal, Safety, Span, Status
from defermod.pipeline.validation import vouched
from defermod.toolchain.validate import Validation, ValidationStatus
from tests.support_cli import defermod, without_go
from tests.support_go import needs_go

FIXABLE = """package main

import (
	"fmt"
	"os"
)

func sizes(paths []string) error {
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		fmt.Println(info.Size())
	}
	return nil
}

func main() { _ = sizes(nil) }
"""
SHARED_FILE = {
    "go.mod": "module example.com/shared\n\ngo 1.22\n",
    "main.go": """package main

import (
	"fmt"

	"example.com/shared/store"
)

func sizes(images []store.Image) error {
	for _, image := range images {
		f, err := image.Open()
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		fmt.Println(info.Size())
	}
	return nil
}

func main() {
	if err := sizes(make([]store.Image, 2)); err != nil {
		panic(err)
	}
}
""",
    "store/store.go": """package store

import "os"

type Image struct{}

var one *os.File

// Open hands out the file that all images share.
func (Image) Open() (*os.File, error) {
	if one != nil {
		return one, nil
	}
	var err error
	one, err = os.Open("go.mod")
	return one, err
}
""",
}
REGISTRY = {
    "go.mod": "module example.com/registry\n\ngo 1.22\n",
    "main.go": """package main

import "fmt"

func count(names []string) int {
	p := &Pool{jobs: map[string]*Job{}}
	for _, name := range names {
		j := p.Run(name)
		defer j.Close()
		<-j.done
	}
	return len(p.jobs)
}

func main() { fmt.Println(count([]string{"a", "b"})) }
""",
    "pool.go": """package main

type Pool struct{ jobs map[string]*Job }

type Job struct {
	name string
	pool *Pool
	done chan struct{}
}

func (p *Pool) Run(name string) *Job {
	j := &Job{name, p, make(chan struct{})}
	p.jobs[name] = j
	go close(j.done)
	return j
}

func (j *Job) Close() { delete(j.pool.jobs, j.name) }
""",
}
SUBSCRIPTIONS = {
    "go.mod": "module example.com/subscriptions\n\ngo 1.22\n",
    "a_test.go": """package a

import (
	"testing"

	"example.com/missing/client"
)

func connect(t *testing.T, url string) *client.Conn {
	t.Helper()
	c, err := client.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSubscribers(t *testing.T) {
	s := startServer(t)
	for range 50 {
		c := connect(t, s.url())
		defer c.Close()
		c.SubscribeSync("foo")
		c.Flush()
	}
	if n := s.subscribers("foo"); n != 50 {
		t.Errorf("want 50 subscribers, got %d", n)
	}
}
""",
}
CASES = {"shared-file": SHARED_FILE, "registry": REGISTRY, "subscriptions": SUBSCRIPTIONS}


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def findings(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def go_files(root: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in root.rglob("*.go")}


@pytest.fixture
def module(tmp_path: Path) -> Path:
    return tree(tmp_path / "m", {"go.mod": "module example.com/m\n\ngo 1.22\n", "main.go": FIXABLE})


NO_TYPES = {
    "no go": {},
    "a newer Go is asked for": {"go.mod": "module example.com/m\n\ngo 1.99\n"},
    "a module is missing": {"other.go": 'package main\n\nimport _ "example.com/nowhere"\n'},
    "it does not compile": {"other.go": "package main\n\nvar x int = y\n"},
    "go.mod is broken": {"go.mod": "modul example.com/m\n"},
}


# --- the text alone ---


@pytest.mark.parametrize("name", CASES)
def test_check_by_the_text_decides_nothing(name: str, tmp_path: Path) -> None:
    root = tree(tmp_path, CASES[name])
    done = defermod("check", cwd=root)
    assert done.returncode == 1
    assert "undecided" in done.stdout
    assert not re.search(r"\bsafe\b|fixable|unsafe-fixes|left alone", done.stdout)
    assert done.stdout.splitlines()[-1].endswith(
        "`defermod check --types` decides, `defermod fix --diff` shows the fixes."
    )
    (found,) = findings(defermod("check", "--output-format", "json", cwd=root))
    assert found["status"] == "undecided"
    assert found.get("fix", {}).get("safety") != "safe"


@pytest.mark.parametrize("output_format", ["concise", "github", "sarif", "rdjson", "checkstyle", "html"])
def test_no_format_calls_it_anything_else(module: Path, output_format: str) -> None:
    shown = defermod("check", "--output-format", output_format, cwd=module).stdout
    assert "undecided" in shown
    for word in ("needs --unsafe-fixes", '"fixes"', '"suggestions"', 'type="checkbox"', "(safe:"):
        assert word not in shown


def test_flags_do_not_make_the_text_decide(module: Path) -> None:
    done = defermod("check", "--unsafe-fixes", "--output-format", "json", cwd=module)
    assert [found["status"] for found in findings(done)] == ["undecided"]


def test_what_the_text_settles_is_settled(tmp_path: Path) -> None:
    retry = """package m

import "os"

func retry(p string) error {
again:
	f, err := os.Open(p)
	if err != nil {
		goto again
	}
	defer f.Close()
	goto again
}
"""
    (found,) = findings(defermod("check", "--output-format", "json", cwd=tree(tmp_path, {"m.go": retry})))
    assert (found["status"], found["refusal"]["code"]) == ("refused", "goto-loop")


@pytest.mark.parametrize("keep", [False, True])
def test_a_result_without_types(keep: bool) -> None:
    before, edit = b"abc", Edit(0, 1, b"x")
    fix = Fix("t", (edit,), Safety.SAFE, assumes=("closer-contract",), proof="shown")
    outcomes: Sequence[Fix | Refusal] = (fix, Refusal("escapes-iteration", "held"), Refusal("goto-loop", "goto"))
    found = tuple(
        Finding("r", "t", Span(0, 1), "F", "m", outcome, Status.FIXED if outcome is fix else Status.REFUSED)
        for outcome in outcomes
    )
    result = without_types(FileResult("a.go", before, b"xbc", found), keep=keep)
    first, second, third = result.findings
    assert first.fix is not None and first.fix.safety is Safety.UNSAFE and first.fix.assumes == ()
    assert [hazard.code for hazard in first.fix.hazards] == ["no-types"]
    assert first.status is (Status.FIXED if keep else Status.UNDECIDED)
    assert result.changed is keep
    assert second.status is Status.UNDECIDED and second.refusal and second.refusal.code == "no-types"
    assert third is found[2]


# --- nothing unproven is written ---


def test_that_types_are_missing_is_said_once(module: Path) -> None:
    tree(module, NO_TYPES["no go"])
    (found,) = findings(defermod("check", "--output-format", "json", cwd=module))
    assert found["fix"]["reason"] == "Go's types were not asked, and the text alone can't tell"
    (hazard,) = found["fix"]["hazards"]
    assert hazard["code"] == "no-types"
    assert hazard["place"] == {key: found[key] for key in ("path", "line", "column", "end_line", "end_column")}


@pytest.mark.parametrize(
    "arguments", [["check", "--types"], ["fix"], ["fix", "--verify"], ["cost"], ["asm", "f"], ["bench"]]
)
def test_a_go_command_that_does_not_work_is_named(module: Path, tmp_path: Path, arguments: list[str]) -> None:
    """With a shim on PATH, "there is none" is not what its owner sees."""
    tree(module, NO_TYPES["no go"])
    shim = tmp_path / "bin" / "go"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\necho no version is set for go >&2\nexit 126\n")
    shim.chmod(0o755)
    done = defermod(*arguments, cwd=module, changes={**without_go(tmp_path), "PATH": f"{shim.parent}:/bin"})
    assert done.returncode == 2
    (message,) = [line for line in done.stderr.splitlines() if "error: " in line]
    assert "no go command was found" in message and "install Go" in message
    assert f"({shim} does not work: no version is set for go)" in message
    assert arguments[0] not in ("cost", "asm", "bench") or "--validate" not in message


@pytest.mark.parametrize("mode", [["fix"], ["fix", "--diff"], ["check", "--types"], ["fix", "--unsafe-fixes"]])
@pytest.mark.parametrize("cause", [pytest.param(c, marks=[] if c == "no go" else needs_go) for c in NO_TYPES])
def test_without_types_a_file_is_left_alone(module: Path, tmp_path: Path, cause: str, mode: list[str]) -> None:
    tree(module, NO_TYPES[cause])
    before = go_files(module)
    changes = without_go(tmp_path) if cause == "no go" else None
    done = defermod(*mode, "--output-format", "json", cwd=module, changes=changes)
    assert done.returncode == 2
    assert [found["status"] for found in findings(done)] == ["undecided"]
    assert go_files(module) == before
    (message,) = [line for line in done.stderr.splitlines() if "error: " in line]
    if cause == "no go":
        assert "no go command was found" in message and "install Go" in message
    else:
        assert message.startswith("main.go: error: undecided, because Go's types can't be had: ")
        assert ("--unsafe-fixes --validate gofmt" in message) is (mode[0] == "fix")
        assert "types can't be had, and the text alone" in done.stdout and "were not asked" not in done.stdout


@needs_go
def test_the_way_round(module: Path) -> None:
    tree(module, NO_TYPES["a module is missing"])
    done = defermod("fix", "--unsafe-fixes", "--validate", "gofmt", "--output-format", "json", cwd=module)
    assert done.returncode == 0, done.stderr
    (found,) = findings(done)
    assert (found["status"], found["fix"]["safety"]) == ("fixed", "unsafe")
    assert found["fix"]["hazards"][0]["code"] == "no-types"
    assert "func() error {" in (module / "main.go").read_text()
    assert "main.go: warning: changed without types: " in done.stderr


@needs_go
def test_the_other_files_go_on(module: Path) -> None:
    broken = FIXABLE.replace("package main", 'package broken\n\nimport _ "example.com/nowhere"')
    tree(module, {"broken/a.go": broken})
    done = defermod("fix", cwd=module)
    assert done.returncode == 2
    assert "func() error {" in (module / "main.go").read_text()
    assert (module / "broken/a.go").read_text() == broken
    assert "broken/a.go: error: undecided" in done.stderr and "main.go" not in done.stderr


@needs_go
@pytest.mark.parametrize("name", CASES)
def test_no_rewrite_by_the_text_alone(name: str, tmp_path: Path) -> None:
    """Whatever the verdict with types is, without them nothing changes."""
    root = tree(tmp_path, CASES[name])
    module = (root / "go.mod").read_text()
    (root / "go.mod").write_text(module.replace("go 1.22", "go 1.99"))
    before = go_files(root)
    assert defermod("fix", cwd=root).returncode == 2
    assert go_files(root) == before


def test_what_a_validator_could_not_see_is_not_vouched_for() -> None:
    fix = Fix("t", (Edit(0, 1, b"x"),), Safety.SAFE, proof="shown")
    found = Finding("r", "t", Span(0, 1), "F", "m", fix, Status.FIXED)
    result = FileResult("a.go", b"abc", b"xbc", (found,))
    verdicts = (
        Validation("gofmt", ValidationStatus.PASSED),
        Validation("vet", ValidationStatus.SKIPPED, "no C compiler"),
    )
    blind = vouched(result, verdicts)
    assert not blind.changed
    assert blind.findings[0].status is Status.UNDECIDED
    assert "vet could not look at it: no C compiler" in blind.problems[0].message and blind.problems[0].fatal
    assert vouched(result, verdicts[:1]) is result


# --- one answer ---


@needs_go
def test_every_command_gives_the_same_verdict(tmp_path: Path) -> None:
    files = {f"{name}/{path}": text for name, case in CASES.items() for path, text in case.items()}
    root = tree(tmp_path, files | {"plain/go.mod": "module example.com/p\n\ngo 1.22\n", "plain/main.go": FIXABLE})
    for name in ("shared-file", "registry", "plain"):
        verdicts = []
        for command in (["check", "--types"], ["fix", "--diff"], ["fix"]):
            done = defermod(*command, "--output-format", "json", cwd=root / name)
            (found,) = findings(done)
            verdicts.append((found["status"].replace("fixed", "fixable"), found.get("fix"), found.get("refusal")))
        assert verdicts[0] == verdicts[1] == verdicts[2]
        assert verdicts[0][0] == "fixable" or name != "plain"


@needs_go
def test_check_with_types(module: Path) -> None:
    done = defermod("check", "--types", cwd=module)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].endswith("`defermod fix --diff` shows the fixes, `defermod fix` writes them.")
    assert (module / "main.go").read_text() == FIXABLE


# --- assumptions and names ---


def test_no_trust_makes_what_rests_on_an_assumption_unsafe() -> None:
    fix = Fix("t", (Edit(0, 1, b"x"),), Safety.SAFE, assumes=("closer-contract", "owned-result"), proof="shown")
    finding = Finding("r", "t", Span(0, 1), "F", "m", fix, Status.FIXABLE)
    assert _on_trust(finding, Options()) is finding
    doubted = _on_trust(finding, Options(trust=False))
    assert doubted.status is Status.UNSAFE and doubted.fix is not None
    assert doubted.fix.safety is Safety.UNSAFE
    assert [hazard.code for hazard in doubted.fix.hazards] == ["rests-on-assumption"] * 2
    assert "closer-contract" in doubted.fix.reason
    plain = replace(finding, outcome=replace(fix, assumes=()))
    assert _on_trust(plain, Options(trust=False)) is plain


@pytest.mark.parametrize("name", ["escapes-iteration", "closer-contract", "undecided", "conditional", "hot-defer"])
def test_explain(name: str, tmp_path: Path) -> None:
    done = defermod("explain", name, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_explain_lists_every_name(tmp_path: Path) -> None:
    listed = defermod("explain", cwd=tmp_path).stdout
    for name in entries():
        assert re.search(rf"^{name}  ", listed, re.MULTILINE), name
