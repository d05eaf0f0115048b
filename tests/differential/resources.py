"""Resources: acquired, deferred to their release, used, and now and then let out of their iteration."""

from __future__ import annotations

from tests.differential import exits
from tests.differential.builder import Builder, Var, production
from tests.differential.tree import Arm, Kind, Stmt
from tests.differential.values import condition, integer, string

_FILES = ("f", "file", "r", "conn", "src", "in", "stop", "fn", "res1")


def simple(text: str) -> Stmt:
    return Stmt(Kind.SIMPLE, text)


def deferred(text: str, tag: str) -> Stmt:
    """``defer`` of a call."""
    return Stmt(Kind.DEFER, f"defer {text}", releases=tag.strip('"'))


def literal(body: list[Stmt], tag: str, *, params: str = "", args: str = "") -> Stmt:
    """``defer`` of a function literal."""
    return Stmt(
        Kind.DEFER, arms=[Arm(f"defer func({params}) {{", body)], tail=f"}}({args})", releases=tag.strip('"')
    )


def _wanted(b: Builder) -> float:
    """Acquisitions belong into loops; a function has a handful."""
    if not b.in_loop:
        return 0.4
    return 7.0 if not b.visible("*res") else 1.5


@production(_wanted)
def acquire(b: Builder) -> list[Stmt] | None:
    """Acquire, check, defer, use."""
    if b.chance(0.12):
        return _within_if(b)
    if b.chance(0.1):
        return _function(b)
    if b.chance(0.12):
        return _ticket(b)
    made, var, tag = _opened(b)
    if b.chance(0.25):
        made += [b.ev(*([b.read("int") or "1"] if b.chance(0.5) else []))]
    made += release(b, var, tag)
    if b.chance(0.93):
        made.append(_use(b, var))
    return made


def _opened(b: Builder) -> tuple[list[Stmt], Var, str]:
    """The acquisition with its error check."""
    tag = b.tag("a")
    call = f"open({tag})"
    if (outer := b.visible("*res")) and b.chance(0.25):
        parent = b.rng.choice(outer)
        b.use(parent)
        call = f"wrap({tag}, {parent.name})"
    elif b.chance(0.25):
        name = b.fresh(*_FILES)
        stmt = simple(f"{name} := mustOpen({tag})")
        return [stmt], b.declare(name, "*res", stmt, used=True), tag
    if b.taste.outer and b.chance(0.5) and (kept := [v for v in b.visible("*res") if not v.constant]):
        var = b.rng.choice(kept)
        b.use(var)
        return [simple(f"{var.name}, _ = open({tag})")], var, tag
    name = b.fresh(*_FILES)
    err = "err" if b.chance(0.85) else b.fresh("err2", "e", "problem")
    stmt = simple(f"{name}, {err} := {call}")
    old = b.scopes[-1].get(err)
    var = b.declare(name, "*res", stmt, used=True)
    if old is None:
        b.declare(err, "error", stmt, used=True)
    elif old.type != "error":
        return _opened_badly(b, name, tag)
    leave = exits.failing(b, err)
    return [stmt, Stmt(Kind.IF, arms=[Arm(f"if {err} != nil {{", leave)], tail="}")], var, tag


def _opened_badly(b: Builder, name: str, tag: str) -> tuple[list[Stmt], Var, str]:
    stmt = simple(f"{name}, _ := open({tag})")
    return [stmt], b.declare(name, "*res", stmt, used=True), tag


def release(b: Builder, var: Var, tag: str) -> list[Stmt]:
    """A defer, in one of its many forms."""
    name = var.name
    hazard = _hazard(b, name)
    if hazard is not None:
        return [literal(hazard, tag)]
    match b.choose(close=12, ignored=2, arguments=2, finish=1, logged=2, passed=1, once=1.2, valued=0.5):
        case "ignored":
            return [literal([simple(f"_ = {name}.Close()")], tag)]
        case "arguments":
            args = integer(b) if b.chance(0.5) else f"{integer(b)}, {string(b)}"
            return [deferred(f"{name}.Finish({args})", tag)]
        case "finish":
            return [deferred(f"finish({name}, {integer(b)})", tag)]
        case "logged":
            check = Stmt(
                Kind.IF,
                arms=[Arm(f"if err := {name}.Close(); err != nil {{", [simple(f"rel({b.tag('r')}, err)")])],
                tail="}",
            )
            return [literal([check], tag)]
        case "passed" if b.clear("res"):
            return [literal([simple("f.Close()")], tag, params="f *res", args=name)]
        case "once":
            body = [deferred(f"{name}.Close()", tag)]
            return [Stmt(Kind.IF, arms=[Arm(f"if {condition(b)} {{", body)], tail="}")]
        case "valued":
            closer = b.fresh("closer", "cleanup", "undo")
            stmt = simple(f"{closer} := {name}.Close")
            b.declare(closer, "closer", stmt, used=True)
            return [stmt, deferred(f"{closer}()", tag)]
    return [deferred(f"{name}.Close()", tag)]


