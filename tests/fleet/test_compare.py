"""``fleet report`` and ``fleet diff``."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

from defermod.fleet.compare import compare
from defermod.fleet.store import Repository, Results, Run, created, opened
from defermod.fleet.targets import names
from defermod.fleet.values import Changed, Outcome, Target
from tests.fleet.support import LOOP, fleet, module, report, repository

ODD = "</script><script>alert(1)</script>\x1b[31m"


def results(*findings: dict[str, object], commit: str = "1", state: str = "done", diff: bytes = b"") -> Results:
    changes = [Changed("c.go", diff, "")] if diff else []
    outcome = Outcome("k", state, commit=commit, findings=list(findings), changes=changes)
    return Results(Run(1, ("check",), "1", "", 0.0, None), [Repository(Target("k", "k", True), outcome)])


def finding(line: int = 3, function: str = "F", status: str = "fixable", **more: object) -> dict[str, object]:
    return {"rule": "r", "path": "a.go", "line": line, "column": 1, "function": function, "status": status, **more}


def kinds(before: Results, after: Results) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(one.kind, one.line, one.what) for one in compare(before, after).differences]


def test_what_counts_as_a_difference() -> None:
    assert kinds(results(finding()), results(finding())) == []
    assert kinds(results(), results(finding())) == [("new", 3, ())]
    assert kinds(results(finding()), results()) == [("gone", 3, ())]
    refused = finding(status="refused", refusal={"code": "c", "explanation": "e"})
    assert kinds(results(finding()), results(refused)) == [("changed", 3, ("verdict", "reason"))]
    assert kinds(results(finding(message="a")), results(finding(message="b"))) == [("changed", 3, ("message",))]
    one = finding(fix={"edits": [{"start": 1, "end": 1, "new": "a"}]})
    moved = finding(line=9, fix={"edits": [{"start": 7, "end": 7, "new": "a"}]})
    other = finding(fix={"edits": [{"start": 1, "end": 1, "new": "b"}]})
    assert kinds(results(one), results(moved, commit="2")) == []
    assert kinds(results(one), results(other)) == [("changed", 3, ("rewrite",))]
    assert kinds(results(finding(), finding(5)), results(finding(5))) == [("gone", 3, ())]
    assert kinds(results(diff=b"a"), results(diff=b"b")) == [("changed", 0, ("rewrite",))]
    failed = compare(results(), results(state="failed"))
    assert failed.differs
    assert failed.repositories == 0


def test_diff_between_two_files_and_two_runs(tmp_path: Path) -> None:
    made = module(tmp_path / "m")
    assert fleet("run", "m", "--db", "a.db", "--", "check", cwd=tmp_path).returncode == 0
    counts = [report("a.db", tmp_path, "--repository", glob)["summary"]["findings"] for glob in ("m*", "n*")]
    assert counts == [1, 0]
    same = fleet("diff", "a.db", "a.db", cwd=tmp_path)
    assert (same.returncode, same.stdout) == (0, "0 new, 0 gone, 0 changed, in 0 of 1 repositories\n")
    alone = fleet("diff", "a.db", cwd=tmp_path)
    assert (alone.returncode, alone.stdout) == (2, "")
    (made / "b.go").write_text(LOOP.format(1).replace("m1", "m0"))
    assert fleet("run", "m", "--db", "a.db", "--new-run", "--", "check", cwd=tmp_path).returncode == 0
    done = fleet("diff", "a.db", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == (
        "m (another commit)\n  + b.go:12 defer-in-loop: undecided (no-types)\n"
        "1 new, 0 gone, 0 changed, in 1 of 1 repositories\n"
    )
    data = json.loads(fleet("diff", "a.db", "--output-format", "json", cwd=tmp_path).stdout)
    assert [(one["kind"], one["path"]) for one in data["differences"]] == [("new", "b.go")]
    trend = fleet("report", "a.db", cwd=tmp_path).stdout
    assert "since the run before: findings 1 -> 2, undecided 1 -> 2" in trend
    first = json.loads(fleet("report", "a.db", "--run", "1", "--output-format", "json", cwd=tmp_path).stdout)
    assert first["summary"]["findings"] == 1


def test_reports_of_odd_names_are_harmless(tmp_path: Path) -> None:
    outcome = Outcome("k", "partial", commit="1", findings=[finding(message=ODD, function="=1+1")], messages=ODD)
    outcome.changes = [Changed(f"{ODD}.go", f"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-{ODD}\n+y\n".encode(), "")]
    with created(tmp_path / "a.db") as kept:
        target = Target("k", "k", False)
        run = kept.begin(("check",), "1", "", [target], anew=False)
        kept.add(run, outcome)
        kept.add(run, Outcome("k", "failed", "timeout"))
    with opened(tmp_path / "a.db") as kept:
        [one] = kept.results(run).repositories
        assert one.outcome is not None
        assert (one.outcome.state, one.attempts) == ("partial", 1), "a result is never replaced by a failure"
    page = fleet("report", "a.db", "--output-format", "html", cwd=tmp_path).stdout
    assert "<script>alert" not in page
    assert "\x1b" not in page
    rows = list(csv.reader(io.StringIO(fleet("report", "a.db", "--output-format", "csv", cwd=tmp_path).stdout)))
    assert rows[0][:6] == ["repository", "commit", "state", "reason", "rule", "path"]
    assert rows[1][8] == "'=1+1"
    assert report("a.db", tmp_path)["repositories"][0]["findings"][0]["message"] == ODD


class _Page(HTMLParser):
    """The requests of a page for things from elsewhere, and the balance of what is opened and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.asked += [value for name, value in attributes if name in ("src", "href") and value]
        if tag not in ("meta", "link", "input", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_whole_and_holds_all_it_needs(tmp_path: Path) -> None:
    repository(tmp_path / "all" / "one", 1)
    repository(tmp_path / "all" / "two", 2)
    fix = ("fix", "--diff", "--unsafe-fixes", "--validate", "none")
    assert fleet("run", "all", "--db", "a.db", "--", *fix, cwd=tmp_path).returncode == 0
    text = fleet("report", "a.db", "--output-format", "html", cwd=tmp_path).stdout
    page = _Page()
    page.feed(text)
    assert (page.asked, page.open) == ([], [])
    assert re.search(r"<b>2</b><span>findings</span>", text)
    assert text.count('<details class="card"') == 2
    assert text.count('<span class="ins">') >= 10
    assert "{{" not in text


def test_short_names_tell_all_apart() -> None:
    keys = ["https://a.example/x/one.git", "https://a.example/y/one.git", "git@a.example:z/two", "/home/u/three", "/"]
    assert names(keys) == {
        keys[0]: "x/one",
        keys[1]: "y/one",
        keys[2]: "two",
        keys[3]: "three",
        keys[4]: "/",
    }
    assert names(["/m/a/v2@v2.1.0", "/m/b"]) == {"/m/a/v2@v2.1.0": "a/v2@v2.1.0", "/m/b": "b"}
    assert len(set(names(["/a/b", "/b", "b", "x:b"]).values())) == 4


def test_another_version_runs_over_the_same_repositories(tmp_path: Path) -> None:
    """The findings of the other version are compared with those of this one, whose code it never loads."""
    module(tmp_path / "r")
    program = tmp_path / "older"
    program.write_text(
        '#!/bin/sh\n[ -z "$PYTHONPATH" ] || exit 3\n'
        '[ "$1" = --version ] && echo "defermod 0.0.1" && exit\n'
        'echo \'{"version": 1, "findings": [], "files": [], "summary": {}}\'\n'
    )
    program.chmod(0o755)
    for name, flags in (("a.db", ("--program", "./older")), ("b.db", ())):
        done = fleet("run", "r", "--db", name, *flags, "--", "check", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert report("a.db", tmp_path)["tool"] == f"0.0.1 ({program})"
    found = fleet("diff", "a.db", "b.db", cwd=tmp_path)
    assert (found.returncode, found.stdout) == (
        1,
        "r\n  + a.go:12 defer-in-loop: undecided (no-types)\n1 new, 0 gone, 0 changed, in 1 of 1 repositories\n",
    )
    missing = fleet("run", "r", "--db", "c.db", "--program", "./none", "--", "check", cwd=tmp_path)
    assert missing.returncode == 2
    assert "does not say its version" in missing.stderr
