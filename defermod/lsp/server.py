"""The server: keeps the open texts, judges them when they rest, and answers.

A text is judged twice: at once by the text alone, and, once its editor pauses, with Go's type checker if there is a
Go.  A judgement of a version that is no longer the open one is thrown away.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from defermod import __version__
from defermod.config import NAME as CONFIG_NAME
from defermod.config import ConfigError
from defermod.lsp import actions
from defermod.lsp.actions import Client
from defermod.lsp.analysis import Judgement, Snapshot, has_go, judge
from defermod.lsp.diagnostics import diagnostics
from defermod.lsp.positions import Document, Positions

PAUSE = 0.15
"""Seconds without a change after which a text is judged."""
TYPES_PAUSE = 0.6
"""Seconds more after which Go is asked, too; after opening and saving it is asked at once."""
_RECURSION = 20_000
_STACK = 64 * 1024 * 1024
"""The analyses recurse as deep as code nests.  The limit is one for all threads, so it is set once, for all."""


class StaleError(JsonRpcException):
    """The text changed while a request about it was answered."""

    CODE = types.LSPErrorCodes.ContentModified
    MESSAGE = "the text has changed meanwhile"


class Server(LanguageServer):
    """The open texts, what is known of each, and the work under way on each."""

    def __init__(self) -> None:
        super().__init__("defermod", __version__)
        self._open: dict[str, Document] = {}
        self._known: dict[str, Judgement] = {}
        self._work: dict[str, asyncio.Task[None]] = {}
        self._said: set[str] = set()
        self.pages = tempfile.TemporaryDirectory(prefix="defermod-")
        """For pages that the editor is asked to open."""
        # One thread for what is quick, two for what waits for Go: a fix that was asked for, and the types.
        self._quick = ThreadPoolExecutor(1, thread_name_prefix="text")
        self._slow = ThreadPoolExecutor(2, thread_name_prefix="go")

    # --- the open texts ---

    def opened(self, item: types.TextDocumentItem) -> None:
        path = to_fs_path(item.uri) if item.uri.startswith("file:") else None
        if path is None or not path.endswith(".go"):
            return
        codec = self.workspace.position_codec
        self._open[item.uri] = Document(item.uri, item.text, item.version, position_codec=codec)
        self.study(item.uri)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        document = self._open.get(params.text_document.uri)
        if document is None:
            return
        for change in params.content_changes:
            document.apply_change(change)
        document.version = params.text_document.version
        self.study(document.uri, PAUSE, TYPES_PAUSE)

    def closed(self, uri: str) -> None:
        if self._open.pop(uri, None) is None:
            return
        if task := self._work.pop(uri, None):
            task.cancel()
        self._known.pop(uri, None)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def study_package(self, uri: str) -> None:
        """Judge anew what is open of the package of ``uri``: the types of one file depend on the others."""
        for other in self._open:
            if other.rpartition("/")[0] == uri.rpartition("/")[0]:
                self.study(other)

    def study_all(self) -> None:
        for uri in self._open:
            self.study(uri)

    def snapshot(self, uri: str) -> Snapshot | None:
        """The open text as it is now; None if it is not open here."""
        document = self._open.get(uri)
        if document is None:
            return None
        raw = document.source.encode("utf-8", "surrogatepass")
        return Snapshot(uri, Path(document.path).absolute(), document.version, raw)

    def positions(self, snapshot: Snapshot) -> Positions:
        return Positions(snapshot.text, self.workspace.position_encoding or types.PositionEncodingKind.Utf16)

    @property
    def client(self) -> Client:
        return Client.of(self.client_capabilities)

    # --- judging ---

    def study(self, uri: str, pause: float = 0, types_pause: float = 0) -> None:
        """Judge the text anew, after a pause; what was under way for an older version is given up."""
        if task := self._work.get(uri):
            task.cancel()
        self._work[uri] = asyncio.get_running_loop().create_task(self._study(uri, pause, types_pause))

    async def _study(self, uri: str, pause: float, types_pause: float) -> None:
        await asyncio.sleep(pause)
        try:
            judgement = await self._judged(uri, typed=False)
            if judgement and judgement.result.findings and await self.run(has_go):
                await asyncio.sleep(types_pause)
                judgement = await self._judged(uri, typed=True)
                for note in judgement.notes if judgement else ():
                    self.log(note)
        except ConfigError as error:
            self._complain(uri, str(error))
        except Exception as error:
            self.log(f"{uri}: {type(error).__name__}: {error}; this is a bug in defermod, please report it")

    async def _judged(self, uri: str, *, typed: bool) -> Judgement | None:
        """Judge and show; None when the text is gone or another one by now."""
        snapshot = self.snapshot(uri)
        if snapshot is None:
            return None
        loop = asyncio.get_running_loop()
        pool = self._slow if typed else self._quick
        judgement = await loop.run_in_executor(pool, lambda: judge(snapshot, typed=typed))
        document = self._open.get(uri)
        if document is None or document.version != snapshot.version:
            return None
        known = self._known.get(uri)
        if not typed and known and known.typed and known.snapshot == snapshot:
            return judgement  # what the types said of this very text stands until they speak again
        self._known[uri] = judgement
        shown = diagnostics(judgement, self.positions(snapshot))
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, shown, snapshot.version))
        return judgement

    async def current(self, uri: str) -> Judgement | None:
        """What is known of the text as it is now, found out first if need be."""
        document = self._open.get(uri)
        known = self._known.get(uri)
        if not (document and known and known.snapshot.version == document.version):
            known = None
        try:
            known = known or await self._judged(uri, typed=False)
            if known and known.result.findings and not known.typed and await self.run(has_go):
                return await self._judged(uri, typed=True)  # nothing is offered of what is undecided
            return known
        except ConfigError as error:
            self._complain(uri, str(error))
            return None

    async def run(self, function: Any, *arguments: Any) -> Any:
        """Do what may wait for Go without keeping the editor's next message waiting."""
        return await asyncio.get_running_loop().run_in_executor(self._slow, lambda: function(*arguments))

    # --- messages ---

    def log(self, message: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Info, message))

    def _complain(self, uri: str, message: str) -> None:
        """Say once what keeps the program from looking at the text, and show nothing for it."""
        self._known.pop(uri, None)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        if message not in self._said:
            self._said.add(message)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"defermod: {message}"))


