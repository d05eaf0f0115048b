"""Any text, any rule, any command: no exception, statuses that fit, output that can be printed.

Campaigns are the same with more examples, and many more texts without hypothesis:

    DEFERMOD_EXAMPLES=1000 python -m pytest --hypothesis-seed=1 tests/engine/test_any_text.py
    python -m tests.engine.texts --seed 1 --count 1000000
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defermod import cli
from defermod.engine.fixpoint import analyse
from defermod.engine.registry import transforms
from defermod.model import Options, ProblemKind
from defermod.syntax.source import Source
from tests.engine.test_fixpoint import TEXTS, checked
from tests.engine.texts import campaign
from tests.support_go import ROOT
from tests.support_rules import HotEvidence, with_rules

EXAMPLES = int(os.environ.get("DEFERMOD_EXAMPLES", "0"))
"""For each rule; a tenth of it for each command.  0: a few."""
OPTIONS = (
    Options(go_version=(1, 22)),
    Options(go_version=(1, 24), unsafe_fixes=True),
    with_rules(Options(go_version=(1, 21), unsafe_fixes=True), loop_style="explicit"),
)
COMMANDS = {
    "check": ("check", "--no-cache", "--select", "all"),
    "formats": (
        "check", "--no-cache", "--select", "all", "--output", "json=a.json", "--output", "sarif=a.sarif",
        "--output", "rdjson=a.rdjson", "--output", "checkstyle=a.xml", "--output", "github=a.txt",
        "--output", "html=a.html",
        "--output-format", "concise", "--statistics",
    ),
    "lines": ("check", "--no-cache", "--lines", "3-9", "--output-format", "json", "a.go"),
    "fix": ("fix", "--select", "all", "--validate", "none", "--unsafe-fixes"),
    "diff": ("fix", "--diff", "--select", "all", "--validate", "none", "--unsafe-fixes"),
    "explicit": ("fix", "--diff", "--validate", "none", "--unsafe-fixes", "--loop-style", "explicit", "--hot", "*"),
    "silence": ("silence", "--select", "all"),
    "run": ("run", "codemod.py", "--validate", "none"),
    "cost": ("cost",),
    "asm": ("asm", "f"),
    "bench": ("bench",),
}  # fmt: skip
"""Command lines by a name for each; those that need Go say that there is none."""
CODEMOD = (ROOT / "examples" / "codemods" / "no_ioutil.py").read_text("utf-8")


@pytest.fixture(scope="module", autouse=True)
def _no_go() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("defermod.toolchain.go.find_go", lambda *_: None)
        patched.setattr("defermod.pipeline.run._go", lambda: None)  # it keeps what it found
        yield


@pytest.mark.parametrize("rule", sorted(transforms()))
@given(text=TEXTS, options=st.sampled_from(OPTIONS), others=st.booleans())
@settings(max_examples=EXAMPLES or 12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_rule(rule: str, text: bytes, options: Options, others: bool) -> None:
    """Alone, or together with all others; what parsed before parses after."""
    chosen = frozenset(transforms()) if others else frozenset({rule})
    wanted = with_rules(replace(options, select=chosen), hot=HotEvidence(patterns=("*",)))
    result = checked(analyse("x.go", text, wanted), text)
    assert others or {finding.rule for finding in result.findings} <= {rule}
    if result.changed and not Source(text).has_error:
        assert not Source(result.after).has_error


@pytest.mark.parametrize("name", COMMANDS)
@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
@settings(max_examples=EXAMPLES // 10 or 5, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_command(name: str, texts: list[bytes]) -> None:
    """A status that is one of the program's, one line for each problem, nothing that drives a terminal."""
    arguments = COMMANDS[name]
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patched:
        patched.chdir(directory)
        Path("go.mod").write_text("module m\n\ngo 1.22\n")
        Path("codemod.py").write_text(CODEMOD)
        for letter, text in zip("abc", texts, strict=False):
            Path(f"{letter}.go").write_bytes(text)
        before = {path: path.read_bytes() for path in Path().glob("*.go")}
        status, out, err = called(*arguments)
        assert status in (0, 1, 2)
        assert all(line.isprintable() for line in err.split("\n")), err
        if "--diff" not in arguments and name != "lines":
            assert all(line.isprintable() for line in out.split("\n")), out
        after = {path: path.read_bytes() for path in Path().glob("*.go")}
        assert after == before or name in ("fix", "silence", "run")
        if name == "silence" and status == 0:
            assert called("check", "--no-cache", "--select", "all")[0] == 0


