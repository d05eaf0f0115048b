"""Run ruff, golangci-lint and defermod in the same situations: ``python benchmarks/habits.py [TOOL]...``.

Printed is a table of exit statuses, each with what was written: ``out`` and ``err`` for the streams, ``colour`` for
escape sequences though no terminal is there.  A tool that is not on PATH has no column.  Each run has a module of
its own; the finding is an unused import for ruff, and for the others a defer in a loop (golangci-lint with revive).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LOOP = """package m

import "os"

func F(names []string) {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		println(f.Name())
	}
}
"""
KEPT = 'package m\n\nimport "os"\n\nvar kept []*os.File\n\n' + LOOP[LOOP.index("func") :].replace(
    "println(f.Name())", "kept = append(kept, f)"
)
COUNT = "package m\n\nfunc F() (n int) {\n\tfor i := 0; i < 10; i++ {\n\t\tn += i\n\t}\n\treturn n\n}\n"
BROKEN = "package m\n\nfunc F( {\n\tfor {\n\t\tdefer F()\n"
UNTYPED = '\nvar wrong int = "text"\n'
GO = {"go.mod": "module example.com/m\n\ngo 1.24\n"}
REVIVE = """version: "2"
linters:
  default: none
  enable: [%s]
  settings:
    revive: {rules: [{name: defer, arguments: [[loop]]}]}
    nolintlint: {allow-unused: false}
