"""The usual ``check`` command line, parsed without typer, whose import takes longer than checking a file.

Only what is plain is understood here; for everything else (help, abbreviations, mistakes, what is new)
typer is asked.  Whatever is understood means the same to both: tests/test_quick.py holds them together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

_LISTS = frozenset({"--select", "--ignore", "--exclude", "--hot", "--validate", "--option", "--output"})
_TEXTS = frozenset(
    {
        "--output-format",
        "--lines",
        "--stdin-filename",
        "--config",
        "--profile",
        "--bench",
        "--loop-style",
        "--trust",
        "--since",
        "--fail-on",
        "--color",
    }
)
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_SWITCHES = {
    "--types": True,
    "--statistics": True,
    "--exit-zero": True,
    "--quiet": True,
    "--unsafe-fixes": True,
    "--include-generated": True,
    "--include-vendor": True,
    "--force-exclude": True,
    "--cache": True,
    "--no-cache": False,
}


def check_flags(arguments: Sequence[str]) -> dict[str, Any] | None:
    """The attributes of ``Flags`` that a ``check`` command line sets; None if it takes typer to tell."""
    if arguments[:1] != ["check"] or "_DEFERMOD_COMPLETE" in os.environ:
        return None
    found: dict[str, Any] = {}
    paths: list[str] = []
    rest = iter(arguments[1:])
    for argument in rest:
        if argument == "-" or not argument.startswith("-"):
            paths.append(argument)
            continue
        flag, given, value = argument.partition("=")
        name = flag.removeprefix("--no").lstrip("-").replace("-", "_")
        if flag in _SWITCHES and not given and name not in found:
            found[name] = _SWITCHES[flag]
            continue
        if not given:
            value = next(rest, "")
        if not value or value.startswith("-"):
            return None
        if flag in _LISTS:
            found.setdefault(name, []).append(value)
        elif flag in _TEXTS and name not in found:
            found[name] = value
        elif flag == "--jobs" and name not in found and value.isascii() and value.isdecimal() and len(value) < 10:
            found[name] = int(value)
        elif flag == "--hot-threshold" and name not in found and _NUMBER.fullmatch(value):
            found[name] = float(value)
        else:
            return None
    return {**found, "paths": tuple(paths)}
