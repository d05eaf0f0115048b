"""One random Go function from one seed."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.differential import compound, escapes, exits, loops, states
from tests.differential.builder import Builder, Frame, Taste, Var
from tests.differential.resources import simple
from tests.differential.tree import Arm, Function, Kind, Stmt, dead_end, terminates, texts
from tests.differential.values import error, integer, returned

_ = exits  # it registers productions

_RESULTS: tuple[tuple[float, list[str]], ...] = (
    (2.5, []),
    (5, ["error"]),
    (4, ["int", "error"]),
    (1, ["string", "error"]),
    (1, ["int"]),
    (0.7, ["bool"]),
    (0.6, ["string", "int"]),
    (0.5, ["*failure"]),
    (0.6, ["[]string", "error"]),
    (0.4, ["pair", "error"]),
    (0.6, ["bool", "error"]),
    (0.5, ["int", "string", "error"]),
    (0.3, ["int", "int", "error"]),
    (0.3, ["any"]),
    (0.3, ["any", "error"]),
    (0.2, ["float64", "rune", "error"]),
    (0.3, ["[2]int", "error"]),
    (0.3, ["map[string]int", "error"]),
    (0.3, ["struct{ n int }", "bool"]),
)
_GENERIC: tuple[tuple[float, list[str]], ...] = ((1, ["T"]), (2, ["T", "error"]), (1, ["error"]))
_NAMES = {
    "int": ("n", "total", "count"),
    "error": ("err", "err", "err", "failed"),
    "string": ("s", "out"),
    "bool": ("ok", "found"),
    "T": ("value", "out"),
    "[]string": ("lines", "all"),
    "pair": ("p", "result"),
    "*failure": ("err", "f1"),
    "*res": ("kept1", "file1"),
    "any": ("found1", "value"),
    "float64": ("share",),
    "rune": ("letter",),
    "[2]int": ("both",),
    "map[string]int": ("byAge",),
    "struct{ n int }": ("box1",),
}
_PARAMS = {
    "names": ("[]string", "rt.Names()"),
    "ages": ("map[string]int", "rt.Ages()"),
    "feed": ("chan int", "rt.Feed()"),
    "never": ("chan int", "nil"),
}
_HAZARDS = ("escapes", "writes", "reads", "recovers", "outer", "gotos", "shadows", "exits", "labels")
_STATEFUL = 0.3
"""Of the functions, how many have the forms of ``states``."""


def generate(
    number: int, seed: int, version: tuple[int, int], taste: Taste | None = None, *, hot: bool = False
) -> Function:
    """The function of a seed, named by its number in the program; ``hot``: with defers outside of loops."""
    rng = Random(seed)
    if taste is None:
        taste = _taste(rng)
        taste = replace(taste, state=rng.random() < _STATEFUL)
    b = Builder(rng, replace(taste, hot=taste.hot or hot), version, budget=rng.choice([5, 9, 14, 22]))
    if b.taste.hot:
        b.wanted = 0
    generic = b.chance(0.14)
    frame = Frame(_results(b, generic=generic), [])
    frame.style = "errors" if "error" in frame.results and b.chance(0.7) else ""
    b.frames.append(frame)
    body: list[Stmt] = []
    with b.scope(body):
        for name, (kind, _value) in _PARAMS.items():
            b.declare(name, kind if kind == "[]string" else "param", None, used=True).constant = True
        if generic:
            b.declare("v", "T", None, used=True)
        if frame.results and b.chance(0.6 if b.taste.reads else 0.35):
            _name_results(b, frame)
        results = _spelled(frame)
        _write_body(b, body)
    used = set().union(*(_words(text) for text in texts(body)))
    params = [name for name in _PARAMS if name in used]
    receiver = ("o *crate[T]" if generic else "o *owner") if b.chance(0.12) else ""
    return Function(
        name=f"F{number}",
        seed=seed,
        receiver=receiver,
        type_params="[T any]" if generic and not receiver else "",
        params=", ".join([f"{name} {_PARAMS[name][0]}" for name in params] + ["v T"] * generic),
        results=results,
        body=body,
        args=[_PARAMS[name][1] for name in params] + ["7"] * generic,
        values=len(frame.results),
    )


def _words(text: str) -> set[str]:
    return set("".join(c if c.isalnum() or c == "_" else " " for c in text).split())


def _taste(rng: Random) -> Taste:
    """Most functions contain nothing that forbids a rewrite; the others a thing or two."""
    if rng.random() < 0.72:
        return Taste()
    chosen = rng.sample(_HAZARDS, rng.choice([1, 1, 1, 2]))
    return Taste(**dict.fromkeys(chosen, True))


def _results(b: Builder, *, generic: bool) -> list[str]:
    table = _GENERIC if generic else _RESULTS
    if b.taste.escapes and not generic and b.chance(0.3):
        return ["*res", "error"]
    return list(b.rng.choices([kinds for _, kinds in table], [weight for weight, _ in table])[0])


def _name_results(b: Builder, frame: Frame) -> None:
    for kind in frame.results:
        name = b.fresh(*_NAMES[kind], shadow=0)
        if b.chance(0.08):
            frame.named.append(Var("_", "", [], None))
        else:
            frame.named.append(b.declare(name, kind, None, used=True))


def _spelled(frame: Frame) -> str:
    """The result list as the signature shows it."""
    if frame.named:
        names = [var.name for var in frame.named]
        kinds = zip(frame.results, [*frame.results[1:], ""], strict=True)  # n, m int
        types = ["" if kind == following else f" {kind}" for kind, following in kinds]
        return f"({', '.join(map(''.join, zip(names, types, strict=True)))})"
    if len(frame.results) == 1:
        return frame.results[0]
    return f"({', '.join(frame.results)})" if frame.results else ""


def _write_body(b: Builder, body: list[Stmt]) -> None:
    if b.taste.escapes:
        b.add(body, escapes.hideouts(b))
    if b.taste.state:
        b.add(body, states.beginning(b))
    if b.chance(0.25):
        b.add(body, _epilogue(b))
    if b.chance(0.2):
        b.add(body, _observers(b))
    if b.chance(0.4):
        count = simple(f"total1 := {integer(b)}")
        b.declare("total1", "int", count)
        body.append(count)
    if b.taste.outer:
        b.add(body, _outer(b))
    b.fill(body, b.rng.choice([0, 0, 1, 2]))
    if b.taste.hot and not (body and dead_end(body[-1])):
        b.add(body, states.acquire(b) or [])
        b.fill(body, b.rng.choice([2, 4, 6]))
    while b.wanted and not (body and dead_end(body[-1])):
        b.add(body, loops.loop(b) or [])
    b.fill(body, b.rng.choice([0, 0, 0, 1, 2]))
    if b.taste.escapes:
        b.add(body, escapes.reunion(b))
    if b.taste.state:
        b.add(body, states.ending(b))
    if b.frame.results and not (body and terminates(body[-1])):
        body.append(returned(b))


def _outer(b: Builder) -> list[Stmt]:
    """A resource that is older than the loop, for the loop to release or to replace."""
    stmt = simple("var shared *res")
    b.declare("shared", "*res", stmt)
    return [stmt]


def _observers(b: Builder) -> list[Stmt]:
    """A closure or a pointer through which named results can be seen before the function returns."""
    named = [var for var in b.frame.named if var.type in ("int", "error", "string", "bool")]
    if not named:
        return []
    var = b.rng.choice(named)
    if b.chance(0.4):
        stmt = simple(f"at1 := &{var.name}")
        b.declare("at1", f"pointer to {var.type}", stmt, used=True)
        return [stmt, b.ev("*at1")]
    stmt = Stmt(Kind.LITERAL, arms=[Arm("report := func() {", [b.ev(var.name)])], tail="}")
    b.declare("report", "report", stmt, used=True)
    late = [simple("defer report()")] if b.chance(0.5) else [simple("report()")]
    return [stmt, *late]


def _epilogue(b: Builder) -> list[Stmt]:
    """A defer of the function itself, which no rewrite moves: it sees the results as they are then."""
    named = [var for var in b.frame.named if var.name != "_"]
    seen = [var.name for var in named]
    match b.choose(log=3, recover=2, change=1.5, release=1.5, loops=0.7):
        case "recover":
            inner = [b.ev("p")]
            if target := next((var for var in named if var.type == "error"), None):
                inner.append(simple(f"{target.name} = {error(b, known=True)}"))
            text = [Stmt(Kind.IF, arms=[Arm("if p := recover(); p != nil {", inner)], tail="}"), b.ev(*seen)]
        case "change" if named:
            var = b.rng.choice(named)
            text = [b.ev(*seen)]
            if var.type == "int":
                text.append(simple(f"{var.name} *= 2"))
            elif var.type == "error":
                change = [simple(f'{var.name} = fmt.Errorf("deferred: %w", {var.name})')]
                text.append(Stmt(Kind.IF, arms=[Arm(f"if {var.name} != nil {{", change)], tail="}"))
        case "loops":
            text = [*compound.function_body(b, Frame([], [])), b.ev(*seen)]
        case "release":
            return [simple(f"top := mustOpen({b.tag('a')})"), simple("defer top.Close()")]
        case _:
            text = [b.ev(*seen)]
    return [Stmt(Kind.DEFER, arms=[Arm("defer func() {", text)], tail="}()")]
