"""The language server, spoken to by a real client in another process."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pygls", reason="the extra lsp is not installed")
pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed")

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.workspace import PositionCodec
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import make_test_lsp_client

from defermod.engine.registry import transforms
from defermod.lsp.positions import Document, Positions, text_edits
from defermod.model import FileResult
from defermod.toolchain.go import find_go
from tests.support_cli import command, defermod, environment, without_go
from tests.support_go import goroot, needs_go

FIXABLE = """package m

import "os"

func Sizes(names []string) error {
	for _, name := range names {
		f, err := os.Open(name) // 𝄞 é
		if err != nil {
			return err
		}
		/* 𝄞é */ defer f.Close()
		println(f.Name())
	}
	return nil
}
"""
REFUSED = """package m

import "os"

func All(names []string) (files []*os.File) {
	for _, name := range names {
		f, _ := os.Open(name)
		defer f.Close()
		files = append(files, f)
	}
	return files
}
"""
TYPES_NEEDED = """package m

import (
	"context"
	"net/http"
	"time"
)

func Fetch(client *http.Client, requests []*http.Request) error {
	for _, request := range requests {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		resp, err := client.Do(request.WithContext(ctx))
		if err != nil {
			return err
		}
		println(resp.Status)
	}
	return nil
}
"""
SMALLER = """package m

import (
	"errors"
	"os"
	"sync"
	"time"
)

var mu sync.Mutex

func Early(f func(time.Duration)) {
	begun := time.Now()
	defer f(time.Since(begun)) // early-argument
	println(begun.Unix())
}

func Exits(name string) {
	defer os.Remove(name)
	os.Exit(1) // exit-after-defer
}

func Unchecked(name string) error {
	f, err := os.Open(name)
	defer f.Close() // defer-before-check
	if err != nil {
		return err
	}
	println(f.Name())
	return nil
}

func Lost(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close() // lost-close-error
	_, err = f.WriteString(name)
	return err
}

func Needless(f *os.File) {
	println(f.Name())
	defer f.Sync() // needless-defer
}

func Locked(n int) error {
	mu.Lock()
	if n < 0 {
		return errors.New("negative") // conditional-release
	}
	mu.Unlock()
	return nil
}

type held struct {
	mu sync.Mutex
	n  int
}

func (h *held) Wide() int {
	h.mu.Lock()
	defer h.mu.Unlock() // wide-defer
	n := h.n
	time.Sleep(1)
	return n
}
"""
LATE = """package m

import (
	"os"
	"testing"
)

func TestLate(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/f")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // late-cleanup
	for _, text := range []string{"a", "b"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			f.WriteString(text)
		})
	}
}
"""
LIMIT = 240
"""Seconds for one scenario: what ends a test that hangs. Each takes two or three once Go has compiled net/http."""


class Published(dict[str, Any]):
    """The published diagnostics by file, and a queue of them: two answers may come before anybody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.queues: defaultdict[str, asyncio.Queue[list[types.Diagnostic]]] = defaultdict(asyncio.Queue)

    def __setitem__(self, uri: str, diagnostics: Any) -> None:
        super().__setitem__(uri, diagnostics)
        self.queues[uri].put_nowait(list(diagnostics))


