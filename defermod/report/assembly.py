"""Reports of defers in machine code, beside the source: text for people, and JSON as in docs/cost.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from defermod.report.places import printable
from defermod.toolchain.assembly import INDIRECT, Code, Function, Instruction, called

_SOURCE = 44
"""Characters of a source line that are shown."""
_ALIKE = 3
"""Instructions one after another that are the same; of more, the first is shown."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A function that was asked for, before and after its fix."""

    path: str
    """As the user knows it."""
    before: tuple[Function, ...]
    """The function, then its literals with defers."""
    after: tuple[Function, ...] | None
    """None where there is no fix that may be applied."""
    findings: tuple[tuple[int, str], ...]
    """1-based lines of its defers, and what becomes of each: the fix, or why there is none."""
    texts: tuple[bytes, bytes]
    """The file before and after."""


def render(pairs: Sequence[Pair]) -> str:
    """The functions one after the other."""
    lines: list[str] = []
    for pair in pairs:
        lines += [f"{pair.before[0].name}  {printable(pair.path)}:{pair.before[0].line}", ""]
        lines += _side("before: " if pair.after else "", pair.before, pair.texts[0])
        lines += [*(f"  line {line}: {said}" for line, said in pair.findings), *([""] if pair.findings else [])]
        if pair.after is not None:
            lines += _side("after:  ", pair.after, pair.texts[1])
    return "\n".join(lines).rstrip("\n") + "\n"


def as_json(pairs: Sequence[Pair], version: str, goarch: str) -> str:
    """The same; see docs/cost.md."""
    functions = [
        {
            "function": pair.before[0].name,
            "package": pair.before[0].package,
            "path": pair.path,
            "line": pair.before[0].line,
            "findings": [{"line": line, "outcome": said} for line, said in pair.findings],
            "before": _codes(pair.before, pair.texts[0]),
            "after": None if pair.after is None else _codes(pair.after, pair.texts[1]),
        }
        for pair in pairs
    ]
    return json.dumps({"version": 1, "go": version, "goarch": goarch, "functions": functions}, indent=2) + "\n"


def _side(label: str, functions: Sequence[Function], text: bytes) -> Iterator[str]:
    source = text.decode("utf-8", "replace").split("\n")
    for function in functions:
        if function.failure:
            yield f"  {label}{function.name} can't be compiled: {function.failure}"
        elif not function.codes:
            yield f"  {label}{function.name} has no code: nothing that was compiled uses it (a generic function?)"
        for code in function.codes:
            yield f"  {label}{code.symbol}"
            yield f"    {_sizes(code)}"
            for each in code.registrations:
                if each.instructions or len(function.codes) == 1:
                    how = f"CALL {each.call}" if each.call else "no call"
                    yield (
                        f"    line {each.defer.line} is {each.kind or 'compiled in a way that is not known'}: "
                        f"registered by {len(each.instructions)} instructions, {how}"
                    )
            if not code.registrations:
                yield "    no defer"
            yield from _listing(code, source)
        yield ""


def _sizes(code: Code) -> str:
    parts = [f"{code.size:,} bytes of code", f"{code.frame:,} bytes of frame", f"{code.returns} RET"]
    if code.deferreturns:
        parts.append(f"{code.deferreturns} × CALL runtime.deferreturn")
    if code.bits:
        parts.append(f"bits of open-coded defers in {code.bits_place}")
    return ", ".join(parts)


def _listing(code: Code, source: Sequence[str]) -> Iterator[str]:
    """The instructions in the order of the code, the source line beside the first of each."""
    rows: list[tuple[Instruction, str]] = [
        (each, _short(each.text, code)) for registration in code.registrations for each in registration.instructions
    ]
    for each in code.exits:
        note = ""
        if each.open_coded:
            named = {INDIRECT: "the call in the frame", "": "the call, inlined"}
            note = f"   then {named.get(each.call) or _short(each.call, code)}"
        rows.append((each.at, _short(each.at.text, code) + note))
    rows.sort(key=lambda row: row[0].offset)
    for line, group in groupby(rows, key=lambda row: row[0].line):
        shown = f"{line:6}  {_quoted(source, line)}"
        for text, same in groupby(group, key=lambda row: row[1]):
            places = [f"0x{instruction.offset:04x}" for instruction, _ in same]
            many = len(places) > _ALIKE
            for place in places[:1] if many else places:
                note = f"   and {len(places) - 1} more up to {places[-1]}" if many else ""
                yield f"    {shown:<{_SOURCE + 8}}  {place}  {text}{note}".rstrip()
                shown = ""


def _quoted(source: Sequence[str], line: int) -> str:
    text = printable(source[line - 1].strip()) if 0 < line <= len(source) else ""
    return text if len(text) <= _SOURCE else text[: _SOURCE - 1] + "…"


def _short(text: str, code: Code) -> str:
    """The instruction without the package's path."""
    package = code.symbol.rpartition("/")
    prefix = f"{package[0]}/{package[2].partition('.')[0]}." if package[0] else f"{package[2].partition('.')[0]}."
    text = text.replace(code.bits, "deferBits") if code.bits else text
    return printable(text.replace(f"{prefix}.autotmp", "autotmp").replace(prefix, ""))


def _codes(functions: Sequence[Function], text: bytes) -> list[dict[str, object]]:
    source = text.decode("utf-8", "replace").split("\n")
    found: list[dict[str, object]] = []
    for function in functions:
        if function.failure or not function.codes:
            found.append({"function": function.name, "symbol": None, "failure": function.failure or "no code"})
        found += [_code(function.name, code, source) for code in function.codes]
    return found


def _code(name: str, code: Code, source: Sequence[str]) -> dict[str, object]:
    return {
        "function": name,
        "symbol": code.symbol,
        "size": code.size,
        "frame": code.frame,
        "returns": code.returns,
        "deferreturns": code.deferreturns,
        "defer_bits": code.bits_place or None,
        "defers": [
            {
                "line": each.defer.line,
                "text": each.defer.text,
                "compiled": each.kind or None,
                "call": each.call or None,
                "instructions": [{"offset": i.offset, "text": i.text} for i in each.instructions],
            }
            for each in code.registrations
        ],
        "exits": [_exit(each.at, each.call, source, open_coded=each.open_coded) for each in code.exits],
    }


def _exit(at: Instruction, call: str, source: Sequence[str], *, open_coded: bool) -> Mapping[str, object]:
    return {
        "line": at.line,
        "source": _quoted(source, at.line),
        "offset": at.offset,
        "text": at.text,
        "open_coded": open_coded,
        "call": (call or called(at.text)) or None,
    }
