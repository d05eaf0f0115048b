"""Compare the example codemods with other tools on the same files: wanted changes, misses, wrong changes.

    python benchmarks/codemods.py range-int DIRECTORY  the folder testdata/src/rangeint of x/tools' modernize
    python benchmarks/codemods.py ioutil [DIRECTORY]   a module that uses io/ioutil; without one, one that is made here
    python benchmarks/codemods.py add-context          a module that is made here

Each tool works on a copy of its own, and gofmt and go vet judge the result.  Tools that aren't on PATH are left out:
modernize (``go install golang.org/x/tools/go/analysis/passes/modernize/cmd/modernize@v0.52.0``) and ast-grep
(npm: @ast-grep/cli).  ``go fix`` knows from comments in io/ioutil which of its functions are others' wrappers.

For range-int, comments of the form ``// want "..."`` mark the loops to be changed; in the modules made here
``// want`` marks the lines.  For ioutil in a directory, wanted are the uses of functions with a successor of the
same signature.  A command is ended after five minutes.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "codemods"
_SUCCESSORS = {
    "Discard": "io.Discard", "NopCloser": "io.NopCloser", "ReadAll": "io.ReadAll", "ReadFile": "os.ReadFile",
    "WriteFile": "os.WriteFile", "TempDir": "os.MkdirTemp", "TempFile": "os.CreateTemp",
}  # fmt: skip
_IOUTIL = re.compile(rf"\bioutil\.({'|'.join(_SUCCESSORS)})\b")
_OURS = (sys.executable, "-m", "defermod", "run")


_LIMIT = 300
"""Seconds that a command may take: on a large module ``go vet`` compiles all that it imports."""
_IOUTIL_MODULE = {
    "plain.go": """package p

import (
	"io"
	"io/ioutil"
	"os"
)

func load(r io.Reader, name string) ([]byte, error) {
	if b, err := ioutil.ReadAll(r); err == nil { // want
		return b, nil
	}
	_, _ = io.Copy(ioutil.Discard, r) // want
	defer os.Remove(name)
	return ioutil.ReadFile(name) // want
}
""",
    "named.go": """package p

import old "io/ioutil"

var read = old.ReadFile // want

func scratch() (string, error) { return old.TempDir("", "ioutil.TempDir") } // want
""",
    "stays.go": """package p

import "io/ioutil"

type files struct{}

func (files) ReadFile(string) string { return "" }

func shadowed() string {
	ioutil := files{}
	return ioutil.ReadFile("ioutil.ReadFile")
}

func listed() int {
	infos, _ := ioutil.ReadDir(".")
	return len(infos)
}

func hidden(os string) ([]byte, error) { return ioutil.ReadFile(os) } // not where a parameter is called os
""",
}
"""Five uses that have a successor of the same signature and can have it, and four that can't or only look like one."""
_CONTEXT_MODULE = {
    "fetch.go": """package p

import "net/http"

func fetch(url string) error { // want
	answer, err := http.Get(url)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
""",
    "sync.go": """package p

import "context"

func syncAll(urls []string) error { // want
	for _, url := range urls {
		if err := fetch(url); err != nil { // want
			return err
		}
	}
	return nil
}

func once(ctx context.Context) error { return fetch("x") } // want

type other struct{}

func (other) fetch(string) {}

func unrelated(o other) { o.fetch("x") }
""",
    "sync_test.go": """package p

import "testing"

func TestSync(t *testing.T) {
	if syncAll(nil) != nil { // want
		t.Fatal()
	}
}
""",
}
_MADE = {"ioutil": _IOUTIL_MODULE, "add-context": _CONTEXT_MODULE}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool, and the commands that make its changes in the working directory."""

    name: str
    commands: tuple[tuple[str, ...], ...]

    @property
    def is_here(self) -> bool:
        return all(shutil.which(command[0]) for command in self.commands)


@dataclass(frozen=True, slots=True)
class Count:
    """Places that a tool changed, of those that it should change and of the others."""

    wanted: int
    changed: int
    others: int

    @property
    def missed(self) -> int:
        return self.wanted - self.changed


def _ast_grep(pattern: str, rewrite: str, selector: str = "") -> tuple[str, ...]:
    """``selector``: the kind of node, of a pattern that is only parsed as such within a function."""
    chosen = ("--selector", selector) if selector else ()
    return "ast-grep", "run", "-l", "go", "-p", pattern, *chosen, "-r", rewrite, "-U", "."


TOOLS: Mapping[str, tuple[Tool, ...]] = {
    "range-int": (
        Tool("range_int.py", ((*_OURS, str(_EXAMPLES / "range_int.py"), "./..."),)),
        Tool("modernize -rangeint", (("modernize", "-rangeint", "-fix", "./..."),)),
        Tool(
            "ast-grep, one pattern", (_ast_grep("for $I := 0; $I < $N; $I++ { $$$B }", "for $I := range $N { $$$B }"),)
        ),
    ),
    "ioutil": (
        Tool("no_ioutil.py", ((*_OURS, str(_EXAMPLES / "no_ioutil.py"), "./..."),)),
        Tool("go fix -inline", (("go", "fix", "-inline", "./..."),)),
        Tool(
            "ast-grep, a pattern per function",
            tuple(
                _ast_grep(f"func f() {{ _ = ioutil.{name} }}", successor, "selector_expression")
                for name, successor in _SUCCESSORS.items()
            ),
        ),
    ),
    "add-context": (
        Tool(
            "add_context.py",
            ((*_OURS, str(_EXAMPLES / "add_context.py"), "--option", "add-context.function=fetch", "./..."),),
        ),
        Tool(
            "ast-grep, a pattern for the function and one for its calls",
            (
                _ast_grep("func fetch($$$A) $R { $$$B }", "func fetch(ctx context.Context, $$$A) $R { $$$B }"),
                _ast_grep("func f() { fetch($$$A) }", "fetch(ctx, $$$A)", "call_expression"),
            ),
        ),
    ),
}


def marked(before: Mapping[str, str], after: Mapping[str, str]) -> Count:
    """Count the changed lines: those with a comment ``// want``, and others, imports and lines of one word left out."""
    wanted = changed = others = 0
    for name, text in before.items():
        left = after[name].splitlines()
        for line in text.splitlines():
            asked = line.endswith("// want")
            wanted += asked
            if line in left:
                left.remove(line)
            elif asked:
                changed += 1
            else:
                others += len(line.split()) > 1 and "import" not in line and not line.strip().startswith('"')
    return Count(wanted, changed, others)


