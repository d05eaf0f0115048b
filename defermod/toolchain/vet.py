"""One run of ``go vet`` over a group of packages, and what it said.

``go vet -json`` says two kinds of thing in two ways: what the analyzers found is JSON, on stdout
since Go 1.26 and on stderr before; what keeps a package from being type-checked or built is text
on stderr under a ``# import/path`` heading, and only the first error of each package.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defermod.toolchain.go import Completed, Go, brief
from defermod.toolchain.overlay import Overlay
from defermod.toolchain.packages import Group, Target

TYPES = "types"
"""The analyzer of a diagnostic that is a type or build error."""

_ERROR = re.compile(r"^(?:vet: )?(?P<file>.+?\.\w+):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?: (?P<message>.*)$")
_POSITION = re.compile(r"^(?P<file>.*?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?$")
_PLACE_IN_MESSAGE = re.compile(r"\b(?:line |L)\d+|:\d+(:\d+)?\b")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One complaint of ``go vet``."""

    path: Path
    """The user's file, or whatever a ``//line`` directive says; absolute."""
    line: int
    column: int
    analyzer: str
    """``printf``, ``copylocks`` ...; ``types`` for an error that keeps the package from compiling."""
    message: str
    package: str
    """The import path of the package it is about, as the go command calls it."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """Return the parts of a complaint that stay the same when the code around it moves."""
        return self.path.name, self.analyzer, _PLACE_IN_MESSAGE.sub("", self.message)


@dataclass(frozen=True, slots=True)
class Report:
    """All that one run said."""

    diagnostics: tuple[Diagnostic, ...] = ()
    failure: str = ""
    """The error of a run that says nothing about any package; empty otherwise."""
    timed_out: bool = False

    def about(self, target: Target) -> tuple[Diagnostic, ...]:
        """Return the diagnostics about ``target``; without a package named, those about its directory."""
        own = (target.import_path, f"{target.import_path}_test")
        return tuple(
            found
            for found in self.diagnostics
            if found.package in own or (not found.package and found.path.parent == target.directory)
        )

    def type_errors(self, target: Target) -> tuple[Diagnostic, ...]:
        return tuple(found for found in self.about(target) if found.analyzer == TYPES)

    def broken_packages(self) -> dict[str, str]:
        """The first error of each package that does not compile, by import path."""
        broken: dict[str, str] = {}
        for found in self.diagnostics:
            if found.analyzer == TYPES:
                broken.setdefault(found.package, f"{found.path.name}:{found.line}: {found.message}")
        return broken


def vet(go: Go, group: Group, overlay: Overlay) -> Report:
    """Run ``go vet`` over ``group``, with the files in ``overlay`` in place of those on the disk."""
    hidden = [path for target in group.targets for path in target.hidden]
    command = ["vet", "-json", *overlay.flags(hidden), *group.flags, *group.arguments()]
    try:
        done = go.run(command, cwd=group.root, variables=dict(group.variables))
    except OSError as error:
        return Report(failure=f"the go command cannot be run: {error.strerror}")
    if done.timed_out:
        return Report(failure="go vet took too long", timed_out=True)
    return parse(done, group.root, overlay)


def parse(done: Completed, root: Path, overlay: Overlay) -> Report:
    """Read what ``go vet -json``, run in ``root``, has printed."""
    found: list[Diagnostic] = []
    for stream in (done.stdout, done.stderr):
        package = ""
        for item in _items(stream.replace(b"\0", b"?").decode(errors="replace")):
            if isinstance(item, dict):
                found += _from_json(item)
            elif item.startswith("# "):
                package = _import_path(item) or package
            elif match := _ERROR.match(item):
                found.append(_located(match, TYPES, match["message"], package))
            elif item.startswith("\t") and found and found[-1].analyzer == TYPES:
                continue  # the second line of a message says where its first came from
    diagnostics = dict.fromkeys(_at_home(one, root, overlay) for one in found)
    failed = done.code != 0 and not any(one.analyzer == TYPES for one in diagnostics)
    failure = (done.complaint.removeprefix("go: ") or f"go vet ended with {done.code}") if failed else ""
    return Report(tuple(diagnostics), failure)


def new_since(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those of ``after`` that ``before`` has no counterpart for, whatever line they are on."""
    known = Counter(one.identity for one in before)
    fresh: list[Diagnostic] = []
    for one in after:
        known[one.identity] -= 1
        if known[one.identity] < 0:
            fresh.append(one)
    return fresh


def _items(text: str) -> Iterator[str | dict[str, Any]]:
    """The lines of ``text``, and in place of the lines of a JSON object the object."""
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        if line.startswith("{"):
            try:
                value, end = decoder.raw_decode(text, at)
            except (ValueError, RecursionError):
                yield line
            else:
                yield value
        elif line:
            yield line
        at = end + 1


def _from_json(packages: dict[str, Any]) -> Iterator[Diagnostic]:
    """The diagnostics in what looks like vet's answer; a program that vet has started may print other things."""
    for package, analyzers in packages.items():
        for analyzer, answers in analyzers.items() if isinstance(analyzers, dict) else ():
            # An analyzer that itself failed answers with {"error": ...}: it found nothing.
            for answer in answers if isinstance(answers, list) else ():
                place, message = (answer.get("posn"), answer.get("message")) if isinstance(answer, dict) else ("", "")
                if isinstance(place, str) and isinstance(message, str) and (match := _POSITION.match(place)):
                    yield _located(match, analyzer, message, package.partition(" ")[0])


def _located(match: re.Match[str], analyzer: str, message: str, package: str) -> Diagnostic:
    column = int(match["column"] or 0)
    return Diagnostic(Path(match["file"]), int(match["line"]), column, analyzer, brief(message), package)


def _at_home(one: Diagnostic, root: Path, overlay: Overlay) -> Diagnostic:
    """``one`` with the user's file for a path: not relative to ``root``, and no stand-in."""
    path = Path(root, one.path)
    # Not resolve(): the file itself may be a symlink, and go names the link.
    # Nor Path.resolve() of its directory, which does not take links that lead in a circle.
    path = overlay.original(Path(os.path.realpath(path.parent), path.name))
    return Diagnostic(path, one.line, one.column, one.analyzer, one.message, one.package)


def _import_path(heading: str) -> str:
    """``p`` of the headings ``# p`` and ``# p [p.test]``; empty for ``# [p]``, which repeats it."""
    name = heading[2:].partition(" ")[0]
    return "" if name.startswith("[") else name