class Editor:
    """A client with one workspace, as little of an editor as a test needs."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client, self.root = client, root
        self.published = client.diagnostics = Published()
        self.documents: dict[str, Document] = {}

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    async def open(self, name: str, text: str) -> list[types.Diagnostic]:
        item = types.TextDocumentItem(self.uri(name), types.LanguageKind.Go, 1, text)
        self.documents[name] = Document(item.uri, text, 1)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.shown(name)

    def change(self, name: str, edit: types.TextEdit) -> None:
        document = self.documents[name]
        change = types.TextDocumentContentChangePartial(edit.range, edit.new_text)
        document.apply_change(change)
        document.version = (document.version or 0) + 1
        identifier = types.VersionedTextDocumentIdentifier(uri=document.uri, version=document.version)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    def save(self, name: str) -> None:
        params = types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(self.uri(name)))
        self.client.text_document_did_save(params)

    def close(self, name: str) -> None:
        params = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri(name)))
        self.client.text_document_did_close(params)

    async def shown(self, name: str) -> list[types.Diagnostic]:
        """The next diagnostics of the file."""
        return await self.published.queues[self.uri(name)].get()

    async def actions(self, name: str, line: int, *only: str) -> dict[str, types.CodeAction]:
        """The actions at a 0-based line, by title."""
        at = types.Position(line, 0)
        context = types.CodeActionContext([], only=list(only) or None)
        identifier = types.TextDocumentIdentifier(self.uri(name))
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(identifier, types.Range(at, at), context)
        )
        return {action.title: _as_action(action) for action in found or []}

    async def resolve(self, action: types.CodeAction) -> types.WorkspaceEdit:
        assert action.edit is None
        resolved = await self.client.code_action_resolve_async(action)
        assert resolved.edit is not None
        return resolved.edit

    def applied(self, name: str, edit: types.WorkspaceEdit) -> str:
        """The text with an action's edit applied, as the client's capabilities have it."""
        if edit.document_changes:
            (document,) = edit.document_changes
            assert isinstance(document, types.TextDocumentEdit)
            assert document.text_document.version == self.documents[name].version
            edits = list(document.edits)
        else:
            assert edit.changes is not None
            edits = list(edit.changes[self.uri(name)])
        text = Document(self.uri(name), self.documents[name].source)
        for one in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
            assert isinstance(one, types.TextEdit)
            text.apply_change(types.TextDocumentContentChangePartial(one.range, one.new_text))
        return text.source


def _as_action(found: types.Command | types.CodeAction) -> types.CodeAction:
    """The library takes every action that has a command for a bare command."""
    return found if isinstance(found, types.CodeAction) else types.CodeAction(found.title)


@asynccontextmanager
async def session(
    root: Path, *, capabilities: str = "neovim", changes: Mapping[str, str] | None = None, pulls: bool = False
) -> AsyncIterator[Editor]:
    client = make_test_lsp_client()
    await client.start_io(*command("lsp"), cwd=root, env=environment(changes))
    try:
        params = types.InitializeParams(client_capabilities(capabilities), root_uri=root.as_uri())
        # The encoding is the client's choice; this one reads and counts UTF-16.
        assert params.capabilities.general is not None
        params.capabilities.general.position_encodings = [types.PositionEncodingKind.Utf16]
        assert params.capabilities.text_document is not None
        params.capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities() if pulls else None
        await client.initialize_session(params)
        yield Editor(client, root)
    finally:
        await client.shutdown_session()
        await client.stop()  # type: ignore[no-untyped-call]


def played(scenario: Callable[[], Awaitable[None]], run: Callable[[Any], None] = asyncio.run) -> None:
    async def limited() -> None:
        async with asyncio.timeout(LIMIT):
            await scenario()

    run(limited())


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Editor, Callable[[Any], None]]]:
    """One session with a server that finds no Go, and what runs a scenario in it: to start one takes seconds."""
    directory = tmp_path_factory.mktemp("shared")
    with asyncio.Runner() as runner:
        shared = session(directory, changes=without_go(directory))
        editor = runner.run(shared.__aenter__())
        yield editor, runner.run
        runner.run(shared.__aexit__(None, None, None))


@pytest.fixture
def shared(without: tuple[Editor, Callable[[Any], None]], root: Path) -> tuple[Editor, Callable[[Any], None]]:
    """That session with a directory of this test's own, and what was open before out of the way."""
    editor, run = without
    editor.root, editor.documents = root, {}
    return editor, run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    return tmp_path / "m"


@pytest.fixture
def no_go(tmp_path: Path) -> dict[str, str]:
    return without_go(tmp_path)


