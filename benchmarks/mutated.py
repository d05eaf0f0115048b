"""Inject the fault that each rule of the family is there for into real code, and count how many are found.

    python benchmarks/mutated.py [--no-std] [--seed N] [--each N] [--work DIRECTORY] [MODULE@VERSION ...]

The code is Go's standard library, as copies of its packages below ``mutated/`` in a copy of the Go installation, and
modules of the Go module proxy (``MODULES`` where none is named).  Whatever the copy's packages need is analysed anew,
which takes most of the time; ``--no-std`` leaves them out.  A fault is a small change of the text that is
plainly wrong by construction, made without asking the rule: see the functions that are decorated with ``fault``.
One function has at most one; what doesn't compile is taken back.  ``check --types`` runs before and after, and a fault
counts as found if a finding of its rule stands on its line; functions that had one before, and generated files, are
left out.

Printed are a table in Markdown, recall by rule and kind of fault, then each fault that was missed, with its place and
its text.  With ``--work`` the mutated code stays there.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defermod.golang.deferred import ends_way, listed_after, siblings
from defermod.golang.function_names import package_name
from defermod.golang.loops import functions
from defermod.golang.statements import statements
from defermod.model import Edit, apply_edits
from defermod.syntax.source import Source
from defermod.syntax.tree import Node
from defermod.toolchain.go import Go, find_go

MODULES = ("go.etcd.io/bbolt@v1.4.0", "github.com/cilium/ebpf@v0.22.0")
_STD = (
    "archive/tar", "archive/zip", "compress/bzip2", "compress/gzip", "compress/zlib", "database/sql", "debug/buildinfo",
    "debug/elf", "debug/macho", "debug/pe", "debug/plan9obj", "encoding/csv", "encoding/gob", "encoding/xml", "expvar",
    "go/build", "image/gif", "io/fs", "io/ioutil", "log", "log/slog", "log/syslog", "mime", "mime/multipart",
    "net/http/internal", "net/http/cgi", "net/http/fcgi", "net/http/httptest", "net/http/httputil", "net/rpc",
    "net/smtp", "net/textproto", "os/exec", "os/signal", "os/user", "testing/fstest", "text/template",
)  # fmt: skip
"""Packages of the standard library that compile under another name."""
_HELPERS = """package {package}

import (
	"net"
	"os"
	"os/exec"
	"time"
)

func mutatedSleeps() {{ mutatedRests() }}

func mutatedRests() {{ time.Sleep(time.Second) }}

func mutatedDials() {{
	if c, err := net.Dial("tcp", "localhost:1"); err == nil {{
		_ = c.Close()
	}}
}}

func mutatedRuns() {{ _ = exec.Command("true").Run() }}

func mutatedDies() {{ os.Exit(3) }}

func mutatedElapsed(since time.Time) float64 {{ return time.Since(since).Seconds() }}

func mutatedObserves(...any) {{}}

func mutatedTraces(string) func() {{ return func() {{}} }}
"""
_HELPER_FILE = "zz_mutated.go"
_RELEASE = re.compile(r"[\w.]+\.(Close|Unlock|RUnlock|Stop|Release)\(\)")
_MATTERS = re.compile(r"[\w.]+\.(Close|Flush|Remove|RemoveAll)\(.*\)")
_ERROR = re.compile(r"err|(fmt\.Errorf|errors\.New)\(.*\)", re.DOTALL)
_GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.$", re.MULTILINE)
_ROUNDS = 12
"""The most times that faults which don't compile are taken back."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One change of one function."""

    rule: str
    kind: str
    path: Path
    function: tuple[int, int]
    """The span of the declaration in the original text."""
    edits: tuple[Edit, ...]
    anchor: int
    """The offset in the original text of what the finding is to stand on, or above it."""
    below: int = 0
    """The lines between the two."""


Way = tuple[tuple[Edit, ...], int] | tuple[tuple[Edit, ...], int, int]
"""``edits``, ``anchor`` and, unless it is 0, ``below`` of a fault."""
Injector = Callable[[Source, Node, random.Random], Iterator[Way]]
_FAULTS: list[tuple[str, str, Injector]] = []


