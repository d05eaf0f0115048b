"""Time and memory of ``defermod check`` on inputs made to be bad: ``python benchmarks/worst.py``.

Each input is a module with one file.  Printed are the seconds and the megabytes (the largest resident set) of one run
without a cache, and its exit status; with ``--select all`` where that takes longer than twice the default.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LIMIT = 60.0
OPEN = "f{n}, err := os.Open(p)\nif err != nil {{\nreturn err\n}}\ndefer f{n}.Close()\n_ = f{n}\n"


def function(body: str, name: str = "g") -> str:
    return f"func {name}(ps []string) error {{\n{body}\nreturn nil\n}}\n"


def loop(body: str) -> str:
    return f"for _, p := range ps {{\n{body}}}\n"


def inputs() -> Iterator[tuple[str, str]]:
    """Names and texts, less the package clause."""
    many = range(3000)
    yield "3,000 defers in one loop", function(loop("".join(f"defer h({n})\n" for n in many)))
    yield "3,000 files opened in one loop", function(loop("".join(OPEN.format(n=n) for n in many)))
    yield "2,000 loops in one function", function("".join(loop(OPEN.format(n=n)) for n in range(2000)))
    yield "5,000 functions with a loop each", "".join(function(loop(OPEN.format(n=n)), f"g{n}") for n in range(5000))
    yield "140 nested loops", function("for _, p := range ps {\n" * 140 + OPEN.format(n=0) + "}\n" * 140)
    yield "20,000 nested blocks", function("{\n" * 20_000 + "defer h(0)\n" + "}\n" * 20_000)
    yield "500 nested literals", function("func() {\nfor {\n" * 500 + "defer h(0)\n" + "}\n}()\n" * 500)
    chain = " else ".join(f"if x == {n} {{\ndefer h({n})\n}}" for n in range(140))
    yield "a chain of 140 else-ifs", function(loop(chain + "\n"))
    cases = "".join(f"case {n}:\ndefer h({n})\n" for n in range(5000))
    yield "a switch of 5,000 cases", function(loop(f"switch x {{\n{cases}}}\n"))
    labels = "".join(f"L{n}:\nif x == {n} {{\ngoto L{(n * 7) % 2000}\n}}\ndefer h({n})\n" for n in range(2000))
    yield "2,000 labels and gotos", function(labels)
    yield "2,000 returns after a defer", function(loop(OPEN.format(n=0) + "if x {\nreturn err\n}\n" * 2000))
    sums = "x = " + " + ".join(["y"] * 50_000) + "\n"
    yield "a sum of 50,000 operands", function(loop("defer h(0)\n" + sums))
    yield (
        "10,000 variables",
        function("".join(f"v{n} := {n}\n_ = v{n}\n" for n in range(10_000)) + loop("defer h(v1)\n")),
    )
    yield "one variable assigned 10,000 times", function("v := 0\n" + "v = v + 1\n" * 10_000 + loop("defer h(v)\n"))
    comments = "".join(f"//nolint:defermod // {n}\ndefer h({n})\n" for n in range(5000))
    yield "5,000 comments that silence", function(loop(comments))
    yield "a line of 5 MB", function(loop("defer h(0)\n")) + "var s = `" + "x" * 5_000_000 + "`\n"
    yield "200,000 lines of comment", "// defer\n" * 200_000 + function(loop("defer h(0)\n"))
    yield "20,000 syntax errors", "func f( {\nfor {\ndefer g(\n}\n" * 20_000
    yield "an open string of 1 MB", "func f() {\nfor {\ndefer g(`" + "x}\n" * 300_000
    yield "100,000 brackets", function(loop("defer h(" + "(" * 50_000 + "0" + ")" * 50_000 + ")\n"))
    yield "20,000 one-line functions", "".join(f"func g{n}() {{ for {{ defer h({n}) }} }}\n" for n in range(20_000))
    yield (
        "300 exits times 30 defers",
        function(loop("".join(OPEN.format(n=n) for n in range(30)) + "if x {\nbreak\n}\n" * 300)),
    )


def measured(directory: Path, *arguments: str) -> tuple[float, int, str]:
    """The seconds, the megabytes and the status of one run."""
    start = time.monotonic()
    command = [sys.executable, "-m", "defermod", "check", "--no-cache", "--jobs", "1", "--output-format", "concise"]
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123
        process = subprocess.Popen([*command, *arguments], cwd=directory, stdout=nothing, stderr=nothing)
        while True:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            if time.monotonic() - start > LIMIT:
                process.kill()
                _, _, used = os.wait4(process.pid, 0)
                return LIMIT, used.ru_maxrss >> 10, "ended"
            time.sleep(0.02)
    return time.monotonic() - start, used.ru_maxrss >> 10, str(os.waitstatus_to_exitcode(status))


def main() -> None:
    print("| input | s | MB | status |\n|---|---|---|---|", flush=True)
    for name, text in inputs():
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "go.mod").write_text("module m\n\ngo 1.22\n")
            Path(directory, "a.go").write_text(f'package m\n\nimport "os"\n\n{text}')
            first = measured(Path(directory))
            print(_row(name, *first), flush=True)
            every = measured(Path(directory), "--select", "all")
            if every[0] > 2 * first[0]:
                print(_row(f"{name}, every rule", *every), flush=True)


def _row(name: str, seconds: float, megabytes: int, status: str) -> str:
    return f"| {name} | {seconds:.1f} | {megabytes} | {status} |"


if __name__ == "__main__":
    main()
