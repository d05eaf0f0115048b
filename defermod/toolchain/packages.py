"""The packages of changed files, and the calls of the go command that see them.

Preconditions that decide whether a file can be vetted at all:

- its build constraints hold for some platform that the go command knows (``constraints``);
- the go command, run in its module for that platform, has it in a package;
- that package loads: its imports are there, its files agree on one package clause.

A file outside every module is vetted in GOPATH mode, with the other files of its directory.
"""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from defermod.toolchain import constraints, modules
from defermod.toolchain.go import Go, brief, offline

_LONGEST_COMMAND = 24_000
"""Bytes of package arguments in one command: the limit is 32,767 on Windows, far more elsewhere."""

_OUTSIDE_MODULES = Path()
_LISTED = ("GoFiles", "CgoFiles", "TestGoFiles", "XTestGoFiles")
# Nobody reads EmbedFiles, but only when asked for it does go list say that a go:embed pattern matches no file,
# and then one such package keeps go vet from looking at any other.
_FIELDS = ",".join(("ImportPath", "Dir", "ForTest", "Error", "DepsErrors", "EmbedFiles", *_LISTED))


@dataclass(frozen=True, slots=True)
class Target:
    """The subject of one verdict of ``go vet``: a package, or a few of its files on their own."""

    directory: Path
    changed: frozenset[Path]
    """The changed files, all in ``directory``."""
    alone: tuple[str, ...] = ()
    """The names of the only files to take; empty for the package that is in the directory."""
    hidden: frozenset[Path] = frozenset()
    """Files to leave out."""
    import_path: str = "command-line-arguments"

    def arguments(self, root: Path) -> list[str]:
        """Return the go command's arguments for it in the directory ``root``."""
        place = Path(os.path.relpath(self.directory, root)).as_posix()
        place = place if place.startswith(".") else f"./{place}"
        return [f"{place}/{name}" for name in self.alone] or [place]


@dataclass(frozen=True, slots=True)
class Group:
    """Targets that one go command can do together."""

    root: Path
    """The directory that the command runs in."""
    platform: constraints.Platform
    variables: tuple[tuple[str, str], ...]
    flags: tuple[str, ...]
    targets: tuple[Target, ...]

    def arguments(self) -> list[str]:
        return [argument for target in self.targets for argument in target.arguments(self.root)]

    def only(self, *targets: Target) -> Group:
        return replace(self, targets=targets)


@dataclass(frozen=True, slots=True)
class VetPlan:
    """A plan to vet a set of files, and those that cannot be vetted, with the reason."""

    groups: tuple[Group, ...]
    unvetted: Mapping[Path, str]


def plan(go: Go, files: Mapping[Path, bytes], overlay: Sequence[str] = ()) -> VetPlan:
    """Sort changed ``files`` (by real absolute path) into as few go commands as can do them.

    ``overlay``: the flags that show the go command the files that are not on the disk as they are here.
    """
    unvetted: dict[Path, str] = {}
    shared: dict[tuple[Path, constraints.Platform], list[Path]] = defaultdict(list)
    groups: list[Group] = []
    host = constraints.Platform(go.goos, go.goarch, go.cgo, go.tags)
    for path in sorted(files):
        needs = constraints.of_file(path.name, files[path])
        platform = constraints.platform_for(needs, host, go.release[1])
        if platform is None:
            unvetted[path] = _why_nowhere(go, needs)
        elif "ignore" in platform.tags:
            groups.append(alone(go, path, platform))
        else:
            shared[modules.module_root(path) or _OUTSIDE_MODULES, platform].append(path)
    for (root, platform), paths in shared.items():
        if obstacle := _obstacle(root, paths):
            unvetted |= dict.fromkeys(paths, obstacle)
            continue
        group = _group(go, root, platform, _by_directory(paths))
        listed, missing = _loaded(go, group, overlay)
        if not listed.targets and (single := _outside_workspace(go, group)) is not None:
            # A module of the workspace that doesn't load keeps go from looking at any other.
            alternative, remaining = _loaded(go, single, overlay)
            if alternative.targets:
                listed, missing = alternative, remaining
        for path, reason in missing.items():
            if reason.startswith("found packages ") and is_program(files[path]):
                groups.append(alone(go, path, platform))  # it lies beside a package, and is run by its name
            else:
                unvetted[path] = reason
        groups += _split(listed)
    return VetPlan(tuple(groups), unvetted)


