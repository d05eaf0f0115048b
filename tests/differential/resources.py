"""Resources: acquired, deferred to their release, used, and now and then let out of their iteration."""

from __future__ import annotations

from tests.differential import exits
from tests.differential.builder import Builder, Var, production
from tests.differential.tree import Arm, Kind, Stmt, dead_end
from tests.differential.values import condition, integer, returned, string

_FILES = ("f", "file", "r", "conn", "src", "in", "stop", "fn", "res1")


def simple(text: str) -> Stmt:
    return Stmt(Kind.SIMPLE, text)


def deferred(text: str, tag: str) -> Stmt:
    """``defer`` of a call."""
    return Stmt(Kind.DEFER, f"defer {text}", releases=tag.strip('"'))


def literal(body: list[Stmt], tag: str, *, params: str = "", args: str = "") -> Stmt:
    """``defer`` of a function literal."""
    return Stmt(Kind.DEFER, arms=[Arm(f"defer func({params}) {{", body)], tail=f"}}({args})", releases=tag.strip('"'))


def _wanted(b: Builder) -> float:
    """Acquisitions belong into loops; a function has a handful."""
    if not b.in_loop:
        return 4.0 if b.taste.hot else 0.4
    return 7.0 if not b.visible("*res") else 1.5


@production(_wanted)
def acquire(b: Builder) -> list[Stmt] | None:
    """Acquire, check, defer, use."""
    match b.choose(plain=10, within=1.5, function=1, ticket=0.5, body=1, name=0.8, context=0.8):
        case "within":
            return _within_if(b)
        case "function":
            return _function(b)
        case "ticket":
            return _ticket(b)
        case "body":
            return _body(b)
        case "name":
            return _name(b)
        case "context":
            return _context(b)
    made, var, tag = _opened(b)
    if b.chance(0.25):
        made += [b.ev(*([b.read("int") or "1"] if b.chance(0.5) else []))]
    made += release(b, var, tag)
    if b.chance(0.93):
        made.append(_use(b, var))
    return made


@production(lambda b: (2.5 if b.taste.escapes or b.taste.recovers else 0.5) if b.in_loop and b.budget > 0 else 0)
def passed_once(b: Builder) -> list[Stmt] | None:
    """A defer after which every way leaves the loop, in one block with a defer after which the loop may go on."""
    body: list[Stmt] = []
    with b.scope(body):
        for turn in range(2):
            made, var, tag = _opened(b)
            b.add(body, [*made, *release(b, var, tag), _use(b, var)])
            if dead_end(body[-1]):
                return None
            if turn == 0:
                body.append(Stmt(Kind.IF, arms=[Arm(f"if {condition(b)} {{", [Stmt(Kind.JUMP, "continue")])], tail="}"))
            elif b.taste.escapes and b.chance(0.8):
                body.append(simple(f"last = {var.name}"))
    leaves = Stmt(Kind.JUMP, "break") if b.frame.targets[-1].loop and b.chance(0.6) else returned(b)
    return [Stmt(Kind.IF, arms=[Arm(f"if {condition(b)} {{", body)], tail="}"), b.ev(), leaves]


def _opened(b: Builder) -> tuple[list[Stmt], Var, str]:
    """The acquisition with its error check."""
    tag = b.tag("a")
    call = f"os.Open({tag})" if b.chance(0.6) and b.clear("os") else f"open({tag})"
    if (outer := b.visible("*res")) and b.chance(0.25):
        parent = b.rng.choice(outer)
        b.use(parent)
        call = f"gzip.NewReader({parent.name}, {tag})" if b.chance(0.8) else f"wrap({tag}, {parent.name})"
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
    if b.taste.recovers and b.chance(0.25):
        return [deferred(f"closeAndRecover({name}, {b.tag('r')})", tag)]
    most = {"close": 12, "ignored": 2, "arguments": 6 if b.taste.reads else 2, "logged": 2}
    match b.choose(**most, local=1.5, once=1.4, passed=1, finish=0.4, valued=0.3):
        case "ignored":
            return [literal([simple(f"_ = {name}.Close()")], tag)]
        case "arguments":
            if b.chance(0.5 if b.taste.reads else 0.2) and (result := _result(b)):
                return [deferred(f"{name}.Finish({result})", tag)]
            args = integer(b) if b.chance(0.5) else f"{integer(b)}, {string(b)}"
            return [deferred(f"{name}.Finish({args})", tag)]
        case "finish":
            return [deferred(f"finish({name}, {integer(b)})", tag)]
        case "logged":
            check = Stmt(
                Kind.IF,
                arms=[Arm(f"if err := {name}.Close(); err != nil {{", [simple(f"log.Println({b.tag('r')}, err)")])],
                tail="}",
            )
            return [literal([check], tag)]
        case "local" if inner := _local(b):
            return [literal([simple(f"log.Println({b.tag('r')}, {inner})"), simple(f"{name}.Close()")], tag)]
        case "passed" if b.clear("res"):
            return [literal([simple("f.Close()")], tag, params="f *res", args=name)]
        case "once":
            body = [deferred(f"{name}.Close()", tag) if b.chance(0.5) else literal([simple(f"{name}.Close()")], tag)]
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
            undo = [simple(f"log.Println({b.tag('r')}, {read.name})")]
            return [
                Stmt(Kind.IF, arms=[Arm(f"if {read.name} != nil {{", undo)], tail="}"),
                simple(f"{name}.Close()"),
            ]
        return [simple(f"log.Println({b.tag('r')}, {read.name})"), simple(f"{name}.Close()")]
    if taste.recovers and b.chance(0.5):
        if b.chance(0.4):
            return [simple(f"{name}.Close()"), simple("_ = recover()")]
        body = [simple(f"log.Println({b.tag('r')}, p)")]
        if result := _outer(b, "error", reads=False):
            body.append(simple(f'{result.name} = fmt.Errorf("panic: %v", p)'))
        check = Stmt(Kind.IF, arms=[Arm("if p := recover(); p != nil {", body)], tail="}")
        return [simple(f"{name}.Close()"), check]
    return None


