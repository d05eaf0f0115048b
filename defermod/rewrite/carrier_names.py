"""Names for the variables that carry a closure's results and requests outside."""

from __future__ import annotations

import string
from collections.abc import Sequence
from itertools import chain, count

from defermod.golang.predeclared import KEYWORDS, PREDECLARED
from defermod.syntax.tree import Node

NAMES_BY_TYPE = {
    "[]byte": "data", "bool": "ok", "float64": "x", "int": "n", "int64": "n", "string": "text", "time.Duration": "d",
    "time.Time": "when", "*http.Request": "req", "*http.Response": "resp", "*os.File": "file",
    "[]string": "list",
}  # fmt: skip
_NO_NAMES = KEYWORDS | PREDECLARED


def first_free(candidates: tuple[str, ...], used: frozenset[str] | set[str]) -> str:
    """The first of ``candidates``, or of the variations of the first, that is not in ``used``."""
    best = candidates[0]
    names = chain(candidates, (f"ret{best[:1].upper()}{best[1:]}",), (f"{best}{n}" for n in count(2)))
    return next(name for name in names if name not in used)


_VERBS = {
    "break": ("stop", "leave"),
    "continue": ("skip", "next"),
    "goto": ("jump", "leave"),
    "return": ("done", "finished"),
}


def flag_names(keys: Sequence[str]) -> list[tuple[str, ...]]:
    """Return names, the best first, for each of the bools that ask for the statements ``keys``.

    They are such as ``stop``, or ``stopRows`` where two leave loops.
    """
    words = [key.split() for key in keys]
    candidates: list[tuple[str, ...]] = []
    for verb, *rest in words:
        alone = verb == "return" or [other for other, *_ in words].count(verb) == 1
        label = rest[0] if rest and not alone else ""
        candidates.append(tuple(name + label[:1].upper() + label[1:] for name in _VERBS.get(verb, ("leave",))))
    return candidates


def name_of_value(value: Node) -> str:
    """Return a returned value's name: the variable's, or the field's; empty if it has no name of its own."""
    if value.kind == "identifier":
        name = value.text
    elif value.kind == "selector_expression":
        name = value.need("field").text
    else:
        return ""
    return _as_variable(name)


def name_of_type(kind: Node) -> str:
    """A name for a variable by its type: ``response`` for ``*http.Response``, ``users`` for ``[]User``."""
    match kind.kind:
        case "pointer_type" | "parenthesized_type":
            return name_of_type(kind.named_children[0])
        case "slice_type" | "array_type":
            name = name_of_type(kind.need("element"))
            return "ints" if name == "n" else name + ("es" if name.endswith(("s", "x")) else "s")
        case "map_type":
            return "m"
        case "channel_type":
            return "ch"
        case "function_type":
            return "fn"
        case "generic_type":
            return name_of_type(kind.need("type"))
        case "qualified_type":
            name = _as_variable(kind.need("name").text)
        case "type_identifier":
            name = NAMES_BY_TYPE.get(kind.text) or _as_variable(kind.text)
            if name == kind.text or len(name) == 1:  # a type of the package, or a type parameter
                name = name[:1] if len(kind.text) > 1 else "v"
        case _:
            name = ""
    return name or "v"


def _as_variable(name: str) -> str:
    """The name with a small first letter; empty if Go has another use for it."""
    upper = len(name) - len(name.lstrip(string.ascii_uppercase))
    small = name[:1].lower() + name[1:] if upper < 2 else name.lower() if upper == len(name) else ""
    return "" if small in _NO_NAMES or small == "_" else small