def test_open_and_silence_without_go(shared: tuple[Editor, Callable[[Any], None]]) -> None:
    """Nothing is decided, so that nothing is offered but to explain and to be silent."""
    editor, run = shared

    async def scenario() -> None:
        (shown,) = await editor.open("a.go", FIXABLE)
        # Column 10 by UTF-16: two tabs, "/* ", a pair of surrogates, "é", " */ ".
        assert (shown.range.start.line, shown.range.start.character) == (10, 2 + 3 + 2 + 1 + 4)
        assert shown.severity is types.DiagnosticSeverity.Warning
        assert (shown.source, shown.code) == ("defermod", "defer-in-loop")
        assert "undecided" in shown.message and "safe" not in shown.message
        actions = await editor.actions("a.go", 10)
        assert set(actions) == {"Explain defer-in-loop", "Silence with //defermod:ignore"}
        while not any("no Go was found" in told.message for told in editor.client.messages):
            await asyncio.sleep(0.05)
        silence = actions["Silence with //defermod:ignore"].edit
        assert silence is not None
        silenced = editor.applied("a.go", silence)
        assert "\t\t//defermod:ignore defer-in-loop on purpose\n\t\t/* 𝄞é */ defer" in silenced
        assert await editor.actions("a.go", 3) == {}

    played(scenario, run)


@needs_go
def test_open_and_fix(root: Path) -> None:
    async def scenario() -> None:
        async with session(root) as editor:
            await editor.open("a.go", FIXABLE)
            actions = await editor.actions("a.go", 10)  # at once: the answer waits for the types
            assert set(actions) == {
                "Wrap in a closure called each iteration",
                "Explain defer-in-loop",
                "Silence with //defermod:ignore",
                "Fix all safe defers in this file",
            }
            fix = actions["Wrap in a closure called each iteration"]
            assert fix.is_preferred
            fixed = editor.applied("a.go", await editor.resolve(fix))
            assert "func() {\n\t\t\tdefer f.Close()" in fixed
            assert set(await editor.actions("a.go", 3)) == {"Fix all safe defers in this file"}
            assert await editor.actions("a.go", 10, types.CodeActionKind.Refactor) == {}
            every = await editor.actions("a.go", 0, types.CodeActionKind.SourceFixAll)
            assert editor.applied("a.go", await editor.resolve(every["Fix all safe defers in this file"])) == fixed

    played(scenario)


@needs_go
def test_refusal_is_a_hint_with_the_blocking_line(root: Path) -> None:
    async def scenario() -> None:
        async with session(root) as editor:
            (by_text,) = await editor.open("b.go", REFUSED)
            assert "undecided" in by_text.message
            (shown,) = await editor.shown("b.go")
            assert shown.severity is types.DiagnosticSeverity.Hint
            assert "left alone (escapes-iteration)" in shown.message
            (related,) = shown.related_information or []
            assert related.location.uri == editor.uri("b.go")
            assert related.location.range.start.line == 8
            actions = await editor.actions("b.go", 7)
            assert set(actions) == {"Explain defer-in-loop", "Silence with //defermod:ignore"}
            explain = types.ExecuteCommandParams("defermod.explain", ["defer-in-loop"])
            assert "escapes-iteration" in str(await editor.client.workspace_execute_command_async(explain))

    played(scenario)


def test_typing_in_an_unsaved_buffer(shared: tuple[Editor, Callable[[Any], None]]) -> None:
    editor, run = shared
    (editor.root / "a.go").write_text("package m\n")

    async def scenario() -> None:
        # A form feed and U+2028 end no line of LSP, or what follows would land one or two lines off.
        assert len(await editor.open("a.go", FIXABLE.replace('"os"\n', '"os" // \f \u2028\n'))) == 1
        line = types.Position(11, 0)
        for letter in "// 𝄞\n":  # five changes within one pause: one answer
            editor.change("a.go", types.TextEdit(types.Range(line, line), letter))
            width = len(letter.encode("utf-16-le")) // 2
            line = types.Position(12, 0) if letter == "\n" else types.Position(11, line.character + width)
        (shown,) = await editor.shown("a.go")
        assert shown.range.start.line == 10
        document = editor.documents["a.go"]
        assert "\n// 𝄞\n\t\tprintln" in document.source
        start, end = types.Position(10, 0), types.Position(10, 12)
        editor.change("a.go", types.TextEdit(types.Range(start, end), "\t\t//nolint\n\t\t"))
        assert await editor.shown("a.go") == []
        assert editor.published.queues[document.uri].empty()

    played(scenario, run)


