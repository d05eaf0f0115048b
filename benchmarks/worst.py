"""Time and memory of ``defermod check`` on inputs made to be bad: ``python benchmarks/worst.py [--only WORDS]``.

Each input is a module with one file.  Printed are the seconds of processor time and the megabytes (the largest
resident set) of one run without a cache, for an input of half the size and for the whole one, the ratio of the two
times, each less what an empty module takes, and the exit status.  A ratio near 2 is linear, one near 4 quadratic.
Each input is looked at by the default rule, and by every rule.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

LIMIT = 120
"""Seconds of processor time after which a run is ended."""
OPEN = "f{n}, err := os.Open(p)\nif err != nil {{\nreturn err\n}}\ndefer f{n}.Close()\n_ = f{n}\n"


def function(body: str, name: str = "g") -> str:
    return f"func {name}(ps []string) error {{\n{body}\nreturn nil\n}}\n"


def loop(body: str) -> str:
    return f"for _, p := range ps {{\n{body}}}\n"


def inputs(scale: float = 1) -> Iterator[tuple[str, str]]:
    """Names and texts, less the package clause; sizes, where the name has one, are multiplied by ``scale``."""

    def of(count: int) -> range:
        return range(max(1, round(count * scale)))

    def times(count: int, text: str) -> str:
        return text * len(of(count))

    def each(count: int, text: str) -> str:
        return "".join(text.format(n=n) for n in of(count))

    yield "3,000 defers in one loop", function(loop(each(3000, "defer h({n})\n")))
    yield "3,000 files opened in one loop", function(loop(each(3000, OPEN)))
    yield "2,000 loops in one function", function("".join(loop(OPEN.format(n=n)) for n in of(2000)))
    yield "5,000 functions with a loop each", "".join(function(loop(OPEN.format(n=n)), f"g{n}") for n in of(5000))
    nested = len(of(140))
    yield "140 nested loops", function("for _, p := range ps {\n" * nested + OPEN.format(n=0) + "}\n" * nested)
    yield "20,000 nested blocks", function(times(20_000, "{\n") + "defer h(0)\n" + times(20_000, "}\n"))
    yield "500 nested literals", function(times(500, "func() {\nfor {\n") + "defer h(0)\n" + times(500, "}\n}()\n"))
    chain = " else ".join(f"if x == {n} {{\ndefer h({n})\n}}" for n in of(140))
    yield "a chain of 140 else-ifs", function(loop(chain + "\n"))
    cases = each(5000, "case {n}:\ndefer h({n})\n")
    yield "a switch of 5,000 cases", function(loop(f"switch x {{\n{cases}}}\n"))
    labels = "".join(f"L{n}:\nif x == {n} {{\ngoto L{(n * 7) % len(of(2000))}\n}}\ndefer h({n})\n" for n in of(2000))
    yield "2,000 labels and gotos", function(labels)
    yield "2,000 returns after a defer", function(loop(OPEN.format(n=0) + times(2000, "if x {\nreturn err\n}\n")))
    sums = "x = " + " + ".join(["y"] * len(of(50_000))) + "\n"
    yield "a sum of 50,000 operands", function(loop("defer h(0)\n" + sums))
    yield "10,000 variables", function(each(10_000, "v{n} := {n}\n_ = v{n}\n") + loop("defer h(v0)\n"))
    yield (
        "one variable assigned 10,000 times",
        function("v := 0\n" + times(10_000, "v = v + 1\n") + loop("defer h(v)\n")),
    )
    yield "5,000 comments that silence", function(loop(each(5000, "//nolint:defermod // {n}\ndefer h({n})\n")))
    yield "a line of 5 MB", function(loop("defer h(0)\n")) + f"var s = `{times(5_000_000, 'x')}`\n"
    yield "200,000 lines of comment", times(200_000, "// defer\n") + function(loop("defer h(0)\n"))
    yield "20,000 syntax errors", times(20_000, "func f( {\nfor {\ndefer g(\n}\n")
    yield "an open string of 1 MB", "func f() {\nfor {\ndefer g(`" + times(300_000, "x}\n")
    yield "100,000 brackets", function(loop(f"defer h({times(50_000, '(')}0{times(50_000, ')')})\n"))
    yield "20,000 one-line functions", each(20_000, "func g{n}() {{ for {{ defer h({n}) }} }}\n")
    locked = "//defermod:hot\nfunc k{n}() int {{\nmu.Lock()\ndefer mu.Unlock()\nreturn h({n})\n}}\n"
    yield "5,000 hot functions", each(5000, locked)
    yield (
        "2,000 functions that several rules fix",
        "".join(
            function(loop(OPEN.format(n=n) + "mu.Lock()\ndefer mu.Unlock()\n"), f"g{n}")
            + function("f, err := os.Open(p)\ndefer f.Close()\nif err != nil {\nreturn err\n}", f"k{n}")
            for n in of(2000)
        ),
    )
    yield (
        "300 exits times 30 defers",
        function(loop("".join(OPEN.format(n=n) for n in range(30)) + times(300, "if x {\nbreak\n}\n"))),
    )
    yield "3,000 raw strings", function(loop(OPEN.format(n=0) + times(3000, "h(`a\nb`)\n")))
    yield (
        "1,000 locks, unlocked one after the other",
        function(each(1000, "m{n}.Lock()\nx{n}()\nif y {{\nreturn nil\n}}\ndefer m{n}.Unlock()\n")),
    )


def measured(directory: Path, *arguments: str) -> tuple[float, int, str]:
    """The seconds of processor time, the megabytes and the status of one run."""
    command = [sys.executable, "-m", "defermod", "check", "--no-cache", "--jobs", "1", "--output-format", "concise"]
    process = subprocess.Popen(
        [*command, *arguments], cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=_limit
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    told = str(process.returncode) if process.returncode >= 0 else "ended"
    return used.ru_utime + used.ru_stime, used.ru_maxrss >> 10, told


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))


def of_text(text: str, *arguments: str) -> tuple[float, int, str]:
    """Measure a module with this one file: seconds, bytes, verdict."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "go.mod").write_text("module m\n\ngo 1.22\n")
        Path(directory, "a.go").write_text(f'package m\n\nimport "os"\n\n{text}')
        return measured(Path(directory), *arguments)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", metavar="WORDS", default="", help="inputs whose names have these words")
    only = parser.parse_args().only
    nothing = min(of_text("func f() { for { defer f() } }\n", "--select", "all")[0] for _ in range(3))
    print("| input | half: s | MB | whole: s | MB | ratio | every rule, half: s | whole: s | ratio | status |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for (_, half), (name, whole) in zip(inputs(0.5), inputs(), strict=True):
        if only not in name:
            continue
        small, large = of_text(half), of_text(whole)
        every = [of_text(text, "--select", "all") for text in (half, whole)]
        told = (
            f"| {name} | {small[0]:.1f} | {small[1]} | {large[0]:.1f} | {large[1]} | {_ratio(small, large, nothing)} "
        )
        told += f"| {every[0][0]:.1f} | {every[1][0]:.1f} | {_ratio(*every, nothing)} | {large[2]}, {every[1][2]} |"
        print(told, flush=True)


def _ratio(small: tuple[float, int, str], large: tuple[float, int, str], nothing: float) -> str:
    """Return the factor by which the large one takes longer; nothing where both are too quick to tell."""
    less, more = small[0] - nothing, large[0] - nothing
    return f"{more / less:.1f}" if more > 0.3 and less > 0 else ""


if __name__ == "__main__":
    main()