def _obstacle(root: Path, paths: Iterable[Path]) -> str:
    """Return why the go command is not asked here; empty for no reason.

    It would wait for ever for pipes and devices, and quote what a go.mod holds that leads out of the repository.
    """
    if root == _OUTSIDE_MODULES:
        places = {path.parent for path in paths}
        found = next((name for place in sorted(places) for name in _endless(place, deep=False)), "")
    else:
        found = _endless_in_module(root, int(time.monotonic() / _LOOKED_AT_FOR))
    if found:
        return f"{found} is neither a file nor a directory, and Go would wait for it"
    workspace = modules.workspace_root(root) or root
    read_by_go = (root / "go.mod", workspace / "go.work", root / "vendor" / "modules.txt")
    linked = (path.name for path in read_by_go if modules.leads_out(path))
    return next((f"{name} {modules.LEADS_OUT}, and Go would quote it" for name in linked), "")


_LOOKED_AT_FOR = 20.0
"""Seconds for which a look at a module's files counts."""


@lru_cache(maxsize=64)
def _endless_in_module(root: Path, _moment: int) -> str:
    above = (place / name for place in (root, *root.parents) for name in ("go.work", "go.mod"))
    if found := next((str(path) for path in above if _is_endless(path)), ""):
        return found
    return next(_endless(root, deep=True), "")


def _endless(directory: Path, *, deep: bool) -> Iterator[str]:
    """The pipes and devices in the directory, links to them included; ``deep``: and below."""
    waiting = [os.fspath(directory)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_file(follow_symlinks=False):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if deep and entry.name != ".git":
                            waiting.append(entry.path)
                    elif _is_endless(entry):
                        yield os.path.relpath(entry.path, directory)
        except OSError:
            continue


def _is_endless(path: Path | os.DirEntry[str]) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode)


def alone(go: Go, path: Path, platform: constraints.Platform) -> Group:
    """A group for one file without the rest of its package, as ``go run FILE`` takes it."""
    target = Target(path.parent, frozenset({path}), alone=(path.name,))
    # With files named on the command line the go command doesn't look at their build constraints.
    untagged = replace(platform, tags=tuple(tag for tag in platform.tags if tag in go.tags))
    return _group(go, path.parent, untagged, (target,))


def is_program(text: bytes) -> bool:
    """Return True if a Go file is of a package main, by its package clause."""
    return any(line.split()[:2] == [b"package", b"main"] for line in text.splitlines())


def dependencies(go: Go, group: Group) -> dict[Target, frozenset[str]]:
    """The import paths that each target needs, its tests included."""
    found: dict[str, set[str]] = defaultdict(set)
    for package in _list(go, group, "ImportPath,ForTest,Deps")[0]:
        name = package.get("ForTest") or package["ImportPath"]
        found[name] |= {plain_import_path(path) for path in package.get("Deps", ())}
    return {target: frozenset(found[target.import_path]) for target in group.targets}


def _why_nowhere(go: Go, needs: constraints.Expression) -> str:
    if "cgo" in needs.tags() and not go.cgo:
        return "it needs cgo, which is off: there is no C compiler, or CGO_ENABLED is 0"
    return "no platform or tag satisfies its build constraints"


def _by_directory(paths: Iterable[Path]) -> tuple[Target, ...]:
    found: dict[Path, set[Path]] = defaultdict(set)
    for path in paths:
        found[path.parent].add(path)
    return tuple(Target(directory, frozenset(changed)) for directory, changed in found.items())


def _group(go: Go, root: Path, platform: constraints.Platform, targets: tuple[Target, ...]) -> Group:
    variables: dict[str, str] = {}
    if (platform.goos, platform.goarch) != (go.goos, go.goarch):
        variables |= {"GOOS": platform.goos, "GOARCH": platform.goarch}
    if platform.cgo != go.cgo:
        variables["CGO_ENABLED"] = "1" if platform.cgo else "0"
    if root == _OUTSIDE_MODULES:
        root = Path(os.path.commonpath([target.directory for target in targets]))
    if modules.module_root(root) is None:
        # Module mode would refuse both directories and, in a workspace, files without a module;
        # and GOPATH mode refuses the flag -mod.
        kept = [flag for flag in go.flags.split() if not re.match("--?mod(file)?=", flag)]
        variables |= {"GO111MODULE": "off", "GOFLAGS": " ".join(kept)}
    elif _is_left_out_of_workspace(go, root):
        variables["GOWORK"] = "off"
    flags = (f"-tags={','.join(platform.tags)}",) if platform.tags != go.tags else ()
    return Group(root, platform, tuple(variables.items()), flags, targets)


def _is_left_out_of_workspace(go: Go, root: Path) -> bool:
    """Return True if a go.work above doesn't use the module of ``root``, which the go command refuses."""
    stated = go.environment.get("GOWORK", "")
    workspace = Path(stated).parent if stated not in ("", "off") else modules.workspace_root(root)
    if stated == "off" or workspace is None:
        return False
    return modules.module_root(root) not in modules.workspace_modules(workspace)