def test_silencing_is_offered_only_where_it_works(shared: tuple[Editor, Callable[[Any], None]]) -> None:
    editor, run = shared

    async def scenario() -> None:
        raw = FIXABLE.replace("/* 𝄞é */ defer", "_ = `\n`; defer")
        (shown,) = await editor.open("a.go", raw)
        actions = await editor.actions("a.go", shown.range.start.line)
        assert "Silence with //defermod:ignore" not in actions
        assert "Explain defer-in-loop" in actions

    played(scenario, run)


@needs_go
@pytest.mark.skipif(os.name == "nt", reason="the go that waits is a shell script")
def test_request_can_be_cancelled_and_the_server_goes_on(root: Path, tmp_path: Path) -> None:
    # A Go that works, but only while nobody bars the way: the request is certainly under way when it is cancelled.
    barrier, reached = tmp_path / "barrier", tmp_path / "reached"
    waiting = tmp_path / "bin" / "go"
    waiting.parent.mkdir()
    wait = f"while [ -e '{barrier}' ]; do : > '{reached}'; sleep 0.05; done"
    # Under a GOROOT without a bin directory it is the go that everything is asked of.
    homeless = 'sed \'s|"GOROOT": .*|"GOROOT": "/nowhere",|\''
    go = find_go()
    assert go is not None
    real = f"'{go.path}' \"$@\""
    waiting.with_name("gofmt").symlink_to(go.gofmt)
    waiting.write_text(f'#!/bin/sh\n{wait}\n[ "$1" = env ] && {{ {real} | {homeless}; exit; }}\nexec {real}\n')
    waiting.chmod(0o755)
    changes = {"PATH": f"{waiting.parent}{os.pathsep}{os.environ['PATH']}"}

    async def scenario() -> None:
        async with session(root, changes=changes) as editor:
            await editor.open("a.go", FIXABLE)
            await editor.shown("a.go")
            fix = (await editor.actions("a.go", 10))["Wrap in a closure called each iteration"]
            barrier.touch()
            send = editor.client.protocol.send_request_async
            pending = send(types.CODE_ACTION_RESOLVE, fix, msg_id="resolve-1")  # type: ignore[no-untyped-call]
            task = asyncio.ensure_future(pending)
            while not reached.exists():
                await asyncio.sleep(0.05)
            editor.client.cancel_request(types.CancelParams("resolve-1"))
            with pytest.raises(JsonRpcException) as cancelled:
                await task
            assert cancelled.value.code == types.LSPErrorCodes.RequestCancelled
            # What needs no Go is answered meanwhile, and what does is as soon as there is one again.
            assert "Explain defer-in-loop" in await editor.actions("a.go", 10)
            barrier.unlink()
            assert "func() {" in editor.applied("a.go", await editor.resolve(fix))

    played(scenario)


@needs_go
def test_go_ends_when_its_answer_is_not_wanted_any_more(root: Path, tmp_path: Path) -> None:
    """Typing on, and closing the text, end the go commands that are asked about what was there before."""
    go = find_go()
    assert go is not None
    hanging, child = tmp_path / "bin" / "go", tmp_path / "child"
    hanging.parent.mkdir()
    hanging.write_text(
        f"#!/bin/sh\ncase \"$1\" in env) '{go.path}' \"$@\" | sed 's|{goroot()}|{tmp_path}|' ;; build) "
        f"exec '{go.path}' \"$@\" ;; *) sleep 300 & echo $! >{child}.new; mv {child}.new {child}; wait ;; esac\n"
    )
    hanging.chmod(0o755)
    changes = {"PATH": f"{hanging.parent}{os.pathsep}{os.environ['PATH']}"}

    async def asked() -> int:
        while not child.exists():
            await asyncio.sleep(0.05)
        number = int(child.read_text())
        child.unlink()
        return number

    async def gone(number: int) -> None:
        while Path(f"/proc/{number}/stat").exists() and b") Z " not in Path(f"/proc/{number}/stat").read_bytes():
            await asyncio.sleep(0.05)

    async def scenario() -> None:
        async with session(root, changes=changes) as editor:
            await editor.open("a.go", FIXABLE)
            first = await asyncio.wait_for(asked(), 60)
            at = types.Position(0, len("package m"))
            editor.change("a.go", types.TextEdit(types.Range(at, at), " // typed on"))
            await asyncio.wait_for(gone(first), 10)
            second = await asyncio.wait_for(asked(), 60)
            editor.close("a.go")
            await asyncio.wait_for(gone(second), 10)
            await editor.open("b.go", FIXABLE)
            last.append(await asyncio.wait_for(asked(), 60))
        await asyncio.wait_for(gone(last[0]), 10)

    last: list[int] = []
    played(scenario)


