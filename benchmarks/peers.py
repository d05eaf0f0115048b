"""Compare the rules with what other tools' own tests expect, line by line.

    python benchmarks/peers.py [RULE ...]

The tests' data come from the Go module proxy (``go mod download``), at the versions in ``DATA``, and are copied into a
module of their own in a temporary directory.  Printed are a table in Markdown (lines that their test marks, how many
of these are found here, what is found here alone) and then each line on which the two differ, with its text.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from defermod.toolchain.go import Go, find_go

STATICCHECK, GO_CRITIC, TOOLS = (
    "honnef.co/go/tools@v0.8.2",
    "github.com/go-critic/go-critic@v0.15.0",
    "golang.org/x/tools@v0.52.0",
)
_MARKED = re.compile(r"//@ diag\(|// want ")
"""The mark of staticcheck and go/analysis on a line that a finding is expected on."""
_NEXT_MARKED = re.compile(r"^\s*/\*! ")
"""The mark of go-critic, on the line above it."""


@dataclass(frozen=True, slots=True)
class Data:
    """The test of one check of another tool."""

    rule: str
    """The rule here that looks for the same; empty if none does."""
    check: str
    module: str
    directory: str


DATA = (
    Data("defer-in-loop", "SA5003", STATICCHECK, "staticcheck/sa5003/testdata/go1.0/CheckDeferInInfiniteLoop"),
    Data(
        "defer-in-loop", "SA9001", STATICCHECK, "staticcheck/sa9001/testdata/go1.0/CheckDubiousDeferInChannelRangeLoop"
    ),
    Data(
        "defer-in-loop", "SA9001", STATICCHECK, "staticcheck/sa9001/testdata/go1.18/CheckDubiousDeferInChannelRangeLoop"
    ),
    Data("defer-in-loop", "deferInLoop", GO_CRITIC, "checkers/testdata/deferInLoop"),
    Data("defer-before-check", "SA5001", STATICCHECK, "staticcheck/sa5001/testdata/go1.0/CheckEarlyDefer"),
    Data("needless-defer", "unnecessaryDefer", GO_CRITIC, "checkers/testdata/unnecessaryDefer"),
    Data("exit-after-defer", "exitAfterDefer", GO_CRITIC, "checkers/testdata/exitAfterDefer"),
    Data("early-argument", "defers", TOOLS, "go/analysis/passes/defers/testdata/src/a"),
    Data("early-argument", "SA9010", STATICCHECK, "staticcheck/sa9010/testdata/go1.18/deferr"),
    Data("early-argument", "SA9010", STATICCHECK, "staticcheck/sa9010/testdata/go1.0/example.com/deferr"),
    Data("", "SA2003", STATICCHECK, "staticcheck/sa2003/testdata/go1.0/CheckDeferLock"),
)


def main(arguments: Sequence[str]) -> int:
    """Compare, and print.  Exit status 1 if there is no Go, or a module can't be had."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rules", nargs="*", metavar="RULE")
    wanted = set(parser.parse_args(arguments).rules)
    go = find_go()
    if go is None:
        print("no go command", file=sys.stderr)
        return 1
    print("| rule | their test | theirs | here, of these | here alone |\n|---|---|---|---|---|")
    different: list[str] = []
    for data in DATA:
        if wanted and data.rule not in wanted:
            continue
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary) / "peers"
            shutil.copytree(_fetched(go, data.module) / data.directory, copy)
            for path in (copy, *copy.rglob("*")):
                path.chmod(0o700 if path.is_dir() else 0o600)
            (copy / "go.mod").write_text("module peers\n\ngo 1.26\n")
            theirs = set(_marks(copy))
            ours = set(_findings(copy, data.rule)) if data.rule else set()
            tool = data.module.split("@")[0].rpartition("/")[2] if data.module != STATICCHECK else "staticcheck"
            name = f"{tool} {data.module.split('@')[1]}, {data.check}"
            print(f"| {data.rule or 'none'} | {name} | {len(theirs)} | {len(theirs & ours)} | {len(ours - theirs)} |")
            for place in sorted(theirs ^ ours):
                side = "theirs" if place in theirs else "here"
                text = (copy / place[0]).read_text().splitlines()[place[1] - 1].strip()
                different.append(f"{data.check}, {side} alone: {place[0]}:{place[1]}: {text}")
    print("\n" + "\n".join(different))
    return 0


def _fetched(go: Go, module: str) -> Path:
    done = go.run(["mod", "download", "-json", module], cwd=Path(tempfile.gettempdir()))
    return Path(json.loads(done.stdout)["Dir"])


def _marks(directory: Path) -> Iterator[tuple[str, int]]:
    """The lines that are marked, by file and 1-based number."""
    for path in sorted(directory.rglob("*.go")):
        marked = False
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if _NEXT_MARKED.match(line):
                marked = True
            elif marked or _MARKED.search(line):
                marked = False
                yield path.relative_to(directory).as_posix(), number


def _findings(directory: Path, rule: str) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-P", "-m", "defermod", "check", "--types", "--no-cache", "--select", rule]
    done = subprocess.run([*command, "--output-format", "json", "."], cwd=directory, capture_output=True, check=False)
    for finding in json.loads(done.stdout)["findings"]:
        yield finding["path"], finding["line"]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
