"""Measure the waits of an editor for ``defermod lsp``: ``python benchmarks/lsp.py [--files 50] [--rounds 9]``.

A package of that many files is made, each with a function of its own that opens files in a loop; one of them is
opened, changed and asked about over the protocol, as an editor does it.  Printed are the median and the worst of the
milliseconds of each kind of request, and the median of the processor's time that the server and the go commands below
it took for it (on Linux); with a verdict means that Go's types were asked about the changed text.  ``--file FILE.go``
measures the verdicts on a file of your own instead, which stays as it is.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

FILE = """package m

import "os"

func Sizes{n}(names []string) error {{
	for _, name := range names {{
		f, err := os.Open(name)
		if err != nil {{
			return err
		}}
		defer f.Close()
		println(f.Name())
	}}
	return nil
}}
"""
DEFER = types.Position(10, 4)


class Clock:
    """The milliseconds of each kind of request, by the clock and of the processor."""

    def __init__(self) -> None:
        self.took: dict[str, list[tuple[float, float]]] = {}
        self.server: int | None = None

    async def time(self, kind: str, answer: Awaitable[Any]) -> Any:
        start, used = time.perf_counter(), self._used()
        got = await answer
        self.took.setdefault(kind, []).append(((time.perf_counter() - start) * 1000, self._used() - used))
        return got

    def _used(self) -> float:
        """Processor time of the server and of what it has waited for."""
        try:
            fields = Path(f"/proc/{self.server}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return sum(map(int, fields[11:15])) * 1000 / os.sysconf("SC_CLK_TCK")


async def measured(file: Path, rounds: int, *, made: bool) -> Clock:
    clock, root = Clock(), file.parent
    client = LanguageClient("benchmark", "0")
    await client.start_io(sys.executable, "-m", "defermod", "lsp", cwd=root)
    clock.server = client._server.pid if client._server else None
    asking = types.TextDocumentClientCapabilities(
        diagnostic=types.DiagnosticClientCapabilities(),
        code_action=types.CodeActionClientCapabilities(
            resolve_support=types.ClientCodeActionResolveOptions(["edit"]),
            data_support=True,
            code_action_literal_support=types.ClientCodeActionLiteralOptions(
                types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix])
            ),
        ),
    )
    able = types.ClientCapabilities(text_document=asking)
    await clock.time("start", client.initialize_async(types.InitializeParams(able, root_uri=root.as_uri())))
    client.initialized(types.InitializedParams())
    uri, text = file.as_uri(), file.read_text("utf-8")
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, types.LanguageKind.Go, 1, text))
    )
    here = types.TextDocumentIdentifier(uri)
    verdict = types.DocumentDiagnosticParams(here)
    report = await clock.time("the first verdict", client.text_document_diagnostic_async(verdict))
    for number in range(2, rounds + 2):
        # One that Go has not been asked about, by an earlier run of this program either.
        whole = types.TextDocumentContentChangeWholeDocument(f"{text}\n// {time.time_ns()}\n")
        identifier = types.VersionedTextDocumentIdentifier(uri=uri, version=number)
        client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [whole]))
        report = await clock.time("a change, with a verdict", client.text_document_diagnostic_async(verdict))
        await clock.time("the same text once more", client.text_document_diagnostic_async(verdict))
        if not made:
            continue
        assert "fixable" in report.items[0].message, report
        await clock.time("hover", client.text_document_hover_async(types.HoverParams(here, DEFER)))
        context = types.CodeActionContext([], only=[types.CodeActionKind.QuickFix])
        wanted = types.CodeActionParams(here, types.Range(DEFER, DEFER), context)
        offered = await clock.time("code actions", client.text_document_code_action_async(wanted))
        fix = next(action for action in offered if action.data and "closure" in action.title)
        await clock.time("a fix, validated", client.code_action_resolve_async(fix))
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return clock


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    flags.add_argument("--files", type=int, default=50)
    flags.add_argument("--rounds", type=int, default=9)
    flags.add_argument("--file", type=Path)
    chosen = flags.parse_args()
    if chosen.file is not None:
        show(asyncio.run(measured(chosen.file.resolve(), chosen.rounds, made=False)))
        return
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory).resolve()
        (root / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
        for number in range(chosen.files):
            (root / f"f{number}.go").write_text(FILE.format(n=number))
        show(asyncio.run(measured(root / "f1.go", chosen.rounds, made=True)))


def show(clock: Clock) -> None:
    print(f"{'ms':28}{'median':>9}{'worst':>9}{'processor':>12}")
    for kind, took in clock.took.items():
        waits, used = zip(*took, strict=True)
        print(f"{kind:28}{statistics.median(waits):9.0f}{max(waits):9.0f}{statistics.median(used):12.0f}")


if __name__ == "__main__":
    main()