def loops(before: Mapping[str, str], after: Mapping[str, str]) -> Count:
    """Count the changed loops: those with a comment ``// want``, and other lines that are not as they were."""
    wanted = changed = others = 0
    for name, text in before.items():
        left = after[name].splitlines()
        for line in text.splitlines():
            asked = '// want "for loop' in line
            wanted += asked
            if line in left:
                left.remove(line)
            elif asked:
                changed += 1
            else:
                others += line.lstrip().startswith("for ")
    return Count(wanted, changed, others)


def uses(before: Mapping[str, str], after: Mapping[str, str]) -> Count:
    """Count the uses of io/ioutil that have a successor, and those that are gone."""
    wanted, left = (sum(len(_IOUTIL.findall(text)) for text in texts.values()) for texts in (before, after))
    return Count(wanted, wanted - left, 0)


def _texts(directory: Path) -> dict[str, str]:
    return {str(path.relative_to(directory)): path.read_text("utf-8") for path in sorted(directory.rglob("*.go"))}


def _complaints(directory: Path) -> list[str]:
    """The messages of go vet, without their places."""
    vetted = subprocess.run(
        ["go", "vet", "./..."], cwd=directory, capture_output=True, text=True, check=False, timeout=_LIMIT
    )
    lines = [line for line in vetted.stderr.splitlines() if not line.startswith("#")]
    return [re.sub(r"^.*\.go:\d+:\d+: ", "", line) for line in lines]


def _unformatted(directory: Path) -> set[str] | None:
    """The files that gofmt would change; None if it can't parse one."""
    ended = subprocess.run(["gofmt", "-l", "."], cwd=directory, capture_output=True, text=True, check=False)
    return None if ended.returncode else set(ended.stdout.split())


def _verdict(directory: Path, complaints: Sequence[str], unformatted: set[str]) -> str:
    """Return what gofmt and go vet say of a changed copy that they have not said before, in a few words."""
    now = _unformatted(directory)
    if now is None:
        return "does not parse"
    if new := [line for line in _complaints(directory) if line not in complaints]:
        return f"vet: {new[0]} ({len(new)})"
    return "passes gofmt and vet" if now <= unformatted else "passes vet, not gofmt"


def compare(task: str, source: Path) -> list[tuple[str, Count, str]]:
    """Run every tool that is here on a copy of its own; what each changed, and what Go says of the result."""
    rows = []
    counting = loops if task == "range-int" else marked if _MADE.get(task) == _texts(source) else uses
    for tool in TOOLS[task]:
        if not tool.is_here:
            continue
        with tempfile.TemporaryDirectory(prefix="defermod-codemods-") as folder:
            copy = Path(folder, source.name)
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("*.golden", ".git"))
            for path in [copy, *copy.rglob("*")]:
                path.chmod(path.stat().st_mode | 0o200)
            if not (copy / "go.mod").exists():
                (copy / "go.mod").write_text(f"module {source.name}\n\ngo 1.25\n")
            before, known = _texts(copy), (_complaints(copy), _unformatted(copy) or set())
            for command in tool.commands:
                subprocess.run(command, cwd=copy, capture_output=True, check=False, timeout=_LIMIT)
            count = counting(before, _texts(copy))
            rows.append((tool.name, count, _verdict(copy, *known)))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of one comparison in Markdown."""
    parser = argparse.ArgumentParser(description="Compare the example codemods with other tools.")
    parser.add_argument("task", choices=sorted(TOOLS))
    parser.add_argument("directory", type=Path, nargs="?")
    given = parser.parse_args(arguments)
    if given.directory is None and given.task not in _MADE:
        parser.error(f"{given.task} takes a directory")
    print("| tool | wanted | changed | missed | others changed | the result |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="defermod-codemods-") as folder:
        source = given.directory.resolve() if given.directory else Path(folder, "p")
        if given.directory is None:
            source.mkdir()
            for name, text in _MADE[given.task].items():
                (source / name).write_text(text)
        for name, count, verdict in compare(given.task, source):
            print(f"| {name} | {count.wanted} | {count.changed} | {count.missed} | {count.others} | {verdict} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
