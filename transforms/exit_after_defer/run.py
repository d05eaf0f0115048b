"""A program's ``main`` split in two: what it does becomes a function that returns, after which the program ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from defermod.codemod import Context, Fix, Node, Refusal, Rewriter, Shared
from defermod.golang.function_names import package_name
from defermod.golang.known_errors import known_error
from defermod.golang.statements import statements
from defermod.golang.terminating import terminates

from .doc import Reason
from .exits import alone, prints, std_log

_TITLE = "split main, so that the deferred calls are made before the program ends"
_NAMES = ("run", "runMain", "realMain")


def is_main(context: Context, function: Node) -> bool:
    """Return True if a function is a program's main."""
    declared = function.kind == "function_declaration" and function.need("name").text == "main"
    return declared and package_name(context.source.text) == "main"


def split(context: Context, function: Node, own: Sequence[Node], lost: Sequence[Node]) -> Fix | Refusal | None:
    """The fix that splits ``main``; None if an exit of ``lost`` can't become a return.

    The other exits of ``own`` become returns, too, where they can.
    """
    name = next((name for name in _NAMES if not _is_taken(context, function, name)), None)
    opening = context.source.text[function.start : function.need("body").start + 1]
    closing = context.source.text[context.source.line_start(function.end) : function.end]
    if name is None or b"\n" in opening or closing != b"}" or context.is_declared("os", function):
        return None
    if any(_is_error(context, each) is None for each in lost):
        return _split(context, function, own, lost, (name, "int", "0", f"os.Exit({name}())", _write_code))
    log = lost[0].named_children[0].need("function").need("operand").text
    ending = f"if err := {name}(); err != nil {{\n\t\t{log}.Fatal(err)\n\t}}"
    return _split(context, function, own, lost, (name, "error", "nil", ending, _write_error))


_Way = tuple[str, str, str, str, Callable[[Context, Rewriter, Node], bool]]
"""The new function's name, its result, that at the end, what main does, and what writes an exit."""


def _split(
    context: Context, function: Node, own: Sequence[Node], lost: Sequence[Node], way: _Way
) -> Fix | Refusal | None:
    name, result, nothing, ending, write = way
    rewriter = context.rewriter()
    written = [each for each in own if write(context, rewriter, each)]
    if not set(lost) <= set(written):
        return None
    body = function.need("body")
    rewriter.insert(function.start, f"func main() {{\n\t{ending}\n}}\n\n").replace(function.need("name"), name)
    rewriter.insert(function.need("parameters").end, f" {result}")
    for statement in body.without("func_literal"):
        if statement.kind == "return_statement":
            rewriter.replace(statement, f"return {nothing}")
    last = statements(body)[-1]
    if not terminates(statements(body), frozenset(written)):
        rewriter.insert(body.end - 1, f"\treturn {nothing}\n")
    if result == "int":
        rewriter.add_import("os")
    if not context.has_types:
        return rewriter.unsafe(_TITLE, Shared.NO_TYPES, "without Go's types nothing tells what ends the program", last)
    why = "calls are made that were not made before"
    if result == "error":
        why += ", and the error is printed after them"
    return rewriter.unsafe(_TITLE, Reason.CALLS_ADDED, why, lost[0])


def _is_taken(context: Context, function: Node, name: str) -> bool:
    return context.is_declared(name, function) or any(node.text == name for node in function.find("identifier"))


def _is_error(context: Context, exit_: Node) -> str | None:
    """The function that makes an error of what an exit of package log prints, empty if it prints one; None otherwise.

    What is printed of the error is what is printed now.
    """
    call = exit_.named_children[0]
    arguments = call.need("arguments").named_children
    if not arguments or not std_log(context, exit_) or not _is_of_log(context, call):
        return None
    first, literal = arguments[0], arguments[0].kind in ("interpreted_string_literal", "raw_string_literal")
    if call.need("function").need("field").text == "Fatalf":
        fits = literal and "%w" not in first.text
        made = "fmt.Errorf"
    else:
        fits = len(arguments) == 1 and (literal or known_error(first, context.scopes(exit_)))
        made = "errors.New" if literal else ""
    hidden = made and context.is_declared(made.partition(".")[0], exit_)
    return made if fits and not hidden else None


def _is_of_log(context: Context, call: Node) -> bool:
    """Return True if a call is of package log itself, and not of a logger of its own."""
    operand = call.need("function").need("operand")
    return operand.kind == "identifier" and context.names_package(operand, "log")


def _write_error(context: Context, rewriter: Rewriter, exit_: Node) -> bool:
    made = _is_error(context, exit_)
    if made is None:
        return False
    call = exit_.named_children[0]
    if made:
        rewriter.replace(call.need("function"), f"return {made}").add_import(made.partition(".")[0])
    else:
        rewriter.replace(exit_, f"return {call.need('arguments').named_children[0].text}")
    return True


def _write_code(context: Context, rewriter: Rewriter, exit_: Node) -> bool:
    call = exit_.named_children[0]
    arguments = call.need("arguments").named_children
    if call.need("function").text in ("os.Exit", "syscall.Exit") and len(arguments) == 1:
        rewriter.replace(exit_, f"return {arguments[0].text}")
        return True
    if not std_log(context, exit_) or not alone(context, exit_):
        return False
    field = call.need("function").need("field")
    rewriter.replace(field, prints(field.text)).insert_after(exit_, "return 1")
    return True
