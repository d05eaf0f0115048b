"""The compiler confirms what a split promises: the defers that stay are open-coded afterwards, and only then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from defermod.toolchain.defer_kinds import defer_kinds
from tests.goldens.cases import load_case
from tests.support_cli import defermod
from tests.support_go import go, needs_go

_GOLDEN = Path(__file__).parents[2] / "golden" / "explicit-call"


@needs_go
@pytest.mark.parametrize("name", ["split-exits", "split-many", "split-loop", "in-loop"])
def test_stays_and_is_open_coded(tmp_path: Path, name: str) -> None:
    case = load_case(_GOLDEN / name)
    kinds = {side: _kinds(tmp_path / side, text) for side, text in (("in", case.input), ("out", case.output))}
    lines = [expectation.line for expectation in case.expectations]
    assert all(kinds["in"][line] != "open-coded" for line in lines)
    assert all(kinds["out"][line] == "open-coded" for line in lines[:8])


_CASES = "".join(f"\tcase {n}:\n\t\treturn f({n})\n" for n in range(16))
_FILE = f"""package p

import "sync"

var (
	mu   sync.Mutex
	kept *error
)

func Helped(n int, f func(int) error) error {{
	mu.Lock()
	defer mu.Unlock()
	switch n {{
{_CASES}	}}
	return nil
}}

func InVain(n int, f func(int) error) (err error) {{
	kept = &err
	mu.Lock()
	defer mu.Unlock()
	switch n {{
{_CASES}	}}
	return nil
}}

func Nested(n int, f func(int) error) func() error {{
	return func() (err error) {{
		mu.Lock()
		defer mu.Unlock()
		defer func() {{ kept = &err }}()
		defer mu.Unlock()
		switch n {{
{_CASES}		}}
		return nil
	}}
}}
"""


@needs_go
def test_the_compiler_is_asked_before_a_split_is_written(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/p\n\ngo 1.22\n")
    path = tmp_path / "p.go"
    path.write_text(_FILE)
    flags = ["--hot", "Helped", "--hot", "InVain", "--hot", "Nested", "--output-format", "json"]
    expected = {"Helped": "", "InVain": "not-open-coded", "Nested.func1": "not-open-coded"}
    checked = json.loads(defermod("check", "--types", "--select", "hot-defer", *flags, cwd=tmp_path).stdout)
    assert _codes(checked) == expected
    done = defermod("fix", *flags, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert _codes(json.loads(done.stdout)) == expected
    once = path.read_text()
    assert once.count("return func() error {") == 1
    again = defermod("fix", "--unsafe-fixes", "--hot", "*", "--output-format", "json", cwd=tmp_path)
    assert _codes(json.loads(again.stdout))["Helped"] == "open-coded"
    assert path.read_text() == once


_CONSTANTS = "".join(f"\tcase {n}:\n\t\treturn {n + 1}\n" for n in range(16))
_SWITCHES = f"""package p

import "sync"

var mu sync.Mutex

func Table(f func() int) int {{
	mu.Lock()
	defer mu.Unlock()
	switch f() {{
{_CONSTANTS}	}}
	return 0
}}

func Calls(n int, f func(int) int) int {{
	mu.Lock()
	defer mu.Unlock()
	switch n {{
{_CASES}	}}
	return 0
}}
"""


@needs_go
def test_what_is_open_coded_is_not_split_even_where_everything_is_hot(tmp_path: Path) -> None:
    # Go 1.27 makes one return of Table's seventeen, which earlier versions count.
    kinds = _kinds(tmp_path / "m", _SWITCHES.encode())
    done = defermod("fix", "--diff", "--hot", "*", "--output-format", "json", cwd=tmp_path / "m")
    found = {each["function"]: each for each in json.loads(done.stdout)["findings"]}
    for name, each in found.items():
        kind = kinds[each["line"]]
        assert ("function literal" in each["fix"]["title"]) == (kind != "open-coded"), name
        assert f"the compiler makes it {kind}" in each["message"], name
    assert len(found) == 2
    assert kinds[found["Calls"]["line"]] == "stack-allocated"


_BOTH = f"""package p

import "sync"

type store struct {{
	mu     sync.Mutex
	closed bool
}}

func (s *store) Get(n int, leave func(), f func(int) error) error {{
	defer leave()
	s.mu.Lock()
	if s.closed {{
		defer s.mu.Unlock()
		return nil
	}}
	s.mu.Unlock()
	switch n {{
{_CASES}	}}
	return nil
}}
"""


@needs_go
def test_no_unsafe_call_is_made_in_place_of_a_split(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/p\n\ngo 1.22\n")
    path = tmp_path / "p.go"
    path.write_text(_BOTH)

    def fixed() -> list[str]:
        done = defermod("fix", "--unsafe-fixes", "--hot", "*", "--output-format", "json", cwd=tmp_path)
        return [each["status"] for each in json.loads(done.stdout)["findings"]]

    assert fixed() == ["refused", "fixed"], "the explicit call first, which is safe; the message tells of the next run"
    assert "\tdefer leave()\n" in path.read_text()
    assert "defer s.mu" not in path.read_text()
    assert fixed() == ["fixed"]
    once = path.read_text()
    assert "\tdefer leave()\n\treturn func() error {\n" in once
    fixed()
    assert path.read_text() == once


def _codes(report: dict[str, Any]) -> dict[str, str]:
    return {each["function"]: each.get("refusal", {}).get("code", "") for each in report["findings"]}


def _kinds(folder: Path, text: bytes) -> dict[int, str]:
    folder.mkdir()
    (folder / "go.mod").write_text("module m\n\ngo 1.22\n")
    path = (folder / "main.go").resolve()
    path.write_bytes(text)
    return dict(defer_kinds(go(), {path: text})[path])
