"""Showing the go command other content for files than the disk has."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

_LINE_DIRECTIVE = re.compile(rb"^//line (?=\S)", re.MULTILINE)


class Overlay:
    """Texts that stand in for files, in a private directory that is gone when the ``with`` block ends.

    Messages of the go command may name the stand-ins; ``original`` tells whose they are.
    """

    def __init__(self, texts: Mapping[Path, bytes]) -> None:
        """``texts`` by the absolute path of the file they replace, its directory free of symlinks."""
        self._directory = tempfile.TemporaryDirectory(prefix="defermod-overlay-")
        self._replaced: dict[str, str] = {}
        self._originals: dict[Path, Path] = {}
        root = Path(self._directory.name).resolve()
        for number, (path, text) in enumerate(texts.items()):
            stand_in = root / f"{number:06}" / path.name
            stand_in.parent.mkdir()
            stand_in.write_bytes(text)
            self._replaced[str(path)] = str(stand_in)
            self._originals[stand_in] = path

    def __enter__(self) -> Overlay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._directory.cleanup()

    def original(self, path: Path) -> Path:
        """The file that ``path`` stands in for, or ``path`` itself."""
        return self._originals.get(path, path)

    def flags(self, hidden: Iterable[Path] = ()) -> list[str]:
        """The flags that make the go command use this overlay and not see the files ``hidden``."""
        replaced = {**self._replaced, **{str(path): "" for path in hidden}}
        if not replaced:
            return []
        description = Path(self._directory.name, "overlay.json")
        description.write_text(json.dumps({"Replace": replaced}), encoding="utf-8")
        return [f"-overlay={description}"]


def unsaved(texts: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """Those of ``texts``, by path, that the disk doesn't have: an editor's buffers."""
    return {path: text for path, text in texts.items() if not _is_on_disk(path, text)}


def _is_on_disk(path: Path, text: bytes) -> bool:
    try:
        return path.read_bytes() == text
    except OSError:
        return False


def without_line_directives(text: bytes) -> bytes:
    """Return the text, of the same length, with its ``//line`` comments made ordinary ones."""
    return _LINE_DIRECTIVE.sub(b"// lin ", text)