def _hazard(b: Builder, name: str) -> list[Stmt] | None:
    """The body of a deferred literal that makes an early run wrong, if it is to the function's taste."""
    taste = b.taste
    if taste.writes and b.chance(0.5) and (result := _outer(b, "error", "int", reads=False)):
        if result.type == "int":
            return [simple(f"{result.name} += 10"), simple(f"{name}.Close()")]
        text = f"if e := {name}.Close(); e != nil && {result.name} == nil {{"
        if b.chance(0.6):
            b.use(result)
        else:
            return [simple(f"{result.name} = {name}.Close()")]
        return [Stmt(Kind.IF, arms=[Arm(text, [simple(f"{result.name} = e")])], tail="}")]
    if taste.reads and b.chance(0.5) and (read := _outer(b, "error", "int", "string")):
        if read.type == "error" and b.chance(0.5):
            undo = [simple(f"rel({b.tag('r')}, {read.name})")]
            return [
                Stmt(Kind.IF, arms=[Arm(f"if {read.name} != nil {{", undo)], tail="}"),
                simple(f"{name}.Close()"),
            ]
        return [simple(f"rel({b.tag('r')}, {read.name})"), simple(f"{name}.Close()")]
    if taste.recovers and b.chance(0.5):
        if b.chance(0.4):
            return [simple(f"{name}.Close()"), simple("_ = recover()")]
        body = [simple(f"rel({b.tag('r')}, p)")]
        if result := _outer(b, "error", reads=False):
            body.append(simple(f'{result.name} = fmt.Errorf("panic: %v", p)'))
        check = Stmt(Kind.IF, arms=[Arm("if p := recover(); p != nil {", body)], tail="}")
        return [simple(f"{name}.Close()"), check]
    return None


def _outer(b: Builder, *types: str, reads: bool = True) -> Var | None:
    """A variable of the function outside the loop: a named result, if there is one."""
    loops = b.frame.loops
    inside = {stmt.loop for stmt in loops}
    found = [var for var in b.visible(*types) if var.loop not in inside]
    named = [var for var in found if any(var is result for result in b.frame.named)]
    if not found:
        return None
    var = b.rng.choice(named or found)
    if reads:
        b.use(var)
    return var


def _within_if(b: Builder) -> list[Stmt] | None:
    """``if f, err := open(); err == nil { defer f.Close() ... }``"""
    tag, name = b.tag("a"), b.fresh(*_FILES)
    body: list[Stmt] = []
    with b.scope(body):
        var = b.declare(name, "*res", None, used=True)
        b.declare("err", "error", None, used=True)
        with b.scope(body):
            made = release(b, var, tag)
            b.add(body, [*made, _use(b, var)])
            b.fill(body, b.size(3))
        stmt = Stmt(Kind.IF, arms=[Arm(f"if {name}, err := open({tag}); err == nil {{", body)], tail="}")
        if b.chance(0.4):
            stmt.arms.append(b.arm("} else {", 1))
    return [stmt]


def _function(b: Builder) -> list[Stmt] | None:
    """``release := acquire(); defer release()``"""
    tag, name = b.tag("a"), b.fresh("release", "cleanup", "cancel", "done1")
    stmt = simple(f"{name} := acquire({tag})")
    b.declare(name, "release", stmt, used=True)
    made = [stmt]
    if b.chance(0.3):
        made.append(b.ev())
    return [*made, deferred(f"{name}()", tag), b.ev()]


def _ticket(b: Builder) -> list[Stmt] | None:
    """A deferred call whose arguments have an order of their own."""
    tag = b.tag("a")
    value = f", {integer(b)}" if b.chance(0.5) else ""
    return [deferred(f"give(take({tag}){value})", tag)]


