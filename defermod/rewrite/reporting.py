"""The form for regions whose deferred calls report an error in a named result of the function.

The closure gets a result of the same name, so that the deferred literals find it where they looked for it:

    if err := func() (err error) {
        w, e := create(name)
        ...
        defer func() {
            if cerr := w.Close(); err == nil {
                err = cerr
            }
        }()
        ...
        return nil
    }(); err != nil {
        return err
    }

An error that a deferred call reports now ends the loop at once: the fix is never safe.
"""

from __future__ import annotations

from defermod.codes import Shared
from defermod.golang.scopes import Binding, Scopes
from defermod.model import Blocker, Edit, Refusal
from defermod.rewrite.form import Form, FormRank, build_form
from defermod.rewrite.layout import StatementEdit
from defermod.rewrite.region import Exit, ExitKind, Region, return_values
from defermod.rewrite.results import Result, function_results
from defermod.syntax.tree import Node


def reporting_form(
    region: Region, exits: list[Exit], function: Node, scopes: Scopes, result: Binding
) -> Form | Refusal:
    """The form, or why there is none.

    Preconditions:

    - ``result`` is the function's last result; nothing in the region but the deferred literals mentions it,
      and nothing else there has its name;
    - every exit returns an error that is known not to be nil, after the same constants.
    """
    results = function_results(function, scopes)
    leaving = [exit_ for exit_ in exits if exit_.kind is not ExitKind.FALL]
    blocker = _hindrance(region, leaving, results, scopes, result)
    if blocker is not None:
        sentence = f"the deferred call writes result {result.name}, which would be overwritten by the function's return"
        return Refusal(Shared.WRITES_RESULT, sentence, (blocker,))
    prefix = leaving[0].values_before_error if leaving else ", ".join(r.binding.name for r in results[:-1] if r.binding)
    back = f"return {prefix}, {result.name}" if prefix else f"return {result.name}"
    edits: list[StatementEdit] = [
        Edit(exit_.node.start, return_values(exit_.node)[-1].start, b"return ") for exit_ in leaving
    ]
    header, signature = f"if {result.name} := ", f" ({result.name} error)"
    footer = (f"; {result.name} != nil {{", f"\t{back}", "}")
    return build_form(region, exits, FormRank.ERROR, header, signature, footer, "return nil", edits)


def _hindrance(
    region: Region, leaving: list[Exit], results: list[Result], scopes: Scopes, result: Binding
) -> Blocker | None:
    for exit_ in leaving:
        if exit_.kind is not ExitKind.ERROR or exit_.values_before_error != leaving[0].values_before_error:
            return Blocker(exit_.node.span, "an exit that returns no error, or another result")
    if not results or results[-1].binding is not result:
        return Blocker(result.node.span, "not the last result")
    start = region.statements[0]
    for other in results[:-1] if not leaving else ():
        binding = other.binding
        if binding is None or binding.name == "_" or scopes.meaning(binding.name, start) is not binding:
            return Blocker(other.type.span, "a result that cannot be named there")
    if scopes.meaning(result.name, start) is not result:
        return Blocker(start.span, f"{result.name} means another variable here")
    return _other_mention(region, scopes, result)


def _other_mention(region: Region, scopes: Scopes, result: Binding) -> Blocker | None:
    for statement in region.statements:
        for name in statement.find("identifier"):
            deferred = any(up.kind == "defer_statement" for up in name.ancestors())
            if scopes.of.get(name) is result and not deferred:
                return Blocker(name.span, f"also mentions {result.name}")
        declared = [name for name in _declared_by(statement) if scopes.of.get(name, result).node is name]
        # Next to a new variable, := takes the closure's result, which has the same scope; alone it would not compile.
        if any(name.text == result.name for name in declared) and (
            statement.kind != "short_var_declaration" or len(declared) == 1
        ):
            return Blocker(statement.span, f"declares another {result.name}")
    return None


def _declared_by(statement: Node) -> list[Node]:
    if statement.kind == "short_var_declaration":
        return statement.need("left").named_children
    if statement.kind == "var_declaration":
        return [name for spec in statement.find("var_spec") for name in spec.all("name")]
    return []


__all__ = ["reporting_form"]
