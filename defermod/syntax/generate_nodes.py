"""Makes ``nodes.py`` from ``node_types.json``: ``python -m defermod.syntax.generate_nodes [node-types.json]``.

With the ``node-types.json`` of another version of the grammar, the facts that are kept here are taken from it first.
``tests/test_codemod.py`` holds the two files and the installed grammar together.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FACTS = HERE / "node_types.json"
MODULE = HERE / "nodes.py"

Facts = dict[str, dict[str, tuple[bool, bool, list[str]]]]
"""By kind and field: whether the field is always there, whether it can hold several nodes, and their kinds."""

_HEAD = '''"""The kinds of named nodes and their fields.  Made by ``generate_nodes.py``: not for editing.

Each class is a view of a ``Node`` of one kind: ``ForStatement.of(node)`` is None for any other kind, and a misspelt
field is an error for a type checker, and an AttributeError when run.  A field gives plain nodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from defermod.syntax.tree import Node
from defermod.syntax.view import View
'''


def facts_of(node_types: list[dict[str, Any]]) -> Facts:
    """Extract the facts that are kept of a grammar's ``node-types.json``."""
    found: Facts = {}
    for kind in node_types:
        if not kind["named"] or "subtypes" in kind:
            continue
        fields = found.setdefault(kind["type"], {})
        for name, field in sorted(kind.get("fields", {}).items()):
            kinds = sorted(part["type"] for part in field["types"] if part["type"] != ",")
            fields[name] = (field["required"], field["multiple"], kinds)
    return dict(sorted(found.items()))


def class_name(kind: str) -> str:
    """``for_statement`` as ``ForStatement``."""
    name = "".join(part.capitalize() for part in kind.split("_"))
    return f"{name}Literal" if name in ("True", "False") else name


def module(facts: Facts) -> str:
    """The text of ``nodes.py``."""
    classes = [_class(kind, fields) for kind, fields in facts.items()]
    table = ["FIELDS: Mapping[str, frozenset[str]] = {"]
    for kind, fields in facts.items():
        names = ", ".join(f'"{name}"' for name in fields)
        entry = f'    "{kind}": frozenset({{{names}}}),' if fields else f'    "{kind}": frozenset(),'
        table.append(entry)
    table += ["}", '"""The names of the fields of each kind."""', ""]
    return "\n\n".join([_HEAD, *classes]) + "\n\n" + "\n".join(table)


def _class(kind: str, fields: dict[str, tuple[bool, bool, list[str]]]) -> str:
    lines = [
        f"class {class_name(kind)}(View):",
        f'    """Node ``{kind}``."""',
        "",
        f'    KIND: ClassVar[str] = "{kind}"',
    ]
    for name, (required, multiple, kinds) in fields.items():
        shown = _shown(kinds)
        if multiple:
            result, body = "list[Node]", f'self.node.all("{name}")'
        elif required:
            result, body = "Node", f'self.node.need("{name}")'
        else:
            result, body = "Node | None", f'self.node.get("{name}")'
        lines += ["", "    @property", f"    def {name}(self) -> {result}:"]
        lines += [f'        """{shown}"""', f"        return {body}"]
    return "\n".join(lines) + "\n"


def _shown(kinds: list[str]) -> str:
    named = [kind for kind in kinds if kind.replace("_", "").isalpha()]
    if not named:
        return "A token."
    text = ", ".join(f"``{kind}``" for kind in named)
    return f"{text}." if len(text) < 90 else f"One of {len(named)} kinds."


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("node_types", type=Path, nargs="?", help="the node-types.json of another version")
    given: Path | None = parser.parse_args().node_types
    if given is not None:
        facts = facts_of(json.loads(given.read_text("utf-8")))
        rows = [f'"{kind}": {json.dumps(fields)}' for kind, fields in facts.items()]
        FACTS.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")
    MODULE.write_text(module(json.loads(FACTS.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
