"""Makes the pages that follow from the code: a page a rule, and the reference of flags and settings.

    python docs/generate.py           write them
    python docs/generate.py --check   say which are not what they would be; exit status 1 if any

The examples are golden cases, judged by the program as it is now.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from difflib import unified_diff
from importlib import import_module
from pathlib import Path
from typing import Any

from defermod import config
from defermod.cli.explain import excerpts
from defermod.codemod import Transform
from defermod.codes import Explained
from defermod.engine.fixpoint import analyse
from defermod.engine.registry import abouts, transforms
from defermod.model import FileResult, Finding, Options
from defermod.report.phrases import detail, label
from defermod.report.places import Places

DOCS = Path(__file__).resolve().parent
GOLDEN = DOCS.parent / "golden"
_MADE = "<!-- Made by docs/generate.py: change the code or the golden case, and run it again. -->\n"


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    rules = transforms()
    made = {DOCS / "rules" / f"{name}.md": "\n".join(_rule(rules[name])) + "\n" for name in rules}
    made[DOCS / "rules" / "index.md"] = "\n".join(_rules()) + "\n"
    made[DOCS / "configuration.md"] = "\n".join(_configuration()) + "\n"
    return made


# --- rules ---


def _rules() -> Iterator[str]:
    yield f"{_MADE}\n# Rules\n"
    yield "A rule is named by the problem, a transform by the rewrite.\n"
    yield "| rule | finds | fixed by | on by default |\n|---|---|---|---|"
    for name, transform in transforms().items():
        default = "yes" if name in config.DEFAULT_RULES else f"no: `--select {name}`"
        if (about := abouts().get(name)) is not None and about.when:
            default = about.when
        yield f"| [{name}]({name}.md) | {transform.doc.what} | `{transform.id}` | {default} |"


def _rule(transform: Transform) -> Iterator[str]:
    doc = transform.doc
    yield f"{_MADE}\n# {transform.rule}\n"
    yield f"Finds {doc.what}. Fixed by the transform `{transform.id}`.\n"
    yield f"## Why\n\n{doc.why}\n"
    yield from _before_and_after(transform)
    if doc.notes:
        yield f"{doc.notes}\n"
    yield "## When it leaves the code alone, or asks for `--unsafe-fixes`\n"
    yield "Each has a name, which stands in every output. [How to read a refusal](../reviewers.md) says more.\n"
    examples = _examples(transform)
    for code in doc.codes:
        yield f"### {code}\n"
        why = f" {code.why}" if isinstance(code, Explained) else ""
        yield f"{code.text[:1].upper()}{code.text[1:]}.{why}\n"
        if code in examples:
            yield from _example(*examples[code])


def _before_and_after(transform: Transform) -> Iterator[str]:
    case = GOLDEN / transform.id / transform.doc.example
    if not (case / "output.go").is_file():
        return
    old, new = excerpts((case / "input.go").read_text("utf-8"), (case / "output.go").read_text("utf-8"))
    yield "## Before and after\n"
    diff = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=100))[3:]
    yield _block("diff", "\n".join(diff))


def _examples(transform: Transform) -> dict[str, tuple[FileResult, Finding]]:
    """For each refusal, and each reason for UNSAFE, the golden case that shows it in the fewest lines."""
    best: dict[str, tuple[FileResult, Finding]] = {}
    for toml in sorted((GOLDEN / transform.id).glob("*/case.toml")):
        case = tomllib.loads(toml.read_text("utf-8"))
        text = toml.with_name("input.go").read_bytes()
        major, minor = (int(part) for part in str(case.get("go", "1.22")).split("."))
        given = tuple(
            (key.replace("-", "_"), case[key]) for key in ("loop-style", "test-style", "release-style") if key in case
        )
        options = Options(select=frozenset({transform.rule}), go_version=(major, minor), given=given)
        if "hot" in case:
            told = import_module("defermod.transforms.hotness").HotEvidence(patterns=tuple(case["hot"]))
            options = options.with_evidence(transform.rule, told)
        result = analyse("input.go", text, options)
        for finding in result.findings:
            if finding.refusal is None:
                continue
            code = finding.refusal.code
            size = len(_function(result, finding)[1])
            if code not in best or size < len(_function(*best[code])[1]):
                best[code] = (result, finding)
    return best


def _function(result: FileResult, finding: Finding) -> tuple[int, list[str]]:
    """The top-level declaration around a finding: its first line, 1-based, and its lines."""
    lines = result.before.decode("utf-8").split("\n")
    at = Places(result.before).position(finding.span.start)[0] - 1
    first = next(n for n in range(at, -1, -1) if lines[n].startswith(("func ", "var ")))
    last = next(n for n in range(at, len(lines)) if lines[n].startswith("}"))
    return first + 1, lines[first : last + 1]


def _example(result: FileResult, finding: Finding) -> Iterator[str]:
    """The declaration, with what the program has to say written beside the lines it is about."""
    assert finding.refusal is not None
    first, lines = _function(result, finding)
    places = Places(result.before)
    notes: dict[int, list[str]] = {}
    for blocker in finding.refusal.blockers:
        notes.setdefault(places.position(blocker.span.start)[0] - first, []).append(blocker.note)
    shown = []
    for number, line in enumerate(lines):
        shown.append(line)
        if number in notes:
            indent = line[: len(line) - len(line.lstrip())]
            shown.append(f"{indent}// ^ {'; '.join(dict.fromkeys(notes[number]))}")
    yield _block("go", "\n".join(shown))
    yield f"> {label(finding)}: {detail(finding)}\n"


# --- settings ---


def _configuration() -> Iterator[str]:
    yield f"{_MADE}\n# Flags and settings\n"
    yield (
        f"`{config.NAME}` at the module's root, beside `go.mod`, sets the same things as the flags, which win over it. "
        "A key that does not exist is an error that names it.\n"
    )
    yield _block("toml", 'exclude = ["third_party/"]\nunsafe-fixes = false\nvalidate = ["gofmt", "vet"]')
    yield "## Keys\n"
    yield "| key | value | default | meaning |\n|---|---|---|---|"
    for key, one in config.keys().items():
        yield f"| `{key}` | {one.kind.shown} | {_default(one.default)} | {_cell(one.help)} |"
    yield ""
    for command in ("check", "fix", "silence", "bench", "cost", "asm", "explain", "lsp"):
        found = _options(command)
        yield f"## defermod {command}\n\n{_commands()[command].help}\n"
        if found:
            yield "| flag | meaning |\n|---|---|"
            for names, option in sorted((o["names"], o) for o in found.values()):
                metavar = f" {option['metavar']}" if option["metavar"] else ""
                yield f"| `{names}{metavar}` | {_cell(option['help'])} |"
            yield ""


def _commands() -> dict[str, Any]:
    import typer

    from defermod.cli.app import app

    command: Any = typer.main.get_command(app)
    return dict(command.commands)


def _options(command: str) -> dict[str, dict[str, str]]:
    """The flags of a command by their long names; hidden ones are left out."""
    found: dict[str, dict[str, str]] = {}
    for option in _commands()[command].params:
        if option.param_type_name != "option" or option.hidden:
            continue
        names = ", ".join([*option.opts, *option.secondary_opts])
        metavar = option.metavar or ""
        found[option.opts[0]] = {"names": names, "metavar": metavar, "help": option.help or ""}
    return found


def _default(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{item}"' for item in value) + "]`"
    if isinstance(value, float):
        return f"`{value:g}`"
    return "" if value is None else f'`"{value}"`'


def _cell(text: str) -> str:
    """Without the default at the end, which has a column of its own."""
    return re.sub(r"\s*\[[^\]]*\]$", "", text).replace("|", "\\|")


def _block(language: str, code: str) -> str:
    return f"```{language}\n{code}\n```\n"


def main(arguments: list[str]) -> int:
    made = pages()
    left_over = set((DOCS / "rules").glob("*.md")) - made.keys()
    stale = [path for path, text in made.items() if not path.is_file() or path.read_text("utf-8") != text]
    checking = arguments == ["--check"]
    for path in sorted([*stale, *left_over]):
        print(f"{path.relative_to(DOCS.parent)}: {'out of date: run docs/generate.py' if checking else 'made anew'}")
    if checking:
        return 1 if stale or left_over else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made[path], "utf-8")
    for path in left_over:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