def test_texts() -> None:
    """The campaign without hypothesis, its first texts."""
    found = list(campaign(1, 3000))
    assert not found, str(found[0])


NOT_GO = {
    "defer f.Close": "a method is no call",
    'defer ("first")': "nor is a text",
    "defer func() {}": "nor a literal that nobody calls",
    "defer (f.Close())": "Go takes no parentheses",
    "defer <-c": "nor any other operation",
    "go func() {}": "the same for go",
}


@pytest.mark.parametrize("rule", sorted(transforms()))
@pytest.mark.parametrize("statement", NOT_GO)
def test_what_is_deferred_is_no_call(rule: str, statement: str) -> None:
    """Such a statement may be half typed: no exception, and it is said that the file isn't understood."""
    text = f"""\
package p

import "os"

func f(t *testing.T, name string) (n int, err error) {{
	f, err := os.Create(name)
	{statement}
	defer f.Close()
	if err != nil {{
		os.Exit(1)
	}}
	f.Write(nil)
	t.Run("x", func(t *testing.T) {{ t.Parallel(); f.Write(nil) }})
	for {{
		{statement}
	}}
}}

func g(f *os.File) {{
	{statement}
}}
""".encode()
    options = with_rules(replace(OPTIONS[1], select=frozenset({rule})), hot=HotEvidence(patterns=("*",)))
    result = checked(analyse("x.go", text, options), text)
    assert not result.changed or rule in ("defer-in-loop", "hot-defer")
    assert all(problem.kind is ProblemKind.SYNTAX_BLIND for problem in result.problems)
    assert result.problems or rule not in ("exit-after-defer", "late-cleanup", "needless-defer")


@pytest.mark.parametrize("hot", [False, True])
def test_a_label_declared_twice(hot: bool) -> None:
    """Jumps may lead to either label, so that the function is left alone with a reason."""
    text = (
        b"package p\n\nfunc f() {\nM:\n\tfor {\n\t\tdefer g()\n\t\tif h() {\n\t\t\tbreak M\n\t\t}\n\t}\nM:\n\th()\n}\n"
    )
    if hot:
        text = b"package p\n\nfunc f() {\n\tdefer g()\nM:\n\th()\nM:\n\th()\n}\n"
    options = replace(OPTIONS[1], select=frozenset({"hot-defer" if hot else "defer-in-loop"}))
    (finding,) = analyse("x.go", text, with_rules(options, hot=HotEvidence(patterns=("*",)))).findings
    assert finding.refusal is not None and finding.refusal.code == "not-go"


def test_an_error_alone_in_a_function_with_two_results() -> None:
    """``errors.New`` gives one value, though a single call may stand for all."""
    text = b"""\
package p

func f(names []string) (last string, err error) {
	for _, name := range names {
		s := start(name)
		defer s.Close()
		if e := s.run(); e != nil {
			return name, e
		}
		if name == "enough" {
			return errors.New("failed")
		}
	}
	return "end", nil
}
"""
    for options in OPTIONS:
        (finding,) = checked(analyse("x.go", text, options), text).findings
        assert finding.refusal is not None and finding.refusal.code == "not-go"


def called(*arguments: str) -> tuple[int, str, str]:
    """The status of a command line, and what it printed; raises what a bug raises."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.run(list(arguments))
    for stream in (out, err):
        stream.seek(0)
    return status, out.read(), err.read()