def _use(b: Builder, var: Var) -> Stmt:
    """One use of a resource, which says so in the log."""
    b.use(var)
    name = var.name
    match b.choose(use=5, check=4, sum=1.5, process=1.5, logged=1, literal=1):
        case "check":
            leave = exits.failing(b, "err", shadowed=True)
            return Stmt(
                Kind.IF, arms=[Arm(f"if err := {name}.Check({b.tag()}); err != nil {{", leave)], tail="}"
            )
        case "sum":
            target = next((v for v in b.visible("int") if not v.constant), None)
            if target is not None:
                return simple(f"{target.name} += {name}.Size({b.tag()})")
        case "process":
            leave = exits.failing(b, "err", shadowed=True)
            text = f"if err := process({b.tag()}, {name}); err != nil {{"
            return Stmt(Kind.IF, arms=[Arm(text, leave)], tail="}")
        case "logged":
            return b.ev(f"{name}.Size({b.tag()})")
        case "literal":
            return Stmt(
                Kind.LITERAL, arms=[Arm("func() {", [simple(f"{name}.Use({b.tag()})")])], tail="}()"
            )
    return simple(f"{name}.Use({b.tag()})")


@production(3)
def use(b: Builder) -> list[Stmt] | None:
    found = b.visible("*res")
    if not found:
        return None
    var = b.rng.choice(found)
    if b.chance(0.12) and b.in_loop and not b.taste.outer:
        return _read(b, var)
    return [_use(b, var)]


def _read(b: Builder, var: Var) -> list[Stmt] | None:
    """``n, err := f.Read(); if err != nil { ... }``"""
    name = b.fresh("n", "size", "x", shadow=0.1)
    b.use(var)
    if "err" in b.scopes[-1] and b.scopes[-1]["err"].type != "error":
        return None
    stmt = simple(f"{name}, err := {var.name}.Read({b.tag()})")
    b.declare(name, "int", stmt)
    if "err" not in b.scopes[-1]:
        b.declare("err", "error", stmt, used=True)
    leave = exits.failing(b, "err")
    return [stmt, Stmt(Kind.IF, arms=[Arm("if err != nil {", leave)], tail="}")]


@production(lambda b: 4 if b.taste.escapes and b.in_loop else 0)
def escape(b: Builder) -> list[Stmt] | None:
    """Let a resource out: into a slice, a variable, a map, a closure that is kept."""
    found = b.visible("*res")
    if not found:
        return None
    var = b.rng.choice(found)
    b.use(var)
    name = var.name + ".View()" if b.chance(0.3) else var.name
    match b.choose(slice=3, variable=2, map=1.5, closure=2, channel=1, field=1):
        case "slice":
            return [simple(f"kept = append(kept, {name})")]
        case "variable":
            return [simple(f"last = {name}")]
        case "map":
            return [simple(f'byName["x"] = {name}')]
        case "channel":
            return [
                Stmt(
                    Kind.SWITCH,
                    "select {",
                    [Arm(f"case queue <- {name}:", []), Arm("default:", [])],
                    "}",
                )
            ]
        case "field":
            return [simple(f"box.file = {name}")]
    return [
        Stmt(
            Kind.LITERAL,
            arms=[Arm("later = append(later, func() {", [simple(f"{name}.Use({b.tag()})")])],
            tail="})",
        )
    ]


def hideouts(b: Builder) -> list[Stmt]:
    """The variables that escaping resources go to, declared at the function's beginning."""
    texts = {
        "var kept []*res": "kept",
        "var last *res": "last",
        "byName := map[string]*res{}": "byName",
        "queue := make(chan *res, 2)": "queue",
        "box := owner{}": "box",
        "var later []func()": "later",
    }
    out = []
    for text, name in texts.items():
        stmt = simple(text)
        b.declare(name, "hideout", stmt)
        out.append(stmt)
    return out


def reunion(b: Builder) -> list[Stmt]:
    """Use what escaped."""

    def loop(head: str, text: str) -> Stmt:
        return Stmt(Kind.FOR, arms=[Arm(head, [simple(text)])], tail="}", loop=b.number("loop"))

    return [
        loop("for _, f := range kept {", f"f.Use({b.tag()})"),
        simple(f"last.Use({b.tag()})"),
        loop("for _, f := range byName {", f"f.Use({b.tag()})"),
        simple("close(queue)"),
        loop("for f := range queue {", f"f.Use({b.tag()})"),
        simple(f"box.file.Use({b.tag()})"),
        loop("for _, use := range later {", "use()"),
    ]
