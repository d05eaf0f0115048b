"""The usual ``check`` command line, parsed without typer, whose import takes longer than checking a file.

Only plain command lines are parsed here, by the same table from which typer's flags are made; the others (help,
abbreviations, mistakes) are left to typer.  Both parsers give the same result, as tests/cli/test_quick.py checks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from defermod.cli.flags import check_names, known_flags

_NUMBERS = {float: re.compile(r"[0-9]+(\.[0-9]+)?"), int: re.compile(r"[0-9]{1,9}")}


def check_flags(arguments: Sequence[str]) -> dict[str, Any] | None:
    """Return the flags of a ``check`` command line, for ``Flags.of``; None if typer has to parse it."""
    if arguments[:1] != ["check"] or "_DEFERMOD_COMPLETE" in os.environ:
        return None
    known, names = known_flags(), frozenset(check_names())
    found: dict[str, Any] = {}
    paths: list[str] = []
    rest = iter(arguments[1:])
    for argument in rest:
        if argument == "-" or not argument.startswith("-"):
            paths.append(argument)
            continue
        flag, given, value = argument.partition("=")
        name, switched_on = flag.removeprefix("--").replace("-", "_"), True
        if name not in known and name.startswith("no_"):
            name, switched_on = name.removeprefix("no_"), False
        if not flag.startswith("--") or "_" in flag or name not in names:
            return None
        kind = known[name].kind
        if kind.typed is bool:
            if given or name in found or not (switched_on or kind.negated):
                return None
            found[name] = switched_on
            continue
        if not given:
            value = next(rest, "")
        if not switched_on or not value or value.startswith("-"):
            return None
        if kind.typed is list:
            found.setdefault(name, []).append(value)
        elif name in found or (kind.typed in _NUMBERS and not _NUMBERS[kind.typed].fullmatch(value)):
            return None
        else:
            found[name] = kind.typed(value)
    return {**found, "paths": tuple(paths)}