def create() -> Server:
    """A server with all that it answers to."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
    threading.stack_size(_STACK)
    server = Server()
    _follow_texts(server)
    _offer_actions(server)
    return server


def _follow_texts(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.opened(params.text_document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.changed(params)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.study_package(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def settings_changed(params: types.DidChangeWatchedFilesParams) -> None:
        server.study_all()

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if not (watching and watching.dynamic_registration):
            return
        watchers = [types.FileSystemWatcher(f"**/{name}") for name in (CONFIG_NAME, "go.mod")]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        wanted = types.Registration("settings", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        await server.client_register_capability_async(types.RegistrationParams([wanted]))


def _offer_actions(server: Server) -> None:
    offered = types.CodeActionOptions(code_action_kinds=list(actions.KINDS), resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, offered)
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        judgement = await server.current(params.text_document.uri)
        if judgement is None:
            return []
        positions = server.positions(judgement.snapshot)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            server._quick, lambda: list(actions.actions(judgement, params, positions, server.client))
        )

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        data: Any = action.data
        if action.edit is not None or not isinstance(data, dict):
            return action
        snapshot = server.snapshot(data["uri"])
        if snapshot is None or snapshot.version != data["version"]:
            raise StaleError()
        try:
            action.edit = await server.run(actions.resolved, snapshot, data, server.positions(snapshot), server.client)
        except (actions.RejectedError, ConfigError) as error:
            message = f"defermod: not fixed: {error}"
            server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
            raise JsonRpcInternalError(message) from error
        return action

    @server.command(actions.EXPLAIN)
    async def explain(name: str) -> str | None:
        from defermod.cli.explain import names, text_of

        text = text_of(name) if name in set(names()) else None
        if text is None:
            return None
        window = server.client_capabilities.window
        if window and window.show_document and window.show_document.support:
            file = Path(server.pages.name, f"{name}.md")
            file.write_text(text, "utf-8")
            uri = from_fs_path(str(file))
            assert uri is not None
            await server.window_show_document_async(types.ShowDocumentParams(uri))
        else:
            server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
        return text
