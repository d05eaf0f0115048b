"""Measure what ``defermod fix`` does to a tree: counts by verdict, the validators' verdicts, and a second run.

    python benchmarks/evidence.py DIRECTORY...

Each directory is copied first; nothing in it is changed.  For the standard library give the root of a
whole Go installation (``go env GOROOT``): it is copied whole and its own ``go`` is used on its ``src``.
Prints one Markdown table a directory.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any


def main(directories: list[str]) -> int:
    """Print the tables.  Exit status 1 if a second run still changed something, or a run failed."""
    failed = False
    for name in directories:
        with tempfile.TemporaryDirectory() as work:
            copy = Path(work) / Path(name).resolve().name
            shutil.copytree(name, copy, symlinks=True)
            failed |= not _table(name, copy)
    return int(failed)


def _table(name: str, copy: Path) -> bool:
    environment = dict(os.environ)
    tree, patterns = copy, ["./..."]
    if (copy / "src" / "runtime").is_dir():
        tree, patterns = copy / "src", ["./...", "./cmd/..."]  # the commands are a module of their own
        environment |= {"GOROOT": str(copy), "PATH": f"{copy / 'bin'}{os.pathsep}{environment['PATH']}"}
        for tool in (copy / "bin").iterdir():
            tool.chmod(0o755)
    started = time.monotonic()
    first, status = _fix(tree, patterns, environment)
    seconds = time.monotonic() - started
    again, _ = _fix(tree, patterns, environment)
    changed_again = sum(bool(file["changed"]) for file in again["files"])
    statuses: Counter[str] = Counter()
    for finding in first["findings"]:
        refusal = finding.get("refusal")
        statuses[finding["status"] + (f": {refusal['code']}" if refusal else "")] += 1
    verdicts: Counter[str] = Counter()
    for file in first["files"]:
        for said in file["validators"]:
            verdicts[f"{said['name']} {said['status']}"] += 1
    print(f"\n### {name}\n\n| | count |\n|---|---|")
    print(f"| loop defers found | {len(first['findings'])} |")
    for key, count in sorted(statuses.items(), key=lambda item: (-item[1], item[0])):
        print(f"| {key} | {count} |")
    print(f"| files changed | {sum(bool(file['changed']) for file in first['files'])} |")
    for key, count in sorted(verdicts.items()):
        print(f"| {key} (files) | {count} |")
    print(f"| files that a second run changes | {changed_again} |")
    print(f"| exit status | {status} |\n\n{seconds:.0f} s.", flush=True)
    return changed_again == 0 and status == 0


def _fix(tree: Path, patterns: list[str], environment: dict[str, str]) -> tuple[dict[str, Any], int]:
    command = [sys.executable, "-m", "defermod", "fix", "--output-format", "json", *patterns]
    done = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.PIPE, check=False)
    result: dict[str, Any] = json.loads(done.stdout)
    return result, done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