def test_settings_and_what_check_passes_over(shared: tuple[Editor, Callable[[Any], None]]) -> None:
    editor, run = shared
    (editor.root / ".defermod.toml").write_text('exclude = ["old/"]\n')

    async def scenario() -> None:
        generated = f"// Code generated by x. DO NOT EDIT.\n\n{FIXABLE}"
        for name in ("old/a.go", "vendor/x/a.go", "testdata/a.go", "_a.go"):
            (editor.root / name).parent.mkdir(parents=True, exist_ok=True)
            assert await editor.open(name, FIXABLE) == [], name
        assert await editor.open("gen.go", generated) == []
        assert len(await editor.open("a.go", FIXABLE)) == 1
        (editor.root / ".defermod.toml").write_text("exlude = []\n")
        editor.save("a.go")
        assert await editor.shown("a.go") == []
        assert any("unknown key 'exlude'; did you mean 'exclude'?" in m.message for m in editor.client.messages)

    played(scenario, run)


@needs_go
def test_client_that_does_not_resolve_gets_the_edit_at_once(root: Path) -> None:
    async def scenario() -> None:
        async with session(root, capabilities="emacs") as editor:
            await editor.open("a.go", FIXABLE.replace("\n", "\r\n"))
            actions = await editor.actions("a.go", 10)
            for title in ("Wrap in a closure called each iteration", "Fix all safe defers in this file"):
                edit = actions[title].edit
                assert edit is not None
                fixed = editor.applied("a.go", edit)
                assert "func() {\r\n" in fixed
                assert "\n" not in fixed.replace("\r\n", "")

    played(scenario)


@needs_go
def test_each_of_the_smaller_rules_has_its_action(root: Path) -> None:
    (root / ".defermod.toml").write_text('select = ["all"]\n')
    rules = {transform.rule for transform in transforms().values()} - {"defer-in-loop", "hot-defer"}

    async def scenario() -> None:
        async with session(root) as editor:
            for name, text in (("a.go", SMALLER), ("late_test.go", LATE)):
                await editor.open(name, text)
                for number, line in enumerate(text.splitlines()):
                    if rule := re.search(r"// ([a-z]+-[a-z-]+)$", line):
                        actions = await editor.actions(name, number)
                        (fix,) = [a for t, a in actions.items() if not t.startswith(("Explain", "Silence", "Fix all"))]
                        assert f"Explain {rule[1]}" in actions
                        assert editor.applied(name, await editor.resolve(fix)) != text
                        rules.discard(rule[1])
            assert rules == set()

    played(scenario)


@needs_go
def test_types_and_validators_are_asked_about_the_unsaved_text(root: Path) -> None:
    (root / "a.go").write_text("package m\n\nfunc broken( {\n")

    async def scenario() -> None:
        async with session(root) as editor:
            (by_text,) = await editor.open("a.go", TYPES_NEEDED)
            assert "undecided" in by_text.message
            (by_types,) = await editor.shown("a.go")
            assert "(safe: " in by_types.message
            actions = await editor.actions("a.go", 11)
            fix = actions["Wrap in a closure called each iteration"]
            fixed = editor.applied("a.go", await editor.resolve(fix))
            assert "if err := func() error {" in fixed
            line = types.Position(12, 0)
            editor.change("a.go", types.TextEdit(types.Range(line, line), "\t\tx := 1\n"))
            with pytest.raises(JsonRpcException, match="changed meanwhile"):
                await editor.resolve(fix)
            # What doesn't compile has no types: nothing is decided or offered.
            (broken,) = await editor.shown("a.go")
            assert "undecided" in broken.message
            assert set(await editor.actions("a.go", 11)) == {"Explain defer-in-loop", "Silence with //defermod:ignore"}

    played(scenario)


