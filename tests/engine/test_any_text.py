"""Any text, any rule, any command: no exception, statuses that fit, output that can be printed.

A campaign is the same with more examples:

    DEFERMOD_EXAMPLES=112000 python -m pytest --hypothesis-seed=1 tests/engine/test_any_text.py
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
from defermod.model import Options
from defermod.syntax.source import Source
from tests.engine.test_fixpoint import TEXTS, checked
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
CODEMOD = """\
from defermod.codemod import codemod


@codemod(match="defer $call", title="nothing")
def nothing(context, found):
    return None
"""


@pytest.fixture(scope="module", autouse=True)
def _no_go() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("defermod.toolchain.go.find_go", lambda *_: None)
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


def called(*arguments: str) -> tuple[int, str, str]:
    """The status of a command line, and what it printed; raises what a bug raises."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.run(list(arguments))
    for stream in (out, err):
        stream.seek(0)
    return status, out.read(), err.read()
