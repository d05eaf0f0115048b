"""Every function of the standard library taken for hot: what is made explicit, and whether it still works.

    python benchmarks/hot_std.py GOROOT [--work DIRECTORY] [--test PACKAGE]...

GOROOT is the root of a whole Go installation (``go env GOROOT``).  It is copied, to ``--work`` if that is given
(it stays there, beside a diff), else to a temporary directory; nothing in it is changed.  On the copy run, with its own
``go``: the tests of ``PACKAGES``; ``defermod fix --select hot-defer --hot '*' --unsafe-fixes``; ``go build std``;
``go vet std``; the tests again.  Prints a Markdown table.  Exit status 1 if anything is worse than before.
Takes about an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PACKAGES = (
    "sync/...",
    "bytes",
    "strings",
    "bufio",
    "encoding/...",
    "database/sql/...",
    "net/http/...",
    "text/template/...",
    "go/...",
    "html/template",
    "context",
    "container/...",
    "log/...",
    "io/...",
    "os/exec",
    "archive/...",
    "compress/...",
    "mime/...",
    "net",
    "net/textproto",
    "net/rpc/...",
    "expvar",
    "math/big",
    "crypto/tls",
    "testing/...",
    "time",
)


class Tree:
    """A copy of a Go installation."""

    def __init__(self, root: Path) -> None:
        self.src = root / "src"
        own = {"GOROOT": str(root), "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOWORK": "off"}
        self.environment = os.environ | own | {"PATH": f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        for tool in (root / "bin").iterdir():
            tool.chmod(0o755)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in ``src``; what it writes to standard error is shown and kept together with its output."""
        return subprocess.run(
            command, cwd=self.src, env=self.environment, stdout=subprocess.PIPE, check=False, encoding="utf-8"
        )

    def tests(self, packages: Sequence[str]) -> dict[tuple[str, str], str]:
        """Return how each test ended, by package and name; a package as a whole has the empty name."""
        done = self.run("go", "test", "-json", "-short", "-vet=off", "-timeout=15m", *packages)
        ends: dict[tuple[str, str], str] = {}
        for line in done.stdout.splitlines():
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("Action") in ("pass", "fail", "skip") and "Package" in event:
                ends[event["Package"], event.get("Test", "")] = event["Action"]
        return ends

    def fix(self) -> tuple[dict[str, Any], int]:
        """Apply every fix; what the program says as JSON, and its exit status."""
        rule = ["--select", "hot-defer", "--hot", "*", "--unsafe-fixes"]
        done = self.run(sys.executable, "-m", "defermod", "fix", *rule, "--output-format", "json", "./...")
        said: dict[str, Any] = json.loads(done.stdout)
        return said, done.returncode


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("goroot", type=Path)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--test", action="append", default=[])
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        copy = (wanted.work or Path(temporary)).resolve() / "go"
        shutil.copytree(wanted.goroot, copy, symlinks=True)
        ok = _measured(Tree(copy), tuple(wanted.test) or PACKAGES)
        if wanted.work is not None:
            diff = Tree(copy).run("diff", "-ru", str(wanted.goroot.resolve() / "src"), ".").stdout
            (wanted.work / "hot_std.diff").write_text(diff, encoding="utf-8")
    return 0 if ok else 1


def _measured(tree: Tree, packages: Sequence[str]) -> bool:
    before = tree.tests(packages)
    started = time.monotonic()
    said, status = tree.fix()
    seconds = time.monotonic() - started
    print("| | count |\n|---|---|")
    for key, count in _counts(said):
        print(f"| {key} | {count} |")
    print(f"| exit status of the fix, after {seconds:.0f} s | {status} |", flush=True)
    built, vetted = tree.run("go", "build", "std").returncode, tree.run("go", "vet", "std").returncode
    print(f"| exit status of `go build std`, `go vet std` | {built}, {vetted} |", flush=True)
    after = tree.tests(packages)
    worse = sorted(key for key, end in before.items() if end == "pass" and after.get(key) != "pass")
    passed = Counter(end for (_, test), end in after.items() if test)
    print(f"| packages tested | {sum(not test for _, test in after)} |")
    print(f"| tests that passed before, and after | {sum(v == 'pass' for k, v in before.items() if k[1])}, ", end="")
    print(f"{passed['pass']} |\n| tests and packages that passed before and don't after | {len(worse)} |", flush=True)
    for package, test in worse:
        print(f"- {package} {test}: {after.get((package, test), 'did not run')}")
    return not (status or built or vetted or worse)


def _counts(said: dict[str, Any]) -> list[tuple[str, int]]:
    findings = said["findings"]
    refused = Counter(f"refused: {f['refusal']['code']}" for f in findings if f.get("refusal"))
    fixed = Counter(f"fixed, {f['fix']['safety']}" for f in findings if f["status"] == "fixed")
    left = Counter(f["status"] for f in findings if f["status"] not in ("fixed", "refused"))
    verdicts = Counter(f"{v['name']} {v['status']} (files)" for file in said["files"] for v in file["validators"])
    changed = sum(bool(file["changed"]) for file in said["files"])
    counted = [*fixed.most_common(), *left.most_common(), *refused.most_common()]
    return [("defers outside of loops", len(findings)), *counted, ("files changed", changed), *verdicts.most_common()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
