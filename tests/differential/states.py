"""Resources in the disguises of real code: registries, modes of the process, helpers, interfaces, goroutines, and
operands that are written after the defer.

Each form comes with what looks at the state that its release changes; whether a function does so is chance.
"""

from __future__ import annotations

from tests.differential import resources
from tests.differential.builder import Builder, production
from tests.differential.resources import deferred, literal, simple
from tests.differential.tree import Arm, Kind, Stmt
from tests.differential.values import condition, integer


def _wanted(b: Builder) -> float:
    """As often as all other acquisitions, in functions to whose taste it is."""
    if not b.taste.state:
        return 0.0
    return 6.0 if b.in_loop or b.taste.hot else 0.6


def acquire(b: Builder) -> list[Stmt] | None:
    """An acquisition, in one of these forms if they are to the function's taste."""
    return disguised(b) if b.taste.state and b.chance(0.7) else resources.acquire(b)


@production(_wanted)
def disguised(b: Builder) -> list[Stmt] | None:
    """Acquire, defer, use: one of the forms of this module."""
    match b.choose(registry=2, mode=1, helper=2, holder=2, interface=2, goroutine=1.5, element=1.5, variable=1.5):
        case "registry":
            return _registry(b)
        case "mode":
            return _mode(b)
        case "helper":
            return _helper(b)
        case "holder":
            return _holder(b)
        case "interface":
            return _interface(b)
        case "goroutine":
            return _goroutine(b)
        case "element":
            return _element(b)
    return _variable(b)


@production(lambda b: 2.0 if b.taste.state and b.taste.reads else 0.3 if b.taste.state else 0)
def look(b: Builder) -> list[Stmt] | None:
    """Look at what releases change."""
    match b.choose(registered=2, mode=1, shelved=2, held=2, closed=1):
        case "registered":
            return [b.ev("registered()")]
        case "mode":
            return [b.ev("mode()")]
        case "shelved":
            return [simple(f"shelved({b.tag()})")]
        case "held":
            return [simple(f"held({b.tag()})")]
    return [b.ev("closed()")]


def _registry(b: Builder) -> list[Stmt]:
    tag = b.tag("a")
    match b.choose(function=2, direct=1, pair=1):
        case "direct":
            made = [deferred(f"register({tag})()", tag)]
        case "pair":
            made = [simple(f"enter({tag})"), deferred(f"leave({tag})", tag)]
        case _:
            name = b.fresh("unregister", "undo2", "off")
            stmt = simple(f"{name} := register({tag})")
            b.declare(name, "release", stmt, used=True)
            made = [stmt, deferred(f"{name}()", tag)]
    return [*made, b.ev("registered()") if b.chance(0.4) else b.ev()]


def _mode(b: Builder) -> list[Stmt]:
    tag = b.tag("a")
    if b.chance(0.5):
        return [deferred(f"restore({tag}, setMode({tag}, {integer(b)}))", tag), b.ev("mode()")]
    name = b.fresh("old", "before", "saved")
    stmt = simple(f"{name} := setMode({tag}, {integer(b)})")
    b.declare(name, "int", stmt, used=True)
    return [stmt, deferred(f"restore({tag}, {name})", tag), b.ev("mode()") if b.chance(0.5) else b.ev()]


def _opened(b: Builder) -> tuple[str, Stmt, str]:
    """A resource of its own: its name, the statement that makes it, the tag."""
    tag, name = b.tag("a"), b.fresh("f", "file", "r", "conn", "src")
    stmt = simple(f"{name} := mustOpen({tag})")
    b.declare(name, "*res", stmt, used=True)
    return name, stmt, tag


def _helper(b: Builder) -> list[Stmt] | None:
    """Helpers that keep, hand back, choose, count and close."""
    name, stmt, tag = _opened(b)
    made = [stmt]
    match b.choose(shelve=1, same=2, either=1, counted=1.5, all=1):
        case "shelve":
            made += [simple(f"shelve({name})"), deferred(f"{name}.Close()", tag)]
            if b.chance(0.5):
                made.append(simple("shelve(nil)"))
        case "same":
            other = b.fresh("g", "h", "view")
            again = simple(f"{other} := same({name})")
            b.declare(other, "*res", again, used=True)
            made += [again, deferred(f"{b.rng.choice([name, other])}.Close()", tag), simple(f"{other}.Use({b.tag()})")]
        case "either" if outer := b.visible("*res"):
            other = b.fresh("g", "h", "chosen")
            b.use(outer[0])
            again = simple(f"{other} := either({name}, {outer[0].name})")
            b.declare(other, "*res", again, used=True)
            made += [again, deferred(f"{name}.Close()", tag), simple(f"{other}.Use({b.tag()})")]
        case "counted" if counters := [var for var in b.visible("int") if not var.constant]:
            var = b.rng.choice(counters)
            made.append(deferred(f"closeCounted({name}, &{var.name})", tag))
            b.use(var)
            if b.chance(0.5):
                made.append(b.ev(var.name))
        case _:
            made.append(deferred(f"closeAll({name})", tag))
    return [*made, simple(f"{name}.Use({b.tag()})")]


