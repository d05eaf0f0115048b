"""The spelling of a variable's type in a file."""

from __future__ import annotations

import re

from defermod.codemod import Context, Node
from defermod.golang.predeclared import BASIC_TYPES

_PLAIN = BASIC_TYPES | {"any", "error"}
_NAME = re.compile(r"(?:([\w.\-/~]+)\.)?([A-Za-z_]\w*)")
_BRACKETS = re.compile(r"\[\]|\*|map\[|\]|\[\d+\]")


def spelled(context: Context, name: Node) -> str | None:
    """The type of a variable as the file would write it; None where that is not plain.

    Basic types, types of imported packages and of this file, and pointers, slices, arrays and maps of such.
    """
    kind = context.type(name)
    if kind is None or any(word in kind for word in ("func", "struct{", "interface{", "chan ", " ")):
        return None
    rest, made = kind, ""
    while rest:
        bracket = _BRACKETS.match(rest)
        found = None if bracket is not None else _NAME.match(rest)
        if bracket is not None:
            made, rest = made + bracket[0], rest[bracket.end() :]
            continue
        if found is None:
            return None
        one = _spelled_name(context, found[1] or "", found[2], name)
        if one is None:
            return None
        made, rest = made + one, rest[found.end() :]
    return made


def _spelled_name(context: Context, path: str, name: str, at: Node) -> str | None:
    if not path:
        return name if name in _PLAIN and not context.is_declared(name, at) else None
    imported = context.imports.get(path)
    if imported is not None:
        return f"{imported.known_as}.{name}" if context.meaning(imported.known_as, at) is None else None
    declared = any(spec.need("name").text == name for spec in context.root.find("type_spec"))
    return name if declared and context.meaning(name, at) is None else None
