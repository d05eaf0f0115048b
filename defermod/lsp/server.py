"""The server: keeps the open texts, judges them when they rest, and answers.

A text is judged twice: at once by the text alone, and, once its editor pauses, with Go's type checker if there is a
Go.  An analysis of a version that is no longer the open one is thrown away.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import count
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
from defermod.lsp.diagnostics import diagnostics
from defermod.lsp.positions import Document, Positions
from defermod.lsp.session import Analysis, Snapshot, analyse, has_go
from defermod.toolchain.go import Wanted

PAUSE = 0.15
"""Seconds without a change after which a text is judged."""
TYPES_PAUSE = 0.6
"""Seconds more after which Go is asked, too; after opening and saving it is asked at once."""
_NO_GO = "no Go was found on PATH: findings stay undecided, and nothing can be fixed"
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
        self._known: dict[str, Analysis] = {}
        self._work: dict[str, asyncio.Task[None]] = {}
        self._said: set[str] = set()
        self._left = False
        self._deciding: dict[tuple[str, int | None], asyncio.Task[Analysis | None]] = {}
        self._asking: dict[str, Wanted] = {}
        """By text, the go commands that are asked about its last version."""
        self._pages: dict[str, str | None] = {}
        self._tokens = count()
        self.pages = tempfile.TemporaryDirectory(prefix="defermod-")
        """For pages that the editor is asked to open."""
        # One thread for what is quick, two for what waits for Go: a fix that was asked for, and the types.
        self._quick = ThreadPoolExecutor(1, thread_name_prefix="text")
        self._slow = ThreadPoolExecutor(2, thread_name_prefix="go")

    def leave(self) -> None:
        """End what is asked of Go: the editor is leaving, and nobody would read the answer."""
        self._left = True
        for uri in list(self._asking):
            self._ask_no_more(uri)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Tell the editor, unless it has left: a message that can't be written would be an error to be told."""
        if not self._left:
            super().report_server_error(error, source)

    # --- the open texts ---

    def opened(self, item: types.TextDocumentItem) -> None:
        path = to_fs_path(item.uri) if item.uri.startswith("file:") else None
        if path is None or not path.endswith(".go") or "\0" in path:
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
        self._ask_no_more(document.uri)
        self.study(document.uri, PAUSE, TYPES_PAUSE)

    def closed(self, uri: str) -> None:
        if self._open.pop(uri, None) is None:
            return
        self._ask_no_more(uri)
        if task := self._work.pop(uri, None):
            task.cancel()
        self._known.pop(uri, None)
        self._publish(uri, [])

    def _ask_no_more(self, uri: str) -> None:
        """End the go commands that are asked about an older version of the text: nobody would look at the answer."""
        if asking := self._asking.pop(uri, None):
            asking.end()

    def study_package(self, uri: str) -> None:
        """Judge anew what is open of the package of ``uri``: the types of one file depend on the others."""
        self._deciding.clear()
        for other in self._open:
            if other.rpartition("/")[0] == uri.rpartition("/")[0]:
                self.study(other)

    def study_all(self) -> None:
        self._deciding.clear()
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
        """Judge the text anew, after a pause; what was under way for an older version is given up.

        ``pause``, ``types_pause``: seconds, the latter before Go is asked for types.
        """
        if task := self._work.get(uri):
            task.cancel()
        self._work[uri] = asyncio.get_running_loop().create_task(self._study(uri, pause, types_pause))

    async def _study(self, uri: str, pause: float, types_pause: float) -> None:
        await asyncio.sleep(pause)
        try:
            analysis = await self._analysed(uri, typed=False)
            if analysis and analysis.result.findings and not await self.run(has_go):
                self.tell_once(_NO_GO)
            elif analysis and analysis.result.findings:
                await asyncio.sleep(types_pause)
                async with self.under_way("defermod: asking Go for types"):
                    analysis = await self._decided(uri)
                for note in analysis.notes if analysis else ():
                    self.log(note)
        except ConfigError as error:
            self._complain(uri, str(error))
        except Exception as error:
            self.log(f"{uri}: {type(error).__name__}: {error}; this is a bug in defermod, please report it")

    async def _analysed(self, uri: str, *, typed: bool) -> Analysis | None:
        """Judge and show; None when the text is gone or another one by now."""
        snapshot = self.snapshot(uri)
        if snapshot is None:
            return None
        loop = asyncio.get_running_loop()
        pool = self._slow if typed else self._quick
        wanted = Wanted()
        if typed:
            self._asking[uri] = wanted
        analysis: Analysis = await loop.run_in_executor(pool, _wanted, wanted, lambda: analyse(snapshot, typed=typed))
        if self._asking.get(uri) is wanted:
            del self._asking[uri]
        document = self._open.get(uri)
        if document is None or document.version != snapshot.version:
            return None
        known = self._known.get(uri)
        if not typed and known and known.typed and known.snapshot == snapshot:
            return analysis  # what the types said of this very text stands until they speak again
        self._known[uri] = analysis
        self._publish(uri, self.diagnostics(analysis), snapshot.version)
        return analysis

    def diagnostics(self, analysis: Analysis) -> list[types.Diagnostic]:
        return diagnostics(analysis, self.positions(analysis.snapshot), self.page)

    @property
    def is_asked(self) -> bool:
        """True if the editor asks for diagnostics instead of being sent them."""
        document = self.client_capabilities.text_document
        return document is not None and document.diagnostic is not None

    def _publish(self, uri: str, shown: list[types.Diagnostic], version: int | None = None) -> None:
        if not self.is_asked:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, shown, version))

    def ask_again(self) -> None:
        """Have an editor that asks for diagnostics ask once more: what they rest on has changed."""
        workspace = self.client_capabilities.workspace
        if self.is_asked and workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None, lambda _: None)

    def page(self, name: str) -> str | None:
        """The address of a page that explains ``name``, which is written when it is first asked for."""
        if name not in self._pages:
            from defermod.cli.explain import text_of

            text = text_of(name)
            file = Path(self.pages.name, f"{name}.md")
            if text is not None:
                file.write_text(text, "utf-8")
            self._pages[name] = None if text is None else from_fs_path(str(file))
        return self._pages[name]

    def texts(self) -> dict[Path, tuple[bytes, int | None]]:
        """The open texts by path, with their versions."""
        taken = [snapshot for uri in self._open if (snapshot := self.snapshot(uri))]
        return {snapshot.path: (snapshot.text, snapshot.version) for snapshot in taken}

    @asynccontextmanager
    async def under_way(self, title: str) -> AsyncIterator[None]:
        """Have the editor show that work is under way, if it can."""
        window = self.client_capabilities.window
        if not (window and window.work_done_progress):
            yield
            return
        token = f"defermod-{next(self._tokens)}"
        await self.work_done_progress.create_async(token)
        self.work_done_progress.begin(token, types.WorkDoneProgressBegin(title))
        try:
            yield
        finally:
            self.work_done_progress.end(token, types.WorkDoneProgressEnd())

    async def _decided(self, uri: str) -> Analysis | None:
        """Judge with types; requests for the same text at the same time share one answer."""
        document = self._open.get(uri)
        if document is None:
            return None
        key = (uri, document.version)
        if key not in self._deciding:
            task = asyncio.get_running_loop().create_task(self._analysed(uri, typed=True))
            self._deciding[key] = task
            task.add_done_callback(
                lambda done: self._deciding.pop(key, None) if self._deciding.get(key) is done else None
            )
        return await asyncio.shield(self._deciding[key])

    async def current(self, uri: str) -> Analysis | None:
        """Return the analysis of the text as it is now, analysing it first if need be."""
        document = self._open.get(uri)
        known = self._known.get(uri)
        if not (document and known and known.snapshot.version == document.version):
            known = None
        try:
            known = known or await self._analysed(uri, typed=False)
            if known and known.result.findings and not known.typed and await self.run(has_go):
                return await self._decided(uri)  # nothing is offered of what is undecided
            return known
        except ConfigError as error:
            self._complain(uri, str(error))
            return None

    async def run(self, function: Any, *arguments: Any) -> Any:
        """Do what may wait for Go without keeping the editor's next message waiting."""
        wanted = Wanted()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._slow, _wanted, wanted, lambda: function(*arguments)
            )
        except asyncio.CancelledError:  # the editor has cancelled its request
            wanted.end()
            raise

    # --- messages ---

    def log(self, message: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Info, message))

    def _complain(self, uri: str, message: str) -> None:
        """Say once what keeps the program from looking at the text, and show nothing for it."""
        self._known.pop(uri, None)
        self._publish(uri, [])
        self.tell_once(message, types.MessageType.Error)

    def tell_once(self, message: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        if message not in self._said:
            self._said.add(message)
            self.window_show_message(types.ShowMessageParams(kind, f"defermod: {message}"))


def _wanted(wanted: Wanted, work: Callable[[], Any]) -> Any:
    """Return the result of ``work``, run in this thread; its go commands end when it is no longer wanted."""
    with wanted:
        return work()


def create() -> Server:
    """A server with all that it answers to."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
    threading.stack_size(_STACK)
    server = Server()
    _follow_texts(server)
    _offer_actions(server)
    _answer_questions(server)
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
        server.ask_again()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def settings_changed(params: types.DidChangeWatchedFilesParams) -> None:
        server.study_all()
        server.ask_again()

    @server.feature(types.SHUTDOWN)
    def shut_down(_: None) -> None:
        server.leave()

    @server.feature(types.EXIT)
    def left(_: None) -> None:
        server.leave()

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
        analysis = await server.current(params.text_document.uri)
        if analysis is None:
            return []
        positions = server.positions(analysis.snapshot)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            server._quick, lambda: list(actions.actions(analysis, params, positions, server.client, server.page))
        )

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        data: Any = action.data
        if action.edit is not None or not isinstance(data, dict):
            return action
        snapshot = server.snapshot(data["uri"]) if actions.is_own(data) else None
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


def _answer_questions(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        analysis = await server.current(params.text_document.uri)
        if analysis is None:
            return None
        from defermod.lsp.hover import hover

        return hover(analysis, params.position, server.positions(analysis.snapshot), server.page)

    asked = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="defermod")

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, asked)
    async def diagnostic(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        analysis = await server.current(params.text_document.uri)
        shown = server.diagnostics(analysis) if analysis else []
        return types.RelatedFullDocumentDiagnosticReport(items=shown)

    @server.command(actions.FIX_WORKSPACE)
    async def fix_workspace() -> int:
        """Offer all safe fixes of the workspace as one edit; return the number of files."""
        from defermod.lsp.workspace import fixes

        folders = [Path(path) for folder in server.workspace.folders.values() if (path := to_fs_path(folder.uri))]
        if not folders and server.workspace.root_path:
            folders = [Path(server.workspace.root_path)]
        encoding = server.workspace.position_encoding or types.PositionEncodingKind.Utf16
        try:
            async with server.under_way("defermod: fixing all that is safe"):
                edit, said = await server.run(fixes, folders, server.texts(), encoding)
        except ConfigError as error:
            edit, said = types.WorkspaceEdit(document_changes=[]), [str(error)]
        for message in said:
            server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"defermod: {message}"))
        files = len(edit.document_changes or ())
        if files:
            await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, "Fix all safe defers"))
        elif not said:
            nothing = "defermod: there is nothing to fix that is safe"
            server.window_show_message(types.ShowMessageParams(types.MessageType.Info, nothing))
        return files
