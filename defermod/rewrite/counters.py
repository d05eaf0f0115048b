"""Counters before defer statements: the text that ``defermod cost`` compiles in place of a file.

Every line keeps its number: what is inserted has no line break.  Where a defer can run more than once in a call of
its function, a variable of that call counts how many deferred calls are pending.
"""

from __future__ import annotations

from dataclasses import dataclass

from defermod.golang.cfg import CFG
from defermod.golang.loops import function_name, functions, loop_defers, may_repeat_defer
from defermod.golang.scopes import own_nodes
from defermod.golang.statements import too_deep
from defermod.model import Edit, apply_edits
from defermod.syntax.source import Source

HELPER = "zz_defermod_cost.go"
"""The name of the file that is added to each package."""
SLOT_BYTES = 16
"""Of each defer in the shared file: how often it ran, and the most pending in one call, little endian."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One defer statement of a file."""

    line: int
    """1-based."""
    end_line: int
    column: int
    """1-based, in bytes."""
    function: str
    """As the Go runtime names it, less the package."""
    text: str
    """The statement's first line."""
    in_loop: bool
    """Return True if it can run more than once in one call of its function."""


def defers_of(source: Source) -> list[Counted]:
    """The defer statements of a file, in source order."""
    return [counted for counted, _ in _found(source)]


def with_counters(source: Source, first: int) -> bytes:
    """Return the text with a counter before each defer; their numbers are ``first`` and the following ones."""
    edits: list[Edit] = []
    for number, (counted, (start, body)) in enumerate(_found(source), first):
        if not counted.in_loop:
            edits.append(Edit(start, start, b"defermodCostRan(%d);" % number))
            continue
        declared = Edit(body, body, b"var defermodCostPending uint64;")
        if declared not in edits:
            edits.append(declared)
        edits.append(Edit(start, start, b"defermodCostPiled(%d,&defermodCostPending);" % number))
    return apply_edits(source.text, sorted(edits))


def helper(package: str, slots: int) -> bytes:
    """The file that is added to each package with counters: it maps the shared file, if the environment names one."""
    return _HELPER.replace("PACKAGE", package).replace("SLOTS", str(slots)).encode()


def _found(source: Source) -> list[tuple[Counted, tuple[int, int]]]:
    """The defers, each with the offsets of the statement and of where its function's body begins."""
    found: list[tuple[Counted, tuple[int, int]]] = []
    root = source.root
    if too_deep(root):
        return []
    for function in functions(root):
        defers = [node for node in own_nodes(function) if node.kind == "defer_statement"]
        if not defers:
            continue
        repeated = loop_defers(function, CFG(function)) if may_repeat_defer(function) else []
        starts = {each.node.start for each in repeated}
        name = function_name(function)
        for defer in defers:
            line = source.line(defer.start)
            column = defer.start - source.line_span(line).start + 1
            text = defer.text.split("\n", 1)[0].rstrip()
            counted = Counted(line, source.line(defer.end), column, name, text, defer.start in starts)
            found.append((counted, (defer.start, function.need("body").start + 1)))
    found.sort(key=lambda each: each[1][0])
    return found


_HELPER = """\
package PACKAGE

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

type defermodCostSlots [SLOTS][2]uint64

var defermodCostShared = defermodCostMap()

func defermodCostMap() *defermodCostSlots {
	name, ok := syscall.Getenv("DEFERMOD_COST_FILE")
	if !ok {
		return nil
	}
	file, err := syscall.Open(name, syscall.O_RDWR, 0)
	if err != nil {
		return nil
	}
	size := int(unsafe.Sizeof(defermodCostSlots{}))
	page, err := syscall.Mmap(file, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	syscall.Close(file)
	if err != nil {
		return nil
	}
	return (*defermodCostSlots)(unsafe.Pointer(&page[0]))
}

func defermodCostRan(slot int) {
	if shared := defermodCostShared; shared != nil {
		atomic.AddUint64(&shared[slot][0], 1)
	}
}

func defermodCostPiled(slot int, pending *uint64) {
	*pending++
	shared := defermodCostShared
	if shared == nil {
		return
	}
	atomic.AddUint64(&shared[slot][0], 1)
	for {
		most := atomic.LoadUint64(&shared[slot][1])
		if most >= *pending || atomic.CompareAndSwapUint64(&shared[slot][1], most, *pending) {
			return
		}
	}
}
"""
