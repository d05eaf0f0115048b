"""Compare the program's verdicts on real repositories with the labels.

    python -m tests.labelled.real golang/go=GOROOT prometheus/prometheus=DIR ...

Each DIR is a checkout of the repository at the commit that ``locations.toml`` names; for ``golang/go`` it
is the root of an installation of that release, whose own ``go`` is used.  Runs ``defermod fix --diff`` there,
in the folders that have labels, which writes nothing, and prints the same figures as ``score``.  Type facts
need the modules a repository depends on (``go mod download``); what can't be decided without them counts as refused.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .score import HERE, Judgement, report

_VERDICTS = {
    "fixable": "safe", "fixed": "safe", "unsafe": "unsafe", "refused": "refuse", "rejected": "refuse",
    "undecided": "refuse",
}  # fmt: skip


def judgements(repository: str, checkout: Path) -> Iterator[Judgement]:
    """Every labelled defer of one repository with the program's verdict.

    Raises RuntimeError if a labelled line is not a defer: the checkout is not at the labelled commit.
    """
    locations = tomllib.loads((HERE / "locations.toml").read_text("utf-8"))["location"]
    wanted = [place for place in locations if place["repository"] == repository]
    found = {(finding["path"], finding["line"]): finding for finding in _findings(checkout, wanted)}
    for place in wanted:
        file, line = place["file"], place["line"]
        lines = (checkout / file).read_text("utf-8").splitlines()
        if line > len(lines) or "defer" not in lines[line - 1]:
            raise RuntimeError(f"{checkout / file}:{line} is no defer: check out {place['commit']}")
        finding = found.get((file, line)) or found.get((file.removeprefix("src/"), line))
        verdict = "none" if finding is None else _VERDICTS[finding["status"]]
        yield Judgement(f"{repository}/{file}", line, place["verdict"], verdict, _said(finding))


def _findings(checkout: Path, places: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    environment, tree, root = dict(os.environ), checkout, ""
    if (checkout / "src" / "runtime").is_dir():
        tree, root = checkout / "src", "src/"
        environment |= {"GOROOT": str(checkout), "PATH": f"{checkout / 'bin'}{os.pathsep}{environment['PATH']}"}
    patterns = sorted({f"./{Path(place['file'].removeprefix(root)).parent}" for place in places})
    command = [sys.executable, "-m", "defermod", "fix", "--diff", "--output-format", "json", *patterns]
    run = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    if not run.stdout:
        raise RuntimeError(f"{' '.join(command[2:])} in {tree}: {run.stderr.strip()}")
    found: list[dict[str, Any]] = json.loads(run.stdout)["findings"]
    return found


def _said(finding: Mapping[str, Any] | None) -> str:
    if finding is None:
        return ""
    if finding.get("refusal"):
        return f"{finding['refusal']['code']}: {finding['refusal']['explanation']}"
    return str(finding["fix"]["reason"]) if finding.get("fix") else ""


def main(arguments: list[str]) -> int:
    """Print the comparison; exit status 1 if anything is called safe that the label does not."""
    judged: list[Judgement] = []
    for argument in arguments:
        repository, _, checkout = argument.partition("=")
        judged += judgements(repository, Path(checkout))
    return report(judged)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
