"""The cost of a defer of each kind on this machine: measured once for each Go version, then remembered."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import tempfile
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

from defermod.bounded import read_bounded
from defermod.files.private import cache_directory, made_private
from defermod.toolchain.go import BUILD_TIMEOUT, Go, run

OPEN_CODED, STACK, HEAP = "open-coded", "stack-allocated", "heap-allocated"


class CalibrationError(RuntimeError):
    """The little program that measures could not be built or run; the message says why."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Nanoseconds per call that a defer costs more than a plain call; the least of many short measurements."""

    open_coded: float
    stack_allocated: float
    heap_allocated: float
    counter: float
    """The cost of counting, per call."""

    def of(self, kind: str) -> float:
        """The cost of a kind as the compiler names it; that of the dearest where it isn't known."""
        return {OPEN_CODED: self.open_coded, STACK: self.stack_allocated}.get(kind, self.heap_allocated)


def calibrate(go: Go) -> Costs:
    """Return what an earlier run measured with this Go on this machine, or measure: that takes about a second.

    Raises CalibrationError, and OSError when go cannot be started.
    """
    key = "\0".join(
        (_PROGRAM, go.version, go.goos, go.goarch, platform.machine(), str(os.cpu_count()), platform.node())
    )
    home = cache_directory()
    if home is None or not made_private(home):
        return _measure(go)
    file = home / f"cost-{blake2b(key.encode(), digest_size=12).hexdigest()}.json"
    try:
        return Costs(**json.loads(read_bounded(file, 4096, follow=False)))
    except (OSError, ValueError, TypeError, RecursionError):
        costs = _measure(go)
    with contextlib.suppress(OSError):  # a cache that can't be written costs a second at the next run
        _remember(file, costs)
    return costs


def _measure(go: Go) -> Costs:
    with tempfile.TemporaryDirectory(prefix="defermod-cost-") as scratch:
        directory = Path(scratch)
        (directory / "go.mod").write_text("module defermodcost\n\ngo 1.18\n")
        (directory / "main.go").write_text(_PROGRAM)
        program = directory / "cost.exe"
        variables = {"GOFLAGS": "", "GOWORK": "off", "GOTOOLCHAIN": "local", "GO111MODULE": "on"}
        built = go.run(["build", f"-o={program}", "."], cwd=directory, variables=variables)
        if built.code:
            raise CalibrationError(f"what a defer costs can't be measured: {built.complaint}")
        done = run([str(program)], environment=go.environment, cwd=directory, timeout=BUILD_TIMEOUT)
    try:
        return Costs(**json.loads(done.stdout))
    except (ValueError, TypeError):
        raise CalibrationError(f"what a defer costs can't be measured: {done.complaint or done.code}") from None


def _remember(file: Path, costs: Costs) -> None:
    with tempfile.NamedTemporaryFile("w", dir=file.parent, suffix=".tmp", delete=False) as new:
        json.dump(asdict(costs), new)
    Path(new.name).replace(file)


# Not constants: Go 1.27 makes a table of those, and one return of all.
_RETURNS = "".join(f"\tcase {n}:\n\t\treturn held + {n}\n" for n in range(16))
_PROGRAM = f"""\
package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

const (
	calls  = 2000
	rounds = 400
	piled  = 50
)

var (
	held   int
	shared = new([2]uint64)
)

//go:noinline
func release() {{ held-- }}

//go:noinline
func plain(n int) int {{
	held++
	release()
	return n + held
}}

//go:noinline
func openCoded(n int) int {{
	defer release()
	held++
	return n + held
}}

//go:noinline
func counted(n int) int {{
	if shared != nil {{
		atomic.AddUint64(&shared[0], 1)
	}}
	held++
	release()
	return n + held
}}

//go:noinline
func manyReturns(n int) int {{
	held++
	release()
	switch n {{
{_RETURNS}	}}
	return n
}}

//go:noinline
func stackAllocated(n int) int {{
	defer release()
	held++
	switch n {{
{_RETURNS}	}}
	return n
}}

//go:noinline
func loop(n int) int {{
	for i := 0; i < piled; i++ {{
		held++
		release()
	}}
	return n
}}

//go:noinline
func heapAllocated(n int) int {{
	for i := 0; i < piled; i++ {{
		held++
		defer release()
	}}
	return n
}}

func main() {{
	functions := []func(int) int{{plain, openCoded, counted, manyReturns, stackAllocated, loop, heapAllocated}}
	best := make([]float64, len(functions))
	for round := 0; round < rounds; round++ {{
		for i, f := range functions {{
			n := calls
			if i >= 5 {{
				n = calls / piled
			}}
			start := time.Now()
			for call := 0; call < n; call++ {{
				f(call & 15)
			}}
			each := float64(time.Since(start)) / calls
			if round == 0 || each < best[i] {{
				best[i] = each
			}}
		}}
	}}
	more := func(with, without int) float64 {{
		if d := best[with] - best[without]; d > 0.1 {{
			return d
		}}
		return 0.1
	}}
	fmt.Printf(`{{"open_coded": %.2f, "counter": %.2f, "stack_allocated": %.2f, "heap_allocated": %.2f}}`,
		more(1, 0), more(2, 0), more(4, 3), more(6, 5))
}}
"""
