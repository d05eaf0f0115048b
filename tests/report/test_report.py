"""The outputs, each made from the same hand-built run."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from defermod.model import (
    Blocker,
    Edit,
    FileResult,
    Finding,
    Fix,
    Hazard,
    Problem,
    Refusal,
    Safety,
    Severity,
    Span,
    Status,
    apply_edits,
)
from defermod.pipeline.request import Mode, RunResult
from defermod.report import concise, github, html, rdjson, sarif, text
from defermod.report import json as report_json
from defermod.report.places import Places, printable
from defermod.toolchain.validate import Validation, ValidationStatus

SOURCE = """package p

func F(names []string) {
\tfor _, n := range names {
\t\t/* é */ defer f(n)
\t\tkeep(n)
\t}
}
""".encode()
SCHEMA = json.loads((Path(report_json.__file__).parent / "schema.json").read_text("utf-8"))


def span_of(text: bytes) -> Span:
    start = SOURCE.index(text)
    return Span(start, start + len(text))


DEFER = span_of(b"defer f(n)")
KEEP = span_of(b"keep(n)")
EDITS = (Edit(DEFER.start, DEFER.start, b"func() {\n\t\t\t"), Edit(KEEP.end, KEEP.end, b"\n\t\t}()"))
FIX = Fix("wrap the rest of the loop body", EDITS, Safety.SAFE, proof="nothing leaves the iteration")
REFUSAL = Refusal("escapes-iteration", "the resource outlives the iteration", (Blocker(KEEP, "kept here"),))


def finding(outcome: Fix | Refusal, status: Status, **changes: Any) -> Finding:
    made = Finding(
        rule="defer-in-loop",
        transform="loop-closure",
        span=DEFER,
        function="F",
        message="f(n) runs only when F returns",
        outcome=outcome,
        status=status,
    )
    return replace(made, **changes)


def run_of(*findings: Finding, mode: Mode = Mode.CHECK, path: str = "pkg/x.go", **changes: Any) -> RunResult:
    result = FileResult(path, SOURCE, apply_edits(SOURCE, EDITS), findings)
    return RunResult(mode=mode, files=(result,), looked_at=3, **changes)


CHECKED = run_of(
    finding(FIX, Status.FIXABLE),
    finding(replace(FIX, safety=Safety.UNSAFE, hazards=(Hazard("flushes", "it might", KEEP),)), Status.UNSAFE),
    finding(REFUSAL, Status.REFUSED, severity=Severity.ERROR),
)
REJECTED = run_of(
    finding(FIX, Status.REJECTED),
    mode=Mode.FIX,
    validations={
        "pkg/x.go": (
            Validation("vet", ValidationStatus.FAILED, "5:3: undefined: f", (DEFER.start,)),
            Validation("gofmt", ValidationStatus.PASSED),
            Validation("vet", ValidationStatus.SKIPPED, "missing dependency"),
        )
    },
)
EMPTY = RunResult(mode=Mode.CHECK, looked_at=1)


def test_text() -> None:
    assert text.render(CHECKED) == (
        "pkg/x.go:5:12: defer-in-loop f(n) runs only when F returns\n"
        "    /* é */ defer f(n)\n"
        "            ^^^^^^^^^^\n"
        "    fixable: wrap the rest of the loop body (safe: nothing leaves the iteration)\n"
        "pkg/x.go:5:12: defer-in-loop f(n) runs only when F returns\n"
        "    /* é */ defer f(n)\n"
        "            ^^^^^^^^^^\n"
        "    needs --unsafe-fixes: wrap the rest of the loop body\n"
        "        flushes, line 6: it might\n"
        "pkg/x.go:5:12: defer-in-loop error: f(n) runs only when F returns\n"
        "    /* é */ defer f(n)\n"
        "            ^^^^^^^^^^\n"
        "    left alone (escapes-iteration): the resource outlives the iteration\n"
        "        pkg/x.go:6:3: kept here\n"
        "            keep(n)\n"
        "3 findings in 3 files: 1 fixable, 1 fixable with --unsafe-fixes, 1 left alone."
        " `defermod fix --unsafe-fixes --interactive` goes through what is not proven.\n"
    )


def test_text_of_nothing() -> None:
    assert text.render(EMPTY) == "No findings in 1 file.\n"


def test_the_last_line_names_the_next_command() -> None:
    refused = finding(REFUSAL, Status.REFUSED)
    unsafe = finding(replace(FIX, safety=Safety.UNSAFE), Status.UNSAFE)
    fixable, undecided = finding(FIX, Status.FIXABLE), finding(FIX, Status.UNDECIDED)
    silence, interactive = "`defermod silence`", "`defermod fix --unsafe-fixes --interactive`"
    for mode in (Mode.CHECK, Mode.VERDICTS, Mode.DIFF, Mode.FIX):
        assert silence in text.render(run_of(refused, mode=mode))
        assert interactive in text.render(run_of(refused, unsafe, mode=mode))
    for mode in (Mode.VERDICTS, Mode.DIFF):
        assert "`defermod fix` writes them" in text.render(run_of(refused, unsafe, fixable, mode=mode))
    assert "`defermod check --types` decides" in text.render(run_of(refused, undecided))


def test_text_says_what_validators_said() -> None:
    shown = text.render(REJECTED)
    assert "    rejected by validation: wrap" in shown
    assert "        vet: 5:3: undefined: f\n" in shown
    assert "pkg/x.go: not checked by vet: missing dependency\n" in shown


def test_colour_changes_nothing_but_colour() -> None:
    coloured = text.render(CHECKED, colour=True)
    assert "\x1b[" in coloured
    for code in ("1", "2", "31", "32", "33", "35", "36", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == text.render(CHECKED)


def test_concise() -> None:
    assert concise.render(CHECKED).splitlines() == [
        "pkg/x.go:5:12: defer-in-loop f(n) runs only when F returns [fixable]",
        "pkg/x.go:5:12: defer-in-loop f(n) runs only when F returns [unsafe]",
        "pkg/x.go:5:12: defer-in-loop f(n) runs only when F returns [refused: escapes-iteration]",
    ]
    assert concise.render(EMPTY) == ""


@pytest.mark.parametrize("run", [CHECKED, REJECTED, EMPTY])
def test_json_is_as_the_schema_says(run: RunResult) -> None:
    jsonschema.validate(json.loads(report_json.render(run)), SCHEMA, jsonschema.Draft202012Validator)


def test_text_is_as_wide_as_the_terminal() -> None:
    many = tuple(Hazard("flushes", f"{name} may keep {name} " + "of the iteration " * 6, KEEP) for name in "abcdefg")
    long = replace(REFUSAL, explanation="the resource outlives the iteration " * 8)
    run = run_of(
        finding(replace(FIX, safety=Safety.UNSAFE, hazards=many), Status.UNSAFE), finding(long, Status.REFUSED)
    )
    shown = text.render(run, width=60, colour=False)
    assert max(len(line) for line in shown.splitlines()) <= 62
    assert shown.count("flushes, line 6: ") == 4
    assert "        and 3 more; --output-format json has them all\n" in shown
    wide = text.render(run, brief=True)
    assert long.explanation in wide and "findings in" not in wide


def test_json() -> None:
    data = json.loads(report_json.render(CHECKED))
    assert list(data) == ["version", "findings", "files", "summary"]
    assert data["version"] == 2
    fixable, unsafe, refused = data["findings"]
    assert (fixable["line"], fixable["column"], fixable["end_line"], fixable["end_column"]) == (5, 12, 5, 22)
    assert fixable["function"] == "F"
    edits = tuple(Edit(e["start"], e["end"], e["new"].encode()) for e in fixable["fix"]["edits"])
    assert apply_edits(SOURCE, edits) == CHECKED.files[0].after
    assert unsafe["fix"]["safety"] == "unsafe"
    assert (fixable["fix"]["hazards"], fixable["fix"]["assumes"]) == ([], [])
    (hazard,) = unsafe["fix"]["hazards"]
    assert (hazard["code"], hazard["message"], hazard["place"]["line"]) == ("flushes", "it might", 6)
    assert unsafe["fix"]["reason"] == "it might"
    assert refused["severity"] == "error"
    assert refused["refusal"]["blockers"] == [
        {
            "path": "pkg/x.go",
            "line": 6,
            "column": 3,
            "end_line": 6,
            "end_column": 10,
            "note": "kept here",
        }
    ]
    assert data["summary"] == {
        "files": 3,
        "changed": 0,
        "findings": 3,
        "fixed": 0,
        "fixable": 1,
        "undecided": 0,
        "unsafe": 1,
        "refused": 1,
        "rejected": 0,
        "problems": 0,
    }


def test_json_of_files() -> None:
    (file,) = json.loads(report_json.render(REJECTED))["files"]
    assert [v["status"] for v in file["validators"]] == ["failed", "passed", "skipped"]


def test_json_counts_fatal_problems() -> None:
    run = replace(EMPTY, problems=(Problem("no"), Problem("well", fatal=False)))
    assert json.loads(report_json.render(run))["summary"]["problems"] == 1


def test_github() -> None:
    line = github.render(run_of(finding(FIX, Status.FIXABLE, message="100% bad,\nreally: yes"), path="a,b:c.go"))
    assert line == (
        "::warning file=a%2Cb%3Ac.go,line=5,endLine=5,col=12,endColumn=21,title=defermod (defer-in-loop)::"
        "100%25 bad,\\nreally: yes; fixable: wrap the rest of the loop body"
        " (safe: nothing leaves the iteration)\n"
    )
    assert github.render(CHECKED).splitlines()[2].startswith("::error ")


def test_rdjson_suggestion_covers_all_edits() -> None:
    diagnostic = json.loads(rdjson.render(CHECKED))["diagnostics"][0]
    (suggestion,) = diagnostic["suggestions"]
    assert suggestion["range"] == {"start": {"line": 5, "column": 12}, "end": {"line": 6, "column": 10}}
    assert suggestion["text"] == "func() {\n\t\t\tdefer f(n)\n\t\tkeep(n)\n\t\t}()"


def test_rdjson_suggestion_covers_an_import_that_a_fix_adds() -> None:
    header = Edit(len("package p\n"), len("package p\n"), b'\nimport "os"\n')
    fix = replace(FIX, edits=(header, *EDITS), header=(header,))
    (diagnostic,) = json.loads(rdjson.render(run_of(finding(fix, Status.FIXABLE))))["diagnostics"]
    (suggestion,) = diagnostic["suggestions"]
    assert suggestion["range"] == {"start": {"line": 2, "column": 1}, "end": {"line": 6, "column": 10}}
    end = apply_edits(SOURCE, EDITS).index(b"}()") + len("}()")
    assert suggestion["text"] == (header.new + apply_edits(SOURCE, EDITS)[header.end : end]).decode()


MANY = tuple(Edit(at, at, b"\t") for at in range(300))
"""A fix such as a closure for hundreds of defers has: it is that of each of them."""


def test_json_of_many_defers_in_one_loop_is_never_in_memory_as_a_whole() -> None:
    fix = replace(FIX, edits=MANY)
    files = [FileResult("x.go", b" " * 300 + SOURCE, b"", (finding(fix, Status.FIXABLE),) * 300)]
    run = replace(CHECKED, files=tuple(files))
    data = json.loads(report_json.render(run))
    assert len(data["findings"]) == 300 and all(len(found["fix"]["edits"]) == 300 for found in data["findings"])
    tracemalloc.start()
    length = sum(map(len, report_json.pieces(run)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < length / 10


def test_sarif_of_many_defers_in_one_loop() -> None:
    """A fix of hundreds of replacements is one, as each of the defers has it."""
    before = b" " * 300 + SOURCE
    fix = replace(FIX, edits=MANY)
    file = FileResult("x.go", before, apply_edits(before, MANY), (finding(fix, Status.FIXABLE),))
    (result,) = json.loads(sarif.render(replace(CHECKED, files=(file,))))["runs"][0]["results"]
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement["deletedRegion"] == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 300}
    assert replacement["insertedContent"]["text"].encode() == apply_edits(before, MANY)[: 299 + 300]


def test_html_quotes_the_part_of_a_long_line_that_is_meant() -> None:
    text = b"package m\n\nfunc g() { for {" + b"".join(b" defer h%d();" % number for number in range(500)) + b" } }\n"
    starts = [text.index(b"defer h%d(" % number) for number in range(500)]
    findings = tuple(finding(REFUSAL, Status.REFUSED, span=Span(start, start + 5)) for start in starts)
    shown = html.render(replace(CHECKED, files=(FileResult("x.go", text, text, findings),)))
    assert len(shown) < 500 * 4000
    assert all(f"defer h{number}()" in shown for number in (0, 250, 499))


def test_sarif_counts_code_points() -> None:
    (run,) = json.loads(sarif.render(CHECKED))["runs"]
    first, _, refused = run["results"]
    region = first["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 5, "startColumn": 11, "endLine": 5, "endColumn": 21}
    assert len(first["fixes"][0]["artifactChanges"][0]["replacements"]) == 2
    assert refused["level"] == "error"
    assert refused["relatedLocations"][0]["message"]["text"] == "kept here"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["defer-in-loop"]


@pytest.mark.parametrize("render", [sarif.render, rdjson.render])
@pytest.mark.parametrize("status", [Status.FIXED, Status.REJECTED, Status.UNDECIDED])
def test_fixes_that_are_not_to_be_applied_are_not_offered(render: Callable[[RunResult], str], status: Status) -> None:
    shown = render(run_of(finding(FIX, status), mode=Mode.FIX))
    assert '"fixes"' not in shown
    assert '"suggestions"' not in shown


@pytest.mark.parametrize("render", [text.render, concise.render, github.render, report_json.render, sarif.render])
def test_odd_file_names(render: Callable[[RunResult], str]) -> None:
    shown = render(run_of(finding(FIX, Status.FIXABLE), path="\udcff\x1b[31m é.go"))
    assert "\x1b" not in shown


def test_places() -> None:
    places = Places("a\ré\nb\u2028c\n".encode())
    assert places.position(0) == (1, 1)
    assert places.position(4) == (1, 5)
    assert places.position(5) == (2, 1)
    assert places.character(4) == (1, 4)
    assert places.quote(5) == "b\\u2028c"


def test_printable() -> None:
    assert printable("a\tb\x1b[0m") == "a b\\x1b[0m"
