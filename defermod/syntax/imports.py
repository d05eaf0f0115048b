"""The imports of a file, and the edits that add and remove imports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from defermod.model import Edit
from defermod.syntax.source import Source
from defermod.syntax.tree import Node

_VERSION = re.compile(r"v[0-9]+")


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a file."""

    path: str
    name: str
    """The name in the source; empty if there is none."""
    node: Node
    """The ``import_spec``."""

    @property
    def known_as(self) -> str:
        """The name by which the file uses the package; guessed from the path if the source gives none."""
        if self.name:
            return self.name
        *rest, last = self.path.split("/")
        if _VERSION.fullmatch(last) and rest:
            last = rest[-1]
        return re.sub(r"\.v[0-9]+$", "", last).removeprefix("go-").replace("-", "_")


class Imports:
    """The imports of one file, in source order."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._declarations: list[Node] = []
        self.all: list[Import] = []
        self._package_end = 0
        for outline in source.header:
            if outline.text.startswith(b"package"):
                self._package_end = outline.end
            else:
                self._declarations.append(outline.node())
        for declaration in self._declarations:
            for spec in declaration.find("import_spec"):
                name = spec.get("name")
                path = spec.need("path").text[1:-1]
                self.all.append(Import(path, name.text if name is not None else "", spec))

    def get(self, path: str) -> Import | None:
        """Return the import of ``path`` under a usable name, or None."""
        return next((one for one in self.all if one.path == path and one.name not in ("_", ".")), None)

    def edits(self, added: Sequence[tuple[str, str]], removed: Sequence[str]) -> list[Edit]:
        """Return the edits that add the imports ``added`` (path and name) and drop ``removed``, as far as needed."""
        gone = [one for one in self.all if one.path in removed and one.name != "_"]
        there = {(one.path, one.name) for one in self.all}
        new = sorted((path, name) for path, name in dict.fromkeys(added) if (path, name) not in there)
        lines = [_spec(path, name) for path, name in new]
        if not self._declarations:
            return [self._first(lines)] if lines else []
        home = max(self._declarations, key=lambda d: (d.child("import_spec_list") is not None, -d.start))
        listed = home.child("import_spec_list")
        kept = [one for one in self.all if one.node.within(home) and one not in gone]
        edits = [self._removal(one.node) for one in gone if not one.node.within(home) or (kept and listed)]
        if kept and listed is not None:
            return sorted(
                edits + [self._inserted(path, line, kept) for (path, _), line in zip(new, lines, strict=True)]
            )
        texts = [*(one.node.raw for one in kept), *lines]
        if not texts:
            return [*edits, self._lines_of(home)]
        if lines or len(kept) < len(list(home.find("import_spec"))):
            old = listed or next(iter(home.find("import_spec")))
            newline = self._source.newline
            body = b"(" + newline + b"".join(b"\t" + t + newline for t in sorted(texts)) + b")"
            edits.append(Edit(old.start, old.end, texts[0] if len(texts) == 1 and listed is None else body))
        return sorted(edits)

    def _first(self, lines: list[bytes]) -> Edit:
        newline = self._source.newline
        at = self._source.line_end(self._package_end)
        body = lines[0] if len(lines) == 1 else b"(" + newline + b"".join(b"\t" + t + newline for t in lines) + b")"
        return Edit(at, at, newline * 2 + b"import " + body)

    def _removal(self, spec: Node) -> Edit:
        parent = spec.parent
        return self._lines_of(spec if parent is not None and parent.kind == "import_spec_list" else parent or spec)

    def _lines_of(self, node: Node) -> Edit:
        text = self._source.text
        end = text.find(b"\n", node.end) + 1 or len(text)
        start = self._source.line_start(node.start)
        if node.kind == "import_declaration" and text[end : end + 1] == b"\n":
            end += 1
        return Edit(start, end, b"")

    def _inserted(self, path: str, line: bytes, kept: list[Import]) -> Edit:
        """Among its like: the standard library's paths have no dot in their first part."""
        standard = "." not in path.split("/")[0]
        alike = [one for one in kept if ("." not in one.path.split("/")[0]) == standard]
        newline = self._source.newline
        after = next((one for one in alike if one.path > path), None)
        if after is not None:
            at = self._source.line_start(after.node.start)
            return Edit(at, at, b"\t" + line + newline)
        last = alike[-1] if alike else kept[-1]
        if not alike and standard:
            at = self._source.line_start(kept[0].node.start)
            return Edit(at, at, b"\t" + line + newline * 2)
        at = self._source.line_end(last.node.end)
        return Edit(at, at, newline * (1 if alike else 2) + b"\t" + line)


def _spec(path: str, name: str) -> bytes:
    return f'{name} "{path}"'.strip().encode()


__all__ = ["Import", "Imports"]