def test_without_the_extra_there_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "pygls").mkdir()
    (tmp_path / "pygls" / "__init__.py").write_text("raise ImportError('no pygls here')\n")
    path = f"{tmp_path}{os.pathsep}{environment()['PYTHONPATH']}"
    done = defermod("lsp", cwd=tmp_path, changes={"PYTHONPATH": path})
    assert done.returncode == 2
    assert done.stderr.startswith("defermod: error: the language server needs the extra 'lsp'")
    assert done.stderr.count("\n") == 1


def test_server_ends_with_its_editor(root: Path, no_go: dict[str, str]) -> None:
    process = subprocess.Popen(
        command("lsp"), cwd=root, env=environment(no_go), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin and process.stdout
    process.stdin.close()
    assert process.stdout.read() == b""
    process.wait(timeout=10)
    process.stdout.close()


def test_other_commands_do_not_import_the_server(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("package m\n")
    code = "import sys; from defermod.cli import run; run(['check', 'a.go']); sys.exit('pygls' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(), timeout=60)
    assert done.returncode == 0


# --- positions ---

LETTERS = st.text(st.sampled_from("ab\té𝄞\n\r\f\u2028\x85"), max_size=12)


def reference(text: str, start: tuple[int, int], end: tuple[int, int], new: str) -> str:
    """LSP's own definition of an incremental change, over UTF-16 code units."""
    raw = text.encode("utf-16-le")
    units = [raw[at : at + 2] for at in range(0, len(raw), 2)]
    starts = [0]
    for at, unit in enumerate(units):
        nl, cr = "\n".encode("utf-16-le"), "\r".encode("utf-16-le")
        if unit == nl or (unit == cr and units[at + 1 : at + 2] != [nl]):
            starts.append(at + 1)
    first, last = starts[start[0]] + start[1], starts[end[0]] + end[1]
    return b"".join([*units[:first], new.encode("utf-16-le"), *units[last:]]).decode("utf-16-le")


@given(LETTERS, LETTERS, st.data())
def test_incremental_changes_are_as_the_protocol_says(text: str, new: str, data: st.DataObject) -> None:
    positions = Positions(text.encode(), types.PositionEncodingKind.Utf16)
    ends = [len(text[:at].encode()) for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    first = data.draw(st.sampled_from(ends))
    last = data.draw(st.sampled_from([end for end in ends if end >= first]))
    start, end = positions.position(first), positions.position(last)
    document = Document("file:///a.go", text, position_codec=PositionCodec(types.PositionEncodingKind.Utf16))
    document.apply_change(types.TextDocumentContentChangePartial(types.Range(start, end), new))
    expected = reference(text, (start.line, start.character), (end.line, end.character), new)
    assert document.source == expected == text.encode()[:first].decode() + new + text.encode()[last:].decode()


@given(LETTERS, LETTERS)
def test_edits_of_a_result_make_its_new_text(before: str, after: str) -> None:
    result = FileResult("a.go", before.encode(), after.encode())
    document = Document("file:///a.go", before)
    for edit in reversed(text_edits(result, Positions(result.before, types.PositionEncodingKind.Utf16))):
        document.apply_change(types.TextDocumentContentChangePartial(edit.range, edit.new_text))
    assert document.source == after


@pytest.mark.parametrize(
    ("encoding", "character"),
    [
        (types.PositionEncodingKind.Utf8, 6),
        (types.PositionEncodingKind.Utf16, 3),
        (types.PositionEncodingKind.Utf32, 2),
    ],
)
def test_position_in_each_encoding(encoding: types.PositionEncodingKind, character: int) -> None:
    assert Positions("x\n𝄞éx".encode(), encoding).position(2 + 6) == types.Position(1, character)


@needs_go
def test_hover_links_and_all_files_at_once(root: Path) -> None:
    (root / "b.go").write_text(FIXABLE.replace("Sizes", "Others"))

    async def scenario() -> None:
        async with session(root) as editor:
            (shown,) = await editor.open("a.go", FIXABLE)
            assert shown.code_description is not None
            page = Path(unquote(urlparse(shown.code_description.href).path))
            assert page.read_text("utf-8").startswith("# defer-in-loop")
            where = types.TextDocumentIdentifier(editor.uri("a.go"))
            said = await editor.client.text_document_hover_async(types.HoverParams(where, types.Position(10, 20)))
            assert said is not None and isinstance(said.contents, types.MarkupContent)
            assert "fixable" in said.contents.value and "[defer\\-in\\-loop]" not in said.contents.value
            assert "[defer-in-loop](file://" in said.contents.value
            begun = [getattr(told[0], "title", "") for told in editor.client.progress_reports.values()]
            assert begun == ["defermod: asking Go for types"]
            none = await editor.client.text_document_hover_async(types.HoverParams(where, types.Position(3, 0)))
            assert none is None
            edits: list[types.ApplyWorkspaceEditParams] = []

            @editor.client.feature(types.WORKSPACE_APPLY_EDIT)  # type: ignore[untyped-decorator]
            def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
                edits.append(params)
                return types.ApplyWorkspaceEditResult(applied=True)

            (root / "a.go").write_text(FIXABLE.replace("Sizes", "Saved"))
            command = types.ExecuteCommandParams("defermod.fixWorkspace", [])
            assert await editor.client.workspace_execute_command_async(command) == 1
            (changed,) = edits[0].edit.document_changes or ()
            assert isinstance(changed, types.TextDocumentEdit)
            assert changed.text_document.uri == editor.uri("b.go"), "what is not saved was not judged"

    played(scenario)


@needs_go
def test_editor_that_asks_gets_the_verdict_and_is_sent_nothing(root: Path) -> None:
    async def scenario() -> None:
        async with session(root, pulls=True) as editor:
            item = types.TextDocumentItem(editor.uri("a.go"), types.LanguageKind.Go, 1, FIXABLE)
            editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
            params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(item.uri))
            report = await editor.client.text_document_diagnostic_async(params)
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            (shown,) = report.items
            assert "fixable" in shown.message, editor.client.log_messages
            assert item.uri not in editor.published

    played(scenario)


def test_actions_with_data_of_another_program(root: Path) -> None:
    """They are refused as stale, in the words of the protocol, and the server goes on."""

    async def scenario() -> None:
        async with session(root) as editor:
            await editor.open("a.go", FIXABLE)
            uri = editor.uri("a.go")
            known = {"uri": uri, "version": 1}
            for data in (
                {}, known, {**known, "offset": "7"}, {**known, "offset": -1}, {**known, "offset": True},
                {**known, "offset": 7.5}, {**known, "version": 0, "offset": None}, {"version": 1, "offset": 0},
                {"uri": [uri], "version": 1, "offset": 0}, {"uri": uri, "version": "1", "offset": 0},
                {"uri": "file:///nowhere.go", "version": 1, "offset": 0}, {"id": 1},
            ):  # fmt: skip
                with pytest.raises(JsonRpcException, match="changed meanwhile"):
                    await editor.client.code_action_resolve_async(types.CodeAction("x", data=data))
            with pytest.raises(JsonRpcException, match="not fixed"):
                beyond = types.CodeAction("x", data={**known, "offset": 10**30})
                await editor.client.code_action_resolve_async(beyond)
            for foreign in (None, 7, "x", [uri]):
                action = await editor.client.code_action_resolve_async(types.CodeAction("x", data=foreign))
                assert action.edit is None
            assert "Silence with //defermod:ignore" in await editor.actions("a.go", 10)

    played(scenario)


@pytest.mark.parametrize("name", ["a%00b.go", "a%0Ab.go", "%1B]0;x%07.go", "%FF.go", "%", "%zz.go", "a.go%3Fx#y"])
def test_addresses_with_odd_bytes(root: Path, name: str) -> None:
    """The text is looked at, or nothing is said of it; the server goes on either way."""

    async def scenario() -> None:
        async with session(root) as editor:
            item = types.TextDocumentItem(f"{root.as_uri()}/{name}", types.LanguageKind.Go, 1, FIXABLE)
            editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
            identifier = types.TextDocumentIdentifier(item.uri)
            at = types.Range(types.Position(10, 0), types.Position(10, 0))
            params = types.CodeActionParams(identifier, at, types.CodeActionContext([]))
            await editor.client.text_document_code_action_async(params)
            await editor.open("good.go", FIXABLE)
            assert "Silence with //defermod:ignore" in await editor.actions("good.go", 10)

    played(scenario)