def _outside_workspace(go: Go, group: Group) -> Group | None:
    """The group without the workspace that it is in; None if it is in none."""
    stated = go.environment.get("GOWORK", "")
    inside = stated not in ("", "off") or (stated == "" and modules.workspace_root(group.root) is not None)
    variables = dict(group.variables)
    if not inside or "GOWORK" in variables or modules.module_root(group.root) is None:
        return None
    return replace(group, variables=tuple({**variables, "GOWORK": "off"}.items()))


def _loaded(go: Go, group: Group, overlay: Sequence[str]) -> tuple[Group, dict[Path, str]]:
    """``group`` with the targets that load, and the reasons for the others' files."""
    packages, complaint = _list(go, group, _FIELDS, overlay)
    by_directory: dict[Path, list[dict[str, Any]]] = defaultdict(list)
    for package in packages:
        by_directory[Path(package.get("Dir", "."))].append(package)
    ready: list[Target] = []
    missing: dict[Path, str] = {}
    for target in group.targets:
        found = by_directory[target.directory]
        own = [package for package in found if not _is_of_test(package)]
        reason = load_error(own or found) if found else complaint or "the go command finds no package here"
        if reason:
            missing |= dict.fromkeys(target.changed, reason)
            continue
        hidden = frozenset[Path]()
        if test_reason := load_error(found):
            hidden = frozenset(target.directory.glob("*_test.go"))
            missing |= dict.fromkeys(target.changed & hidden, test_reason)
        listed = {name for package in found for field in _LISTED for name in package.get(field, ())}
        seen = frozenset(path for path in target.changed - hidden if path.name in listed)
        missing |= dict.fromkeys(target.changed - hidden - seen, "the go command leaves it out of its package")
        if seen:
            import_path = next(p["ImportPath"] for p in found if not p.get("ForTest"))
            ready.append(replace(target, changed=seen, hidden=hidden, import_path=import_path))
    return group.only(*ready), missing


def _list(go: Go, group: Group, fields: str, overlay: Sequence[str] = ()) -> tuple[list[dict[str, Any]], str]:
    """Return the group's packages as ``go list`` prints them, and its complaint when it printed nothing."""
    command = ["list", "-e", "-test", f"-json={fields}", *overlay, *group.flags, "--", *group.arguments()]
    try:
        done = go.run(command, cwd=group.root, variables=dict(group.variables))
    except OSError as error:
        return [], f"the go command cannot be run: {error.strerror}"
    if done.timed_out:
        return [], "go list took too long"
    return list(_json_values(done.stdout.decode(errors="replace"))), done.complaint.removeprefix("go: ")


def _json_values(text: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        value, end = decoder.raw_decode(text, at)
        yield value
        at = text.find("{", end)


def _is_of_test(package: Mapping[str, Any]) -> bool:
    """Return True for a package as its tests see it, their own, or the program that go makes to run them."""
    return bool(package.get("ForTest")) or package["ImportPath"].endswith(".test")


def load_error(packages: Iterable[Mapping[str, Any]]) -> str:
    """The first error that keeps any of ``packages`` from being type-checked; empty if none does."""
    for package in packages:
        for error in (package.get("Error"), *package.get("DepsErrors", ())):
            if error:
                return brief(offline(_told(error)))
    return ""


def _told(error: Mapping[str, Any]) -> str:
    """An error as ``go list`` words it, with its place."""
    # A first line that ends in a colon is followed by the command that helps.
    first, *others = str(error["Err"]).split("\n")
    said = f"{first} {others[0].strip()}" if others and first.endswith(":") else first
    if said == "import cycle not allowed":
        return f"{said}: {' imports '.join(map(str, error.get('ImportStack') or ()))}"
    # What is missing is the same for many packages, and is to be said once, without the place of each import.
    if said.startswith("module lookup disabled"):
        return f"a module that it imports is {offline(said)}"
    return f"{error['Pos']}: {said}" if error.get("Pos") and "provides package" not in said else said


def _split(group: Group) -> Iterator[Group]:
    """``group`` in pieces that fit a command line."""
    piece: list[Target] = []
    length = 0
    for target in group.targets:
        length += sum(len(argument) + 1 for argument in target.arguments(group.root))
        if piece and length > _LONGEST_COMMAND:
            yield group.only(*piece)
            piece, length = [], 0
        piece.append(target)
    if piece:
        yield group.only(*piece)


def plain_import_path(import_path: str) -> str:
    """Return the import path that the go command's name for a package means.

    ``p [p.test]`` and ``p_test [p.test]`` are names for what the tests of ``p`` are built of: both are p.
    """
    name, _, tests = import_path.partition(" [")
    own = tests.removesuffix(".test]")
    return own if name == f"{own}_test" else name
