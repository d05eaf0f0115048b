"""Expressions: values of each type, nearly all of which log that they were evaluated."""

from __future__ import annotations

from tests.differential.builder import ZEROS, Builder, Frame
from tests.differential.tree import Kind, Stmt

_TUPLES: dict[tuple[str, ...], str] = {
    ("int", "error"): "intErr",
    ("string", "int"): "strInt",
    ("bool", "error"): "boolErr",
    ("T", "error"): "valueErr",
}


def integer(b: Builder) -> str:
    match b.choose(literal=2, logged=5, variable=5, sum=1, panics=0.6):
        case "variable":
            return b.read("int") or "3"
        case "logged":
            return f"val({b.tag()})"
        case "sum":
            name = b.read("int")
            return f"plus({name}, val({b.tag()}))" if name else f"val({b.tag()})"
        case "panics":
            return f"must({b.tag()})"
    return str(b.rng.randint(1, 9))


def string(b: Builder) -> str:
    if b.chance(0.5) and (name := b.read("string")):
        return name
    return f"str({b.tag()})" if b.chance(0.7) else b.tag("s")


def error(b: Builder, *, known: bool = False) -> str:
    """An error, maybe nil; never nil if ``known``."""
    variables = b.visible("error")
    if variables and not known and b.chance(0.5):
        return str(b.read("error"))
    if known:
        if b.chance(0.5) and b.clear("errors"):
            return f"errors.New({b.tag('e')})"
        if variables and b.chance(0.5):
            return f'fmt.Errorf("wrapped: %v", {b.read("error")})'
        return f'fmt.Errorf("at %d", {integer(b)})'
    return f"fail({b.tag()})"


def condition(b: Builder) -> str:
    """A condition that is false where decisions run out, so that loops find their shortest way."""
    match b.choose(pick=5, logged=2, number=1.5, flag=1.5, error=1.5, both=0.5):
        case "logged":
            return f"yes({b.tag()})"
        case "number":
            if name := b.read("int"):
                return f"{name} {b.rng.choice(['>', '==', '!='])} {b.rng.randint(0, 4)}"
        case "flag":
            if name := b.read("bool"):
                return name
        case "error":
            if name := b.read("error"):
                return f"{name} {b.rng.choice(['!=', '!=', '=='])} nil"
        case "both":
            return f"yes({b.tag()}) {b.rng.choice(['&&', '||'])} yes({b.tag()})"
    ways = b.rng.randint(2, 5)
    return f"pick({ways}) == {b.rng.randint(1, ways - 1)}"


def zero(b: Builder, kind: str) -> str | None:
    """Return the zero value as it is written, if nothing stands in the way."""
    if kind == "T" and not b.clear("T"):
        return None
    return ZEROS[kind]


def value(b: Builder, kind: str) -> str:
    """A value of the type, with some event where that is possible."""
    if kind in ("*res", "*failure", "[]string", "pair", "func()", "T") and b.chance(0.4) and (v := b.read(kind)):
        return v
    match kind:
        case "int":
            return integer(b)
        case "string":
            return string(b)
        case "bool":
            return condition(b) if b.chance(0.6) else b.rng.choice(["true", "false"])
        case "error":
            return error(b)
        case "*failure":
            return f"breakdown({b.tag()})" if b.chance(0.6) else f"&failure{{Tag: {b.tag()}}}"
        case "[]string":
            return f"append(names, {string(b)})" if b.clear("append") and b.lookup("names") else "nil"
        case "pair":
            return f"pair{{{integer(b)}, {string(b)}}}"
        case "T":
            return f"echo({b.tag()}, {b.read('T') or '*new(T)'})"
        case "func()":
            return f"acquire({b.tag()})"
        case "any":
            return f"anything({b.tag()})"
        case "[2]int":
            return f"[2]int{{{integer(b)}, 1}}"
        case "struct{ n int }":
            return f"struct{{ n int }}{{{integer(b)}}}"
        case "map[string]int" if b.lookup("ages"):
            return "ages"
        case "float64":
            return "1.5"
        case "rune":
            return "'x'"
    return ZEROS[kind]


def constant(b: Builder, kind: str) -> str:
    """A value that is the same wherever it stands: what returns of one function have in common."""
    if kind == "error" or b.chance(0.8):
        return zero(b, kind) or value(b, kind)
    return {"int": "-1", "string": '"none"', "bool": "true"}.get(kind) or value(b, kind)


def returned(b: Builder, *, err: str = "") -> Stmt:
    """A return statement; ``err`` names an error that is known not to be nil."""
    frame = b.frame
    if not frame.results:
        return Stmt(Kind.LEAVE, "return")
    if frame.named and b.chance(0.3) and all(b.lookup(var.name) is var for var in frame.named if var.name != "_"):
        return Stmt(Kind.LEAVE, "return")
    if (call := _TUPLES.get(tuple(frame.results))) and b.chance(0.12) and not err:
        extra = f", {b.read('T') or '*new(T)'}" if call == "valueErr" else ""
        return Stmt(Kind.LEAVE, f"return {call}({b.tag()}{extra})")
    return Stmt(Kind.LEAVE, f"return {', '.join(_results(b, frame, err))}")


def _results(b: Builder, frame: Frame, err: str) -> list[str]:
    """The returned values, in the frame's style: mostly constants and an error that isn't nil."""
    plain = b.chance(0.85 if frame.style == "errors" else 0.3)
    out = []
    for kind in frame.results:
        if kind == "error" and err and b.chance(0.93):
            wrapped = b.chance(0.4)
            out.append(f'fmt.Errorf("wrapped: %w", {err})' if wrapped and b.clear("fmt") else err)
        elif kind == "error" and plain:
            out.append(error(b, known=True) if b.chance(0.75) else "nil")
        elif plain:
            out.append(zero(b, kind) or value(b, kind))
        else:
            out.append(value(b, kind))
    return out


def assignments(b: Builder) -> list[Stmt] | None:
    """Assign to a variable that is visible: a result, an outer variable, a loop variable."""
    found = [var for var in b.visible("int", "string", "bool", "error", "T") if not var.constant]
    if not found:
        return None
    var = b.rng.choice(found)
    if var.type == "int" and b.chance(0.5):
        return [Stmt(Kind.SIMPLE, f"{var.name}++" if b.chance(0.5) else f"{var.name} += val({b.tag()})")]
    new = value(b, var.type)
    return [Stmt(Kind.SIMPLE, f"{var.name} = {new}")] if new != var.name else None
