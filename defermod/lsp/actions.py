"""Code actions: fix this, fix all that is safe, say why not, be silent about it.

A client that can wait gets an action without its edit, which is made, and held against gofmt and go vet, when the
user has chosen it.  Any other client gets the edit at once, as the analysis of the open text makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from defermod.lsp import session
from defermod.lsp.diagnostics import Link, diagnostic
from defermod.lsp.positions import Positions, text_edits
from defermod.lsp.session import Analysis, Snapshot
from defermod.model import Edit, FileResult, Finding, Fix
from defermod.pipeline.request import RunResult

EXPLAIN = "defermod.explain"
FIX_WORKSPACE = "defermod.fixWorkspace"
FIX_ALL = "source.fixAll.defermod"
KINDS = (types.CodeActionKind.QuickFix, FIX_ALL)


@dataclass(frozen=True, slots=True)
class Client:
    """The client's abilities that matter here."""

    resolves_edits: bool
    versioned_edits: bool

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> Client:
        document, workspace = capabilities.text_document, capabilities.workspace
        action = document.code_action if document else None
        resolve = action.resolve_support if action and action.data_support else None
        edit = workspace.workspace_edit if workspace else None
        return cls(
            resolves_edits="edit" in resolve.properties if resolve else False,
            versioned_edits=bool(edit and edit.document_changes),
        )


class RejectedError(Exception):
    """The validators do not let the fix pass; the message is one line for the user."""


def actions(
    analysis: Analysis, params: types.CodeActionParams, positions: Positions, client: Client, link: Link
) -> Iterator[types.CodeAction]:
    """Yield the actions for the findings in the range that the client asks about."""
    maker = _Maker(analysis, positions, client, link)
    only = params.context.only
    if _asked(types.CodeActionKind.QuickFix, only):
        here = [found for found in analysis.result.findings if _touches(positions.range(found.span), params.range)]
        yield from maker.quick_fixes(here)
    if _asked(FIX_ALL, only) and any(session.is_safe(found) for found in analysis.result.findings):
        yield maker.fix_all()


def is_own(data: dict[str, Any]) -> bool:
    """Return True if the data of an action is of the shape that ``actions`` gives it."""
    offset = data.get("offset")
    of_place = offset is None or (type(offset) is int and offset >= 0)
    return isinstance(data.get("uri"), str) and type(data.get("version")) is int and "offset" in data and of_place


def resolved(snapshot: Snapshot, data: dict[str, Any], positions: Positions, client: Client) -> types.WorkspaceEdit:
    """The edit of an action that was offered without it.  Raises RejectedError if a validator rejects it."""
    done = session.fixed(snapshot, offset=data.get("offset"))
    result = next((file for file in done.files if file.changed), None)
    if result is None:
        raise RejectedError(_objection(done))
    return workspace_edit(snapshot, text_edits(result, positions), client)


def workspace_edit(snapshot: Snapshot, edits: list[types.TextEdit], client: Client) -> types.WorkspaceEdit:
    if not client.versioned_edits:
        return types.WorkspaceEdit(changes={snapshot.uri: edits})
    document = types.OptionalVersionedTextDocumentIdentifier(uri=snapshot.uri, version=snapshot.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(edits))])


class _Maker:
    """Makes the actions on one analysis for one client."""

    def __init__(self, analysis: Analysis, positions: Positions, client: Client, link: Link) -> None:
        self._analysis, self._positions, self._client, self._link = analysis, positions, client, link
        self._snapshot = analysis.snapshot

    def quick_fixes(self, findings: list[Finding]) -> Iterator[types.CodeAction]:
        done: set[tuple[Edit, ...]] = set()
        for finding in findings:
            # Defers that one closure takes in have one fix.
            if finding.fix and session.offered(finding) and finding.fix.edits not in done:
                done.add(finding.fix.edits)
                yield self._fix(finding, finding.fix)
        for rule in dict.fromkeys(finding.rule for finding in findings):
            yield self._explain(rule, findings)
        for finding in findings:
            if edit := session.silenced(self._snapshot, finding):
                yield self._silence(finding, edit)

    def fix_all(self) -> types.CodeAction:
        action = types.CodeAction("Fix all safe defers in this file", kind=FIX_ALL)
        return self._with_edit(action, {"offset": None}, lambda: session.all_fixed_by_types(self._analysis))

    def _fix(self, finding: Finding, fix: Fix) -> types.CodeAction:
        safe = session.is_safe(finding)
        action = types.CodeAction(
            fix.title.capitalize() if safe else f"{fix.title.capitalize()} (unsafe: {_codes(fix)})",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[self._diagnostic(finding)],
            is_preferred=True if safe else None,
        )
        data = {"offset": finding.span.start}
        return self._with_edit(action, data, lambda: session.fixed_by_text(self._analysis, finding))

    def _explain(self, rule: str, findings: list[Finding]) -> types.CodeAction:
        return types.CodeAction(
            f"Explain {rule}",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[self._diagnostic(found) for found in findings if found.rule == rule],
            command=types.Command(f"Explain {rule}", EXPLAIN, arguments=[rule]),
        )

    def _silence(self, finding: Finding, comment: Edit) -> types.CodeAction:
        start = self._positions.position(comment.start)
        edit = types.TextEdit(types.Range(start, start), comment.new.decode("utf-8", "replace"))
        return types.CodeAction(
            "Silence with //defermod:ignore",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[self._diagnostic(finding)],
            edit=workspace_edit(self._snapshot, [edit], self._client),
        )

    def _with_edit(self, action: types.CodeAction, data: dict[str, Any], made: Any) -> types.CodeAction:
        if self._client.resolves_edits:
            action.data = {"uri": self._snapshot.uri, "version": self._snapshot.version, **data}
        else:
            result: FileResult = made()
            action.edit = workspace_edit(self._snapshot, text_edits(result, self._positions), self._client)
        return action

    def _diagnostic(self, finding: Finding) -> types.Diagnostic:
        return diagnostic(finding, self._snapshot.uri, self._positions, self._link)


def _codes(fix: Fix) -> str:
    return ", ".join(dict.fromkeys(hazard.code for hazard in fix.hazards))


def _objection(done: RunResult) -> str:
    """Return why a fix that was offered can't be made after all."""
    said = [v.message for validations in done.validations.values() for v in validations if v.rejected]
    said += [problem.message for _, problem in done.all_problems]
    refusals = [found.refusal.explanation for found in done.findings if found.refusal]
    return next(iter((*said, *refusals)), "the fix changes nothing any more")


def _asked(kind: str, only: Any) -> bool:
    """Return True if the client wants actions of this kind; a kind stands for all below it."""
    return not only or any(kind == wanted or kind.startswith(f"{_value(wanted)}.") for wanted in only)


def _value(kind: Any) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else str(kind)


def _touches(one: types.Range, other: types.Range) -> bool:
    """Return True if the two have a line in common: a cursor anywhere on it means the defer that starts there."""
    return one.start.line <= other.end.line and other.start.line <= one.end.line
