"""Readers of the files around a source, each with the errors that it may raise suppressed.

Settings, ignore patterns, go.mod and its kin, build constraints, comments that silence, profiles' texts, git's diffs,
and all that go, vet and the compiler print.  None may raise anything but its own error, or take long.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from defermod import config
from defermod.engine.fixpoint import analyse
from defermod.files.content import check_utf8, is_generated
from defermod.files.wildmatch import Patterns
from defermod.model import Options
from defermod.printable import printable, without_commands
from defermod.toolchain import constraints, git, gotest, modules, pprof, vet
from defermod.toolchain.go import Completed
from defermod.toolchain.overlay import Overlay

MOST = 2.0
"""Seconds of computing for one input, of a few thousand bytes."""
SEEDS = (
    b'select = ["hot-defer"]\nexclude = ["a/**", "[!b]*"]\njobs = 4\n',
    b"*.go\n!a/b\n/c/**/d[a-z]?\n\\#x\ne/ \n[[:alpha:]]\n",
    b'module example.com/m\n\ngo 1.22.3\n\ntoolchain go1.23.0\n\nuse (\n\t./a\n\t"./b c"\n)\n',
    b"//go:build (linux && !cgo) || go1.21\n// +build linux,386 darwin\n\npackage m\n",
    b"package m\n\n//nolint:defermod,gocritic // why\n//lint:ignore SA9001 why\nfunc f() { for { defer g() } }\n",
    b"-----------+---\n     bytes\n 10ms   runtime.deferreturn /go/panic.go:12\n        m.f (inline) /m/a.go:3\n",
    b"diff --git a/old/0 b/new/0\n--- a/old/0\n+++ b/new/0\n@@ -1,2 +1,3 @@ x\n-a\n+b\n",
    b'# m\n{"m": {"printf": [{"posn": "a.go:3:4", "message": "x"}]}}\n# m [m.test]\nvet: ./a.go:1:2: no\n',
    b'{"Action":"run","Package":"m","Test":"TestX"}\n{"Action":"fail","Package":"m","Output":"x\\n"}\n',
)


def readers(scratch: Path) -> list[Callable[[bytes], object]]:
    """Return the readers of such files, each with its own errors suppressed."""

    def settings(data: bytes) -> None:
        file = scratch / ".defermod.toml"
        file.write_bytes(data)
        with suppress(config.ConfigError):
            config.Settings().overridden(config.load(file))

    def module(data: bytes) -> None:
        for name in ("go.mod", "go.work", "vendor/modules.txt"):
            (scratch / name).parent.mkdir(exist_ok=True)
            (scratch / name).write_bytes(data)
        for cached in (modules._directives_at, modules._vendored_at, modules._workspace_modules_at):
            cached.cache_clear()
        modules.module_version(scratch)
        modules.module_name(scratch)
        modules.workspace_modules(scratch)
        modules.language_version(scratch / "a.go", data)
        modules.language_version(scratch / "vendor" / "a" / "a.go", data)

    def ignored(data: bytes) -> None:
        with suppress(ValueError):
            patterns = Patterns(data)
            for path in ("a.go", "a/b/c.go", "a" * 40 + "/b"):
                patterns.decision(path, is_directory=False)
                patterns.excludes(path)

    def printed(data: bytes) -> None:
        done = Completed(1, data, data)
        with Overlay({}) as overlay:
            vet.parse(done, scratch, overlay)
        gotest.parse(done)
        with suppress(ValueError):
            pprof._parse(data.decode(errors="replace"))
        git._parsed(data)

    def shown(data: bytes) -> None:
        text = data.decode(errors="surrogateescape")
        assert printable(text).isprintable()
        assert not any(line.startswith("::") for line in without_commands(text).split("\n"))

    def source(data: bytes) -> None:
        is_generated(data)
        check_utf8(data)
        constraints.of_file("a_linux.go", data)
        analyse("a.go", data, Options(select=frozenset({"defer-in-loop"})))

    return [settings, module, ignored, printed, shown, source]


def read_by_all(every: list[Callable[[bytes], object]], data: bytes) -> None:
    """Give ``data`` to each reader.  Raises AssertionError if one takes long, or whatever one raises."""
    for read in every:
        start = time.process_time()
        read(data)
        assert time.process_time() - start < MOST, f"{read.__name__} takes long"