"""

Case = tuple[str, Mapping[str, str]]
"""The arguments and the files besides what all cases have."""


@dataclass(frozen=True)
class Situation:
    """One situation, as each tool is brought into it; a tool without an entry has nothing like it."""

    name: str
    cases: Mapping[str, Case]
    variables: Mapping[str, str] = field(default_factory=dict)


def everywhere(name: str, arguments: tuple[str, str, str], **variables: str) -> Situation:
    """The usual finding, and arguments for each tool."""
    files = ({"a.py": "import os\n"}, {"a.go": LOOP}, {"a.go": LOOP})
    return Situation(name, dict(zip(TOOLS, zip(arguments, files, strict=True), strict=True)), variables)


TOOLS = ("ruff", "golangci-lint", "defermod")
CHECK = ("check --no-cache", "run", "check")
INTRANGE = REVIVE % "intrange"
SITUATIONS = [
    everywhere("nothing given", ("", "", "")),
    Situation(
        "nothing found",
        {
            "ruff": (CHECK[0], {"a.py": ""}),
            "golangci-lint": (CHECK[1], {"a.go": "package m\n"}),
            "defermod": (CHECK[2], {"a.go": "package m\n"}),
        },
    ),
    everywhere("findings", CHECK),
    everywhere("findings, to be passed", (f"{CHECK[0]} --exit-zero", "run --issues-exit-code 0", "check --exit-zero")),
    Situation(
        "fixes made, nothing left",
        {
            "ruff": (f"{CHECK[0]} --fix", {"a.py": "import os\n"}),
            "golangci-lint": ("run --fix", {"a.go": COUNT, ".golangci.yml": INTRANGE}),
            "defermod": ("fix", {"a.go": LOOP}),
        },
    ),
    Situation(
        "fixes made, some findings left",
        {
            "ruff": (f"{CHECK[0]} --fix", {"a.py": "import os\nx = y\n"}),
            "golangci-lint": ("run --fix", {"a.go": COUNT, "b.go": KEPT, ".golangci.yml": REVIVE % "intrange, revive"}),
            "defermod": ("fix", {"a.go": LOOP, "b.go": KEPT.replace("func F", "func G")}),
        },
    ),
    Situation(
        "a fix in a file with a type error",
        {
            "golangci-lint": ("run --fix", {"a.go": COUNT + UNTYPED, ".golangci.yml": INTRANGE}),
            "defermod": ("fix", {"a.go": LOOP + UNTYPED}),
        },
    ),
    Situation(
        "a diff was printed",
        {
            "ruff": (f"{CHECK[0]} --diff", {"a.py": "import os\n"}),
            "golangci-lint": ("fmt --enable gofmt --diff", {"a.go": "package  m\n"}),
            "defermod": ("fix --diff", {"a.go": LOOP}),
        },
    ),
    everywhere("an unknown flag", (f"{CHECK[0]} --nope", "run --nope", "check --nope")),
    everywhere("an unknown rule", (f"{CHECK[0]} --select NOPE", "run --enable nope", "check --select nope")),
    everywhere("a file that isn't there", (f"{CHECK[0]} no.py", "run no.go", "check no.go")),
    Situation(
        "a directory without source files",
        dict(zip(TOOLS, ((f"{command} empty", {"empty/readme": ""}) for command in CHECK), strict=True)),
    ),
    Situation(
        "a syntax error",
        {
            "ruff": (CHECK[0], {"a.py": "def (\n"}),
            "golangci-lint": (CHECK[1], {"a.go": BROKEN}),
            "defermod": (CHECK[2], {"a.go": BROKEN}),
        },
    ),
    Situation(
        "an unknown key in the settings",
        {
            "ruff": (CHECK[0], {"a.py": "", "ruff.toml": "nope = 1\n"}),
            "golangci-lint": (CHECK[1], {"a.go": "package m\n", ".golangci.yml": 'version: "2"\nnope: 1\n'}),
            "defermod": (CHECK[2], {"a.go": "package m\n", ".defermod.toml": "nope = 1\n"}),
        },
    ),
    Situation(
        "an unknown revision",
        {
            "golangci-lint": ("run --new-from-merge-base nope", {"a.go": LOOP}),
            "defermod": ("check --since nope", {"a.go": LOOP}),
        },
    ),
    Situation(
        "an excluded file, named",
        {
            "ruff": (f"{CHECK[0]} a.py", {"a.py": "import os\n", "ruff.toml": 'exclude = ["a.py"]\n'}),
            "golangci-lint": (
                "run a.go",
                {"a.go": LOOP, ".golangci.yml": REVIVE % "revive" + "  exclusions: {paths: [a.go]}\n"},
            ),
            "defermod": ("check a.go", {"a.go": LOOP, ".defermod.toml": 'exclude = ["a.go"]\n'}),
        },
    ),
    Situation(
        "a silence that silences nothing",
        {
            "ruff": (f"{CHECK[0]} --extend-select RUF100", {"a.py": "x = 1  # noqa: F401\n"}),
            "golangci-lint": (
                CHECK[1],
                {"a.go": "package m\n\nvar N = 1 //nolint:revive\n", ".golangci.yml": REVIVE % "revive, nolintlint"},
            ),
            "defermod": (CHECK[2], {"a.go": "package m\n\nvar N = 1 //nolint:defermod\n"}),
        },
    ),
    everywhere("`-q`", (f"{CHECK[0]} -q", "run -q", "check -q")),
    everywhere("`--color always`", (f"{CHECK[0]} --color always", "run --color always", "check --color always")),
    everywhere("`FORCE_COLOR=1`", CHECK, FORCE_COLOR="1"),
    everywhere("`NO_COLOR=1 FORCE_COLOR=1`", CHECK, NO_COLOR="1", FORCE_COLOR="1"),
]


def outcome(program: list[str], situation: Situation, case: Case) -> str:
    """The exit status, and what was written where."""
    arguments, files = case
    with tempfile.TemporaryDirectory() as directory:
        for name, text in {**GO, ".golangci.yml": REVIVE % "revive", **files}.items():
            place = Path(directory, name)
            place.parent.mkdir(exist_ok=True)
            place.write_text(text)
        subprocess.run(["git", "init", "--quiet", directory], check=True)
        unset = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")
        variables = {name: value for name, value in os.environ.items() if name not in unset}
        done = subprocess.run(
            [*program, *arguments.split()], cwd=directory, capture_output=True, env={**variables, **situation.variables}
        )
    streams = [name for name, text in (("out", done.stdout), ("err", done.stderr)) if text.strip()]
    if b"\x1b[" in done.stdout:
        streams.append("colour")
    return " ".join([str(done.returncode), *streams])


def programs(wanted: list[str]) -> dict[str, list[str]]:
    """The command of each tool that is there."""
    found = {name: [path] for name in TOOLS if (path := shutil.which(name))}
    found["defermod"] = [sys.executable, "-m", "defermod"]
    return {name: found[name] for name in TOOLS if name in found and (not wanted or name in wanted)}


def table(tools: Mapping[str, list[str]]) -> dict[str, dict[str, str]]:
    """The outcome of each situation, by its name and the tool's."""
    return {
        one.name: {tool: outcome(program, one, one.cases[tool]) for tool, program in tools.items() if tool in one.cases}
        for one in SITUATIONS
    }


def main() -> None:
    tools = programs(sys.argv[1:])
    print("| |", " | ".join(tools), "|")
    print("|---" * (len(tools) + 1) + "|")
    for name, by_tool in table(tools).items():
        print("|", " | ".join([name, *(by_tool.get(tool, "") for tool in tools)]), "|")


if __name__ == "__main__":
    main()
