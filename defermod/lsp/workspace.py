"""All safe fixes of the workspace at once, as one edit that the editor can show and undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from defermod.lsp.positions import Positions, text_edits
from defermod.module_settings import for_paths
from defermod.pipeline.request import Mode, Request, merged
from defermod.pipeline.run import run


def fixes(
    folders: Sequence[Path], texts: Mapping[Path, tuple[bytes, int | None]], encoding: str
) -> tuple[types.WorkspaceEdit, list[str]]:
    """Return the edits that ``fix ./...`` would write below ``folders``, validated, and sentences about omissions.

    ``texts``: the open texts by path, with their versions.  Where one differs from the file on the disk the file is
    left out: the fixes were judged by what is on the disk.  Raises ConfigError.
    """
    patterns = tuple(f"{folder}/..." for folder in folders)
    requests = [
        Request(Mode.DIFF, paths, replace(wanted, unsafe_fixes=False, verify=False))
        for paths, wanted in for_paths(patterns, {})
    ]
    done = merged([run(request) for request in requests])
    said = list(dict.fromkeys(problem.message for _, problem in done.all_problems if problem.fatal))
    changes: list[types.TextDocumentEdit] = []
    for result in done.changed:
        path = Path(result.path).absolute()
        text, version = texts.get(path, (result.before, None))
        if text != result.before:
            said.append(f"{path.name} has changes that are not saved, and was left as it is")
            continue
        document = types.OptionalVersionedTextDocumentIdentifier(uri=from_fs_path(str(path)) or "", version=version)
        edits = text_edits(result, Positions(result.before, encoding))
        changes.append(types.TextDocumentEdit(document, list(edits)))
    return types.WorkspaceEdit(document_changes=list(changes)), said