def _result(b: Builder) -> str | None:
    """A named result in sight, which a ``return`` may give another value."""
    found = [var for var in b.visible("int", "error", "string") if any(var is named for named in b.frame.named)]
    return b.rng.choice(found).name if found else None


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


def _local(b: Builder) -> str | None:
    """A variable of the iteration, which a deferred literal may read; the loop's own among them."""
    loops = b.frame.loops
    found = [v for v in b.visible("int", "string", "error") if loops and v.loop == loops[-1].loop]
    if not found:
        return None
    var = b.rng.choice(found)
    b.use(var)
    return var.name


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


def _body(b: Builder) -> list[Stmt] | None:
    """``resp, err := http.Get(); defer resp.Body.Close()``"""
    tag, name = b.tag("a"), b.fresh("resp", "response")
    if not b.clear("http") or b.scopes[-1].get("err", Var("", "error", [], None)).type != "error":
        return None
    stmt = simple(f"{name}, err := http.Get({tag})")
    b.declare(name, "response", stmt, used=True)
    b.declare("err", "error", stmt, used=True)
    leave = exits.certain(b, "err")
    var = b.declare(f"{name}.Body", "*res", stmt, used=True)
    made = [stmt, Stmt(Kind.IF, arms=[Arm("if err != nil {", leave)], tail="}"), *release(b, var, tag)]
    if b.chance(0.4):
        made.append(b.ev(f"{name}.StatusCode"))
    return [*made, _use(b, var)]


def _name(b: Builder) -> list[Stmt] | None:
    """``dir, err := os.MkdirTemp(); defer os.RemoveAll(dir)``: the resource is known by a string."""
    tag, name = b.tag("a"), b.fresh("dir", "tmp", "path")
    if not b.clear("os") or b.scopes[-1].get("err", Var("", "error", [], None)).type != "error":
        return None
    stmt = simple(f'{name}, err := os.MkdirTemp("", {tag})')
    b.declare(name, "string", stmt, used=True).constant = True
    b.declare("err", "error", stmt, used=True)
    leave = exits.certain(b, "err")
    guard = Stmt(Kind.IF, arms=[Arm("if err != nil {", leave)], tail="}")
    return [stmt, guard, deferred(f"os.RemoveAll({name})", tag), _stat(b, name)]


def _stat(b: Builder, name: str) -> Stmt:
    text = f"if _, err := os.Stat({name}, {b.tag()}); err != nil {{"
    return Stmt(Kind.IF, arms=[Arm(text, exits.failing(b, "err", shadowed=True))], tail="}")


@production(lambda b: 1.5 if b.visible("string") and b.clear("os") and b.taste.escapes else 0.05)
def stat(b: Builder) -> list[Stmt] | None:
    """Use a name, whether or not it stands for a resource."""
    name = b.read("string")
    return [_stat(b, name)] if name and b.clear("os") else None


def _context(b: Builder) -> list[Stmt] | None:
    """``ctx, cancel := context.WithCancel(); defer cancel()``"""
    tag, name, cancel = b.tag("a"), b.fresh("ctx", "inner"), b.fresh("cancel", "stop1")
    if not b.clear("context"):
        return None
    parent = b.read("context") or "context.Background()"
    stmt = simple(f"{name}, {cancel} := context.WithCancel({parent}, {tag})")
    b.declare(name, "context", stmt, used=True)
    b.declare(cancel, "release", stmt, used=True)
    text = f"if err := {name}.Err({b.tag()}); err != nil {{"
    check = Stmt(Kind.IF, arms=[Arm(text, exits.failing(b, "err", shadowed=True))], tail="}")
    return [stmt, deferred(f"{cancel}()", tag), check]


def _ticket(b: Builder) -> list[Stmt] | None:
    """A deferred call whose arguments have an order of their own."""
    tag = b.tag("a")
    value = f", {integer(b)}" if b.chance(0.5) else ""
    return [deferred(f"give(take({tag}){value})", tag)]


def _use(b: Builder, var: Var) -> Stmt:
    """One use of a resource, which says so in the log."""
    b.use(var)
    name = var.name
    match b.choose(use=5, check=4, all=2, sum=1.5, process=0.4, logged=1, literal=1):
        case "check":
            leave = exits.failing(b, "err", shadowed=True)
            method = "Ping" if b.chance(0.85) else "Check"
            text = f"if err := {name}.{method}({b.tag()}); err != nil {{"
            return Stmt(Kind.IF, arms=[Arm(text, leave)], tail="}")
        case "all" if b.clear("io"):
            leave = exits.failing(b, "err", shadowed=True)
            call = b.rng.choice(["ReadAll", "WriteString"])
            text = f"if _, err := io.{call}({name}, {b.tag()}); err != nil {{"
            return Stmt(Kind.IF, arms=[Arm(text, leave)], tail="}")
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
            return Stmt(Kind.LITERAL, arms=[Arm("func() {", [simple(f"{name}.Use({b.tag()})")])], tail="}()")
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