def fault(rule: str, kind: str) -> Callable[[Injector], Injector]:
    """Register a function that yields the ways to inject one kind of fault into a declared function."""

    def register(injector: Injector) -> Injector:
        _FAULTS.append((rule, kind, injector))
        return injector

    return register


# -- faults ----------------------------------------------------------------------------------------------------------


@fault("defer-in-loop", "a release at the end of a pass made a defer")
def _deferred_in_loop(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    for loop in _own(function, "for_statement"):
        body = statements(loop.need("body"))
        for statement in body:
            if _is_release(statement) and not ends_way(loop.need("body")):
                yield (_insert(statement.start, "defer "),), statement.start


@fault("defer-in-loop", "a loop put around acquisition and defer")
def _loop_around(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    body = statements(function.need("body"))
    for opening, _, defer in _opened(function):
        if opening not in body:
            continue
        last = body[-2] if body[-1].kind == "return_statement" else body[-1]
        if last.start <= defer.start or ends_way(function.need("body")) is (last is body[-1]):
            continue
        if re.match(r"for \{", last.text):
            continue  # never left, mostly: there is no second pass
        loop = _insert(opening.start, "for mutated := 0; mutated < 2; mutated++ {\n")
        yield (loop, _insert(last.end, "\n}\n")), defer.start


@fault("wide-defer", "something slow after the last use of a lock")
def _slow_under_lock(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    yield from _slow_after(function, chance, {"Unlock", "RUnlock"})


@fault("wide-defer", "something slow after the last use of a resource")
def _slow_under_resource(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    yield from _slow_after(function, chance, {"Close"})


def _slow_after(function: Node, chance: random.Random, verbs: set[str]) -> Iterator[Way]:
    body = statements(function.need("body"))
    if function.need("name").text == "main":
        return  # a program's main holds what it has as long as it runs
    for index, statement in enumerate(body[:-1]):
        text = _deferred_text(statement)
        if not text.endswith(tuple(f".{verb}()" for verb in verbs)) or "(" in text[:-2]:
            continue
        root = text.partition(".")[0]
        after = body[-1]
        if after.kind == "return_statement":
            if after is body[index + 1] or re.search(rf"\b{root}\b", after.text):
                continue
            if verbs == {"Close"} and re.search(r"[a-z]\w*", after.text.removeprefix("return").replace("nil", "")):
                continue  # what it returns may be made from the resource
            place = after.start
        elif ends_way(function.need("body")):
            continue
        else:
            place = after.end
        slow = chance.choice(("mutatedSleeps()", "mutatedDials()", "mutatedRuns()"))
        text = f"{slow}\n" if place == after.start else f"\n{slow}"
        yield (_insert(place, text),), statement.start


@fault("conditional-release", "one of several releases by hand removed")
def _release_removed(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    releases = [s for s in _own(function, "expression_statement") if _is_release(s)]
    for statement in releases:
        following = next(listed_after(statement), None)
        same = [other for other in releases if other.text == statement.text]
        if len(same) > 1 and following is not None and _returns_error(following):
            yield (Edit(statement.start, statement.end, b""),), following.start


@fault("conditional-release", "a defer undone by hand, but for one way out")
def _defer_undone(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    body = statements(function.need("body"))
    for index, defer in enumerate(body):
        text = _deferred_text(defer)
        if not _RELEASE.fullmatch(text) or not index:
            continue
        locks = body[index - 1].text == text.replace("RUnlock()", "RLock()").replace("Unlock()", "Lock()")
        opens = any(opened[2] is defer for opened in _opened(function))
        returns = [r for r in _own(function, "return_statement") if r.start > defer.end]
        forgotten = [r for r in returns if _returns_error(r) and r.parent is not None and _tests_error(r)]
        if not (locks or opens) or len(returns) < 2 or not forgotten:
            continue
        one = chance.choice(forgotten)
        undone = [_insert(r.start, f"{text}\n") for r in returns if r is not one]
        yield (Edit(defer.start, defer.end, b""), *undone), one.start


@fault("lost-close-error", "an opened file created and written to")
def _created(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    result = function.get("result")
    if result is None or not result.text.rstrip(")").endswith("error"):
        return
    for opening, _, defer in _opened(function):
        called = opening.need("right").named_children[0].need("function")
        name = opening.need("left").named_children[0].text
        if called.text == "os.Open" and _deferred_text(defer) == f"{name}.Close()" and not _in_loop(defer):
            written = _insert(defer.end, f'\n{name}.WriteString("mutated")')
            yield (Edit(called.start, called.end, b"os.Create"), written), defer.start


@fault("lost-close-error", "a checked Close made a defer")
def _check_removed(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    for opening in _own(function, "short_var_declaration"):
        values, check = opening.need("right").named_children, next(listed_after(opening), None)
        name = opening.need("left").named_children[0].text
        opens = values[0].kind == "call_expression" and re.fullmatch(
            r"os\.(Create|CreateTemp|OpenFile)|(gzip|zlib|zip|tar|flate)\.NewWriter\w*", values[0].need("function").text
        )
        if not opens or check is None or (check.kind != "if_statement" and "err" in opening.need("left").text):
            continue
        closing = [r for r in _own(function, "return_statement") if r.text == f"return {name}.Close()"]
        if len(closing) == 1 and function.text.count(f"{name}.Close()") == 1 and not _in_loop(opening):
            place = check.end if check.kind == "if_statement" else opening.end
            nothing = Edit(closing[0].start, closing[0].end, b"return nil")
            yield (_insert(place, f"\ndefer {name}.Close()"), nothing), place, 1


@fault("defer-before-check", "the check moved below the defer")
def _swapped(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    for _, check, defer in _opened(function):
        between = source.text[check.end : defer.start]
        swapped = source.text[defer.start : defer.end] + between + source.text[check.start : check.end]
        yield (Edit(check.start, defer.end, swapped),), check.start


@fault("exit-after-defer", "os.Exit, log.Fatal or a helper before a return")
def _exits(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    body = statements(function.need("body"))
    defers = [s for s in body if _MATTERS.fullmatch(_deferred_text(s))]
    ways = ["mutatedDies()"]
    ways += ["os.Exit(1)"] if b'"os"\n' in source.text else []
    ways += ['log.Fatalf("mutated: %d", 1)'] if b'"log"\n' in source.text else []
    for statement in _own(function, "return_statement"):
        if any(defer.start < statement.start for defer in defers):
            yield (_insert(statement.start, f"{chance.choice(ways)}\n"),), statement.start


@fault("late-cleanup", "subtests made parallel")
def _made_parallel(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    if not function.need("parameters").text.endswith("*testing.T)"):
        return
    for defer in _own(function, "defer_statement"):
        text = _deferred_text(defer)
        if not _MATTERS.fullmatch(text):
            continue
        name = re.sub(r"^os\.Remove(All)?\(|\.(Close|Flush)\(\)$|\)$", "", text).partition(".")[0]
        for call in _own(function, "call_expression"):
            given = call.need("arguments").named_children
            literal = given[1] if len(given) == 2 and call.need("function").text == "t.Run" else None
            if literal is None or literal.kind != "func_literal" or ".Parallel()" in literal.text:
                continue
            used = any(name == node.text for node in literal.find("identifier"))
            if used and call.start > defer.start:
                yield (_insert(literal.need("body").start + 1, "\nt.Parallel()\n"),), defer.start


@fault("needless-defer", "the last call of a function made a defer")
def _last_deferred(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    body = statements(function.need("body"))
    last = body[-2:-1] if body and body[-1].text in ("return", "return nil", "return true") else body[-1:]
    for statement in last:
        if statement.kind == "expression_statement" and re.match(r"[\w.]+\.\w+\(", statement.text):
            yield (_insert(statement.start, "defer "),), statement.start


@fault("early-argument", "a measurement taken out of its literal")
def _literal_undone(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    for defer in _own(function, "defer_statement"):
        called = defer.named_children[0].get("function")
        body = statements(called.need("body")) if called is not None and called.kind == "func_literal" else []
        if len(body) == 1 and body[0].kind == "expression_statement" and "time.Since(" in body[0].text:
            yield (Edit(defer.start, defer.end, f"defer {body[0].text}".encode()),), defer.start


@fault("early-argument", "a duration, an error or a function's result deferred")
def _evaluated_early(source: Source, function: Node, chance: random.Random) -> Iterator[Way]:
    body = statements(function.need("body"))
    if len(body) < 2:
        return
    ways = ['defer mutatedTraces("f")']
    if b'"time"\n' in source.text:
        for measured in ("time.Since(began)", "time.Since(began).Seconds()", "mutatedElapsed(began)"):
            ways.append(f'began := time.Now()\ndefer mutatedObserves("f", {measured})')
    result = function.get("result")
    if result is not None and result.text.endswith("err error)") and body[-1].text != "return":
        ways += ["defer mutatedObserves(err)"] * 3
    way = chance.choice(ways)
    yield (_insert(body[0].start, f"{way}\n"),), body[0].start, way.count("\n")


# -- what they look for ----------------------------------------------------------------------------------------------


def _insert(place: int, text: str) -> Edit:
    return Edit(place, place, text.encode())


def _own(function: Node, kind: str) -> list[Node]:
    """The nodes of a kind in a function's body, literals left out."""
    return [node for node in function.need("body").without("func_literal") if node.kind == kind]


def _is_release(statement: Node) -> bool:
    return statement.kind == "expression_statement" and _RELEASE.fullmatch(statement.text) is not None


def _deferred_text(statement: Node) -> str:
    return statement.named_children[0].text if statement.kind == "defer_statement" else ""


def _opened(function: Node) -> Iterator[tuple[Node, Node, Node]]:
    """The ``x, err := f()`` with ``if err != nil { ...return }`` and the ``defer`` that mentions x below them."""
    for opening in _own(function, "short_var_declaration"):
        names, values = opening.need("left").named_children, opening.need("right").named_children
        after = [s for s in siblings(opening) if s.start > opening.start][:2]
        if len(names) < 2 or len(values) != 1 or values[0].kind != "call_expression" or len(after) < 2:
            continue
        check, defer = after
        if check.kind != "if_statement" or check.get("initializer") is not None or check.get("alternative") is not None:
            continue
        if check.need("condition").text != f"{names[-1].text} != nil" or not ends_way(check.need("consequence")):
            continue
        mentioned = _deferred_text(defer)
        if defer.kind == "defer_statement" and re.search(rf"\b{names[0].text}\b", mentioned):
            yield opening, check, defer


def _returns_error(statement: Node) -> bool:
    values = [v for child in statement.named_children for v in child.named_children]
    return statement.kind == "return_statement" and bool(values) and _ERROR.fullmatch(values[-1].text) is not None


def _tests_error(statement: Node) -> bool:
    """Return True if a return stands in ``if err != nil { ... }``."""
    around = next((up for up in statement.ancestors() if up.kind == "if_statement"), None)
    return around is not None and "err != nil" in around.need("condition").text


def _in_loop(node: Node) -> bool:
    return any(up.kind == "for_statement" for up in node.ancestors())


# -- running ---------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    """Inject, check, and print.  Exit status 1 if there is no Go, or a module can't be had."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE@VERSION", default=MODULES)
    parser.add_argument("--no-std", action="store_true", help="the modules alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=40, help="faults of one kind at most")
    parser.add_argument("--work", type=Path, help="keep the mutated code there")
    wanted = parser.parse_args(arguments)
    go = find_go()
    if go is None:
        print("no go command", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        work = wanted.work or Path(temporary)
        code = Code(go, work.resolve(), wanted.modules, with_std=not wanted.no_std)
        if broken := code.broken():
            print(f"left out, as it doesn't compile: {', '.join(broken)}\n")
        before = code.findings()
        chosen = _chosen(code, before, wanted.seed, wanted.each)
        kept = code.inject(chosen)
        _print(code, kept, code.findings(), len(before), len(chosen) - len(kept))
    return 0


class Code:
    """Copies of the code, and the commands that look at them."""

    def __init__(self, go: Go, work: Path, modules: Sequence[str], *, with_std: bool) -> None:
        self.root = Path(go.run(["env", "GOROOT"], cwd=work).stdout.decode().strip())
        if with_std:
            self.root = Path(shutil.copytree(self.root, work / "go", symlinks=True, copy_function=_link))
        self.environment = os.environ | {
            "GOROOT": str(self.root), "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOWORK": "off",
            "PATH": f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}",
        }  # fmt: skip
        self.trees = [*([self._std()] if with_std else []), *(self._module(work, name) for name in modules)]
        self.original: dict[Path, bytes] = {}
        self.left_out: set[Path] = set()

    def _std(self) -> Path:
        tree = self.root / "src" / "mutated"
        for name in _STD:
            skip = shutil.ignore_patterns("testdata", "*_windows*", "*_plan9*", "*_wasm*")
            shutil.copytree(self.root / "src" / name, tree / name, ignore=skip, dirs_exist_ok=True)
        for path in tree.rglob("*.go"):
            text = path.read_text()
            own = path.parent.relative_to(tree).as_posix()
            text = re.sub(r'"((?!cmd/)\w[\w/]*/internal\b[\w/]*)"', r'"mutated/\1"', text)
            text = re.sub(rf'"({own}/\w[\w/]*)"', r'"mutated/\1"', text)  # it shares types with those below it
            if path.name.endswith("_test.go"):
                text = text.replace(f'"{own}"\n', f'"mutated/{own}"\n')
            path.write_text(text)
        return tree

    def _module(self, work: Path, name: str) -> Path:
        done = subprocess.run(
            ["go", "mod", "download", "-json", name], cwd=work, env=self.environment, capture_output=True, check=True
        )
        tree = work / name.partition("@")[0].replace("/", "_")
        shutil.copytree(json.loads(done.stdout)["Dir"], tree)
        for path in (tree, *tree.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        self._run(["go", "list", "-deps", "-test", "./..."], tree)  # the check won't download anything
        return tree

    def broken(self) -> list[str]:
        """Leave out the packages that don't compile as they are, their tests aside, and return their directories."""
        self._compile()
        self.left_out = {path.parent for path in self.complaints if not path.name.endswith("_test.go")}
        return sorted(path.as_posix() for path in self.left_out)

    def files(self) -> Iterator[Path]:
        """The files that are compiled here, those of tests included."""
        for tree in self.trees:
            files = "".join(
                f'{{{{range .{kind}}}}}{{{{$.Dir}}}}/{{{{.}}}}{{{{"\\n"}}}}{{{{end}}}}'
                for kind in ("GoFiles", "TestGoFiles", "XTestGoFiles")
            )
            files = f"{{{{if not .Incomplete}}}}{files}{{{{end}}}}"
            done = self._run(["go", "list", "-e", "-f", files, "./..."], tree)
            found = {Path(line) for line in done.stdout.decode().splitlines() if line}
            yield from sorted(path for path in found if path.parent.resolve() not in self.left_out)

    def findings(self) -> list[tuple[str, Path, int]]:
        """The rule, file and line of each finding."""
        found: list[tuple[str, Path, int]] = []
        for tree in self.trees:
            command = [sys.executable, "-P", "-m", "defermod", "check", "--types", "--no-cache", "--select", "all"]
            done = self._run([*command, "--output-format", "json", "./..."], tree)
            answer: dict[str, Any] = json.loads(done.stdout)
            found += [(each["rule"], tree / each["path"], each["line"]) for each in answer["findings"]]
        return found

    def inject(self, chosen: Sequence[Fault]) -> list[Fault]:
        """Write the faults; returns those that compile."""
        for directory in {fault.path.parent for fault in chosen}:
            clauses = {package_name(path.read_bytes()) for path in directory.glob("*.go") if "_test" not in path.name}
            if len(clauses) == 1:
                (directory / _HELPER_FILE).write_text(_HELPERS.format(package=clauses.pop()))
        kept = list(chosen)
        for _ in range(_ROUNDS):
            self._write(chosen, kept)
            wrong = [each for each in kept if self._blamed(each, kept)] if (self._compile()) else []
            if not wrong:
                break
            kept = [each for each in kept if each not in wrong]
        return kept

    def _write(self, chosen: Sequence[Fault], kept: Sequence[Fault]) -> None:
        by_path: dict[Path, list[Fault]] = {each.path: [] for each in chosen}
        for each in kept:
            by_path[each.path].append(each)
        for path, faults in by_path.items():
            text = self.original.setdefault(path, path.read_bytes())
            edits = sorted((edit for each in faults for edit in each.edits), key=lambda e: (e.start, e.end))
            path.write_bytes(apply_edits(text, edits))

    def _compile(self) -> bool:
        """Compile all, and note the lines that are complained about."""
        self.complaints: dict[Path, set[int]] = defaultdict(set)
        for tree in self.trees:
            done = self._run(["go", "vet", "-bools", "-gcflags=-e", "./..."], tree)
            for line in done.stderr.decode().splitlines():
                if said := re.match(r"(?:vet: )?(\S+\.go):(\d+):", line):
                    self.complaints[(tree / said[1]).resolve()].add(int(said[2]))
        return bool(self.complaints)

    def _blamed(self, fault: Fault, kept: Sequence[Fault]) -> bool:
        lines = self.complaints.get(fault.path, set())
        first, last = self.lines(fault, kept)
        return any(first <= line <= last for line in lines)

    def lines(self, fault: Fault, kept: Sequence[Fault]) -> tuple[int, int]:
        """The first and last line of the mutated function."""
        start, end = fault.function
        return self.line(fault.path, start, kept), self.line(fault.path, end, kept)

    def line(self, path: Path, offset: int, kept: Sequence[Fault]) -> int:
        """The 1-based line that an offset of the original text has now; of an insertion there, that of its start."""
        text = self.original[path]
        edits = [edit for each in kept if each.path == path for edit in each.edits if edit.start < offset]
        more = sum(edit.new.count(b"\n") - text.count(b"\n", edit.start, edit.end) for edit in edits)
        return text.count(b"\n", 0, offset) + 1 + more

    def _run(self, command: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(command, cwd=cwd, env=self.environment, capture_output=True, check=False)


def _link(source: str, target: str) -> None:
    """Copy a file that nobody writes to."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _chosen(code: Code, before: Sequence[tuple[str, Path, int]], seed: int, each: int) -> list[Fault]:
    """A sample of the faults that can be injected, at most one per function, where the rule has found nothing yet."""
    chance = random.Random(seed)
    had = {(rule, path.resolve(), line) for rule, path, line in before}
    possible: dict[tuple[str, str], list[Fault]] = {(rule, kind): [] for rule, kind, _ in _FAULTS}
    for path in code.files():
        text = path.read_bytes()
        source = Source(text)
        if source.root.has_error or b'import "C"' in text or _GENERATED.search(text):
            continue
        test = path.name.endswith("_test.go")
        for function in functions(source.root):
            if function.kind == "func_literal" or function.get("body") is None:
                continue
            for rule, kind, injector in _FAULTS:
                if test and rule != "late-cleanup":
                    continue
                span = function.start, function.end
                lines = range(*(text.count(b"\n", 0, at) + 1 for at in span))
                if any((rule, path.resolve(), line) in had for line in lines):
                    continue
                possible[rule, kind] += [
                    Fault(rule, kind, path.resolve(), span, *way) for way in injector(source, function, chance)
                ]
    for faults in possible.values():
        chance.shuffle(faults)
    taken: set[tuple[Path, tuple[int, int]]] = set()
    chosen: dict[tuple[str, str], list[Fault]] = {kind: [] for kind in possible}
    while any(possible.values()):
        for kind, faults in possible.items():  # in turn: many kinds want the same few functions
            while faults:
                one = faults.pop()
                if (one.path, one.function) not in taken and len(chosen[kind]) < each:
                    taken.add((one.path, one.function))
                    chosen[kind].append(one)
                    break
    return [each for faults in chosen.values() for each in faults]


def _print(
    code: Code,
    kept: Sequence[Fault],
    after: Sequence[tuple[str, Path, int]],
    before: int,
    dropped: int,
) -> None:
    has = {(rule, path.resolve(), code_line) for rule, path, code_line in after}
    injected: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    missed: list[str] = []
    for each in kept:
        injected[each.rule, each.kind] += 1
        line = code.line(each.path, each.anchor, kept) + each.below
        if (each.rule, each.path, line) in has:
            found[each.rule, each.kind] += 1
        else:
            now = each.path.read_text().splitlines()[line - 1].strip()
            missed.append(f"{each.rule}, {each.kind}: {each.path}:{line}: {now}")
    print("| rule | fault | injected | found |\n|---|---|---|---|")
    for rule, kind, _ in _FAULTS:
        print(f"| {rule} | {kind} | {injected[rule, kind]} | {found[rule, kind]} |")
    print(f"\n{dropped} more did not compile.  Findings before {before}, after {len(has)}.\n")
    print("\n".join(missed))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
