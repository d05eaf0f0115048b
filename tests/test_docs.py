"""The documentation: made pages are as they would be made now, examples are true, links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from defermod.engine.fixpoint import analyse
from defermod.model import Options
from defermod.toolchain.go import find_go
from tests.support_cli import ROOT, command, defermod, environment, git_without_settings
from tests.support_go import golden_inputs, needs_go

DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, DOCS / "generate.py", "--check"], capture_output=True, text=True, env=environment(), timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="the extra docs is not installed")
    pytest.importorskip("material", reason="the extra docs is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=environment({"NO_MKDOCS_2_WARNING": "1"}),
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    page = (tmp_path / "site" / "rules" / "defer-in-loop" / "index.html").read_text("utf-8")
    assert "escapes-iteration" in page
    assert "fonts.googleapis.com" not in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: os.path.relpath(page, ROOT))
def test_links_between_pages(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


LOAD = """package m

import (
	"fmt"
	"io"
	"os"
)

func load(f *os.File) error {
	_, err := io.Copy(io.Discard, f)
	return err
}

func F(paths []string) error {
%s	return nil
}
"""


@needs_go
def test_readme_shows_a_rewrite_that_the_program_makes(tmp_path: Path) -> None:
    """On its first screen, that is within 40 lines."""
    text = "\n".join((ROOT / "README.md").read_text("utf-8").split("\n")[:40])
    diff = re.search(r"```diff\n(.*?)```", text, re.DOTALL)
    assert diff
    before, after = (
        "".join(line[1:] + "\n" for line in diff[1].splitlines() if line[:1] in (" ", kind)) for kind in ("-", "+")
    )
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(LOAD % before)
    done = defermod("fix", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "m.go").read_text() == LOAD % after


def test_rule_page_has_an_example_for_each_refusal_that_a_golden_shows() -> None:
    text = (DOCS / "rules" / "defer-in-loop.md").read_text("utf-8")
    shown = re.findall(r"^> left alone \(([a-z-]+)\)", text, re.MULTILINE)
    found = {
        finding.refusal.code
        for name, source in golden_inputs().items()
        for finding in analyse(name, source, Options(go_version=(1, 22))).findings
        if finding.refusal
    }
    headings = set(re.findall(r"^### (\S+)", text, re.MULTILINE))
    assert found & headings <= set(shown) <= headings, "others are shown by cases with a setting"
    assert found <= headings, "every refusal is explained"


def test_editors_are_installed_in_three_lines() -> None:
    text = (DOCS / "editors.md").read_text("utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        steps = re.findall(r"^\d\. (.*)", section, re.MULTILINE)
        assert len(steps) == 3, section
    for path in re.findall(r"editors/[\w/.-]+(?: Tools\.xml)?", text):
        assert (ROOT / path).exists(), path


@needs_go
def test_figures_of_the_questions_are_what_the_command_prints() -> None:
    block = re.search(r"```console\n\$ defermod ([^\n]*)\n(.*?)```", (DOCS / "faq.md").read_text("utf-8"), re.DOTALL)
    assert block
    done = defermod(*block[1].split(), cwd=ROOT)
    assert (done.returncode, done.stdout) == (1, block[2])


@needs_go
def test_findings_that_pages_quote_are_what_the_program_says_of_the_example(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "leaky", tmp_path / "leaky")
    said = defermod("check", "--types", cwd=tmp_path / "leaky").stdout
    quoted = [
        textwrap.dedent(block)
        for page in PAGES
        for block in re.findall(r"^    \w+\.go:\d+:\d+: .*\n(?:     +.*\n)+", page.read_text("utf-8"), re.MULTILINE)
    ]
    assert len(quoted) >= 3
    for block in quoted:
        assert block in said


@needs_go
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_steps_of_an_old_repository_print_what_they_print(tmp_path: Path) -> None:
    """Every command of the page, in its order, with its output and exit status."""
    text = (DOCS / "adoption.md").read_text("utf-8")
    shutil.copytree(ROOT / "examples" / "leaky", tmp_path / "old")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "defermod"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(command())} "$@"\n')
    program.chmod(0o755)
    names = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    go = find_go()
    assert go is not None
    path = {"PATH": os.pathsep.join([str(program.parent), str(Path(go.path).parent), os.environ["PATH"]])}
    changes = environment({**git_without_settings(), **names, **path})

    def run(line: str) -> str:
        line = line.replace("/tmp/", f"{tmp_path}/")
        done = subprocess.run(["bash", "-c", line], cwd=tmp_path / "old", env=changes, capture_output=True, text=True)
        return f"{done.stdout}[exit {done.returncode}]\n"

    run("git init --quiet --initial-branch main && git add --all && git commit --quiet --message 'As it was'")
    for language, block in re.findall(r"```(console|go)\n(.*?)```", text, re.DOTALL):
        if language == "go":
            (tmp_path / "old" / "sizes.go").write_text(block)
            continue
        for line, said in re.findall(r"^\$ ([^\n]*)\n(.*?\[exit \d\]\n)", block, re.DOTALL | re.MULTILINE):
            assert run(line) == said, line


def test_commands_are_ones_that_there_are() -> None:
    """Each command and flag that a page shows, in a sentence or on a line of its own, by the program's own help."""
    helps: dict[str, str] = {}
    shown = re.compile(
        r"(?:`|^ {4,}(?:\S*/)?|^ *\$ (?:\S*/)?)defermod ((?:fleet )?[a-z-]+)((?: (?!  )[^`\n|;&>]*)?)", re.MULTILINE
    )
    for page in PAGES:
        for name, rest in shown.findall(page.read_text("utf-8")):
            if name not in helps:
                done = defermod(*name.split(), "--help", cwd=ROOT, changes={"COLUMNS": "200"})
                assert done.returncode == 0, f"{page.name}: {name}"
                helps[name] = done.stdout
            for flag in re.findall(r"(?<!\S)--[a-z-]+", rest.partition(" -- ")[0]):
                assert flag in helps[name], f"{page.name}: {name} {flag}"
    assert {"check", "fix", "explain", "silence", "bench", "cost", "asm", "run", "fleet run", "lsp"} <= set(helps)
