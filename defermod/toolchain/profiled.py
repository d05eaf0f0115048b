"""Assign the samples of a profile to functions of files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from defermod.golang.function_names import package_name
from defermod.toolchain.modules import import_path, module_name, module_root
from defermod.toolchain.pprof import Share, is_of_file, less_package, package_of, tail


def shares_of_files(shares: Mapping[str, Share], files: Mapping[str, bytes]) -> Iterator[tuple[str, str, Share]]:
    """Yield each file's path, and a function of it that a profile has samples of, as ``Finding.function`` names it."""
    index: dict[str, list[tuple[str, Share]]] = defaultdict(list)
    for name, each in shares.items():
        index[package_of(name)].append((less_package(name), each))
    literals = [(less_package(name), each) for name, each in shares.items() if ".func" in name]
    for file, text in files.items():
        for name, each in _of_file(Path(file).absolute(), text, index, literals):
            yield file, name, each


def _of_file(
    file: Path, text: bytes, index: Mapping[str, list[tuple[str, Share]]], literals: list[tuple[str, Share]]
) -> Iterator[tuple[str, Share]]:
    """Yield a profile's shares in one file: the functions of its package, by import path, and literals by their file.

    A literal of a function that was inlined is called after the function that it was inlined into, of any package.
    """
    root = module_root(file)
    module = (module_name(root), root) if root is not None else None
    path, package = import_path(file), package_name(text)
    if not path:
        for shares in index.values():
            yield from (found for found in shares if tail(found[1].file) == tail(str(file)))
        return
    path = f"{path}_test" if file.name.endswith("_test.go") and package.endswith("_test") else path
    yield from index.get(path, ())
    if package == "main":
        yield from (found for found in index.get("main", ()) if is_of_file(found[1].file, file, module))
    yield from (found for found in literals if is_of_file(found[1].file, file, module))


def shown_path(path: Path) -> str:
    """The path of a profile as messages name it."""
    cwd = Path.cwd()
    return path.relative_to(cwd).as_posix() if path.is_relative_to(cwd) else str(path)


__all__ = ["shares_of_files", "shown_path"]