def _holder(b: Builder) -> list[Stmt]:
    """A value that has the resource in a field, which may be written before the deferred call runs."""
    tag, name = b.tag("a"), b.fresh("h", "box2", "holder2")
    made = [simple(f"{name} := holder{{}}"), simple(f"{name}.Open({tag})")]
    b.declare(name, "holder", made[0], used=True)
    made.append(deferred(f"{name}.{b.rng.choice(['Close', 'Done', 'R.Close', 'R.Finish'])}()", tag))
    made.append(simple(f"{name}.Use({b.tag()})"))
    match b.choose(nothing=4, field=1, whole=1, pointer=1, count=1):
        case "field":
            made.append(simple(f"{name}.R = nil"))
        case "whole":
            made.append(simple(f"{name} = holder{{}}"))
        case "pointer":
            at = b.fresh("hp", "at2")
            made += [simple(f"{at} := &{name}"), simple(f"{at}.R = mustOpen({b.tag()})")]
            b.declare(at, "pointer to holder", made[-2], used=True)
        case "count":
            made.append(b.ev(f"{name}.N"))
    return made


def _interface(b: Builder) -> list[Stmt] | None:
    """The resource behind an interface with several types behind it."""
    tag, name = b.tag("a"), b.fresh("c", "lid", "closer2")
    if not b.clear("closable", "hold", "held"):
        return None
    maker = b.rng.choice(["openLid", "openCloser"])
    made = [simple(f"{name} := {maker}({tag})")]
    if b.chance(0.3):
        made = [simple(f"var {name} closable = mustOpen({tag})")]
    b.declare(name, "closable", made[0], used=True)
    if b.chance(0.25):
        made.append(simple(f"hold({name})"))
    made.append(deferred(f"{name}.Close()", tag))
    if b.chance(0.3):
        made[-1] = literal([simple(f"_ = {name}.Close()")], tag)
    return [*made, simple(f"{name}.Use({b.tag()})")]


def _goroutine(b: Builder) -> list[Stmt]:
    """A goroutine that uses the resource, waited for in the iteration, or by whoever comes later."""
    name, stmt, tag = _opened(b)
    wait = b.fresh("wait", "join")
    start = Stmt(Kind.LITERAL, arms=[Arm(f"{wait} := gated(func() {{", [simple(f"{name}.Use({b.tag()})")])], tail="})")
    b.declare(wait, "wait", start, used=True)
    made = [stmt, deferred(f"{name}.Close()", tag), start]
    if b.chance(0.5):
        made.reverse()
        made = [stmt, start, deferred(f"{name}.Close()", tag)]
    match b.choose(now=3, sometimes=1, later=1):
        case "sometimes":
            call = Stmt(Kind.IF, arms=[Arm(f"if {condition(b)} {{", [simple(f"{wait}()")])], tail="}")
            return [*made, call]
        case "later" if b.visible("func list"):
            return [*made, simple(f"waits = append(waits, {wait})")]
    return [*made, simple(f"{wait}()")]


def _element(b: Builder) -> list[Stmt]:
    """The operand of the deferred call is an element, which may be written before the call runs."""
    tag, name = b.tag("a"), b.fresh("list", "parts", "set")
    match b.choose(array=1, slice=1, called=1, map=1):
        case "array":
            made = [simple(f"{name} := [2]*res{{mustOpen({tag})}}"), deferred(f"{name}[0].Close()", tag)]
            use, write = f"{name}[0].Use({b.tag()})", f"{name} = [2]*res{{}}"
        case "slice":
            made = [simple(f"{name} := []*res{{mustOpen({tag})}}"), deferred(f"{name}[0].Close()", tag)]
            use, write = f"{name}[0].Use({b.tag()})", f"{name}[0] = nil"
        case "map":
            made = [
                simple(f'{name} := map[string]*res{{"k": mustOpen({tag})}}'),
                deferred(f'{name}["k"].Close()', tag),
            ]
            use, write = f'{name}["k"].Use({b.tag()})', f'delete({name}, "k")'
        case _:
            made = [simple(f"{name} := []func(){{acquire({tag})}}"), deferred(f"{name}[0]()", tag)]
            use, write = f"ev({b.tag()}, len({name}))", f"{name}[0] = func() {{}}"
    b.declare(name, "element", made[0], used=True)
    made.append(simple(use))
    return [*made, simple(write)] if b.chance(0.4) else made


def _variable(b: Builder) -> list[Stmt]:
    """The operand is a variable that others can set: of the package, or behind a pointer."""
    if b.chance(0.5):
        tag = b.tag("a")
        made = [simple(f"current = mustOpen({tag})"), deferred("current.Close()", tag)]
        made.append(simple(f"current.Use({b.tag()})"))
        return [*made, simple("current = nil")] if b.chance(0.4) else made
    name, stmt, tag = _opened(b)
    at = b.fresh("pp", "at3")
    pointer = simple(f"{at} := &{name}")
    b.declare(at, "pointer to res", pointer, used=True)
    made = [stmt, pointer, deferred(f"(*{at}).Close()" if b.chance(0.6) else f"{name}.Close()", tag)]
    made.append(simple(f"(*{at}).Use({b.tag()})"))
    return [*made, simple(f"*{at} = mustOpen({b.tag()})")] if b.chance(0.4) else made


def beginning(b: Builder) -> list[Stmt]:
    """Return the statements that the forms need at a function's beginning."""
    stmt = simple("var waits []func()")
    b.declare("waits", "func list", stmt)
    return [stmt]


def ending(b: Builder) -> list[Stmt]:
    """Wait for what waits, and look at all that releases change."""
    loop = Stmt(
        Kind.FOR, arms=[Arm("for _, wait := range waits {", [simple("wait()")])], tail="}", loop=b.number("loop")
    )
    made = [loop]
    if b.chance(0.5):
        made.append(b.ev("registered()", "mode()", "closed()"))
    if b.chance(0.5):
        made += [simple(f"shelved({b.tag()})"), simple(f"held({b.tag()})")]
    return made
