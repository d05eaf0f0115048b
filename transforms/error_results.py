"""The error that a function returns last, and a name for it, for the two rules whose deferred literals look at it."""

from __future__ import annotations

from defermod.codemod import Binding, Context, Node, Rewriter

from .naming import top_level, wishes


class ErrorResult:
    """The last result of a function, which is an ``error``."""

    def __init__(self, context: Context, function: Node, kind: Node) -> None:
        self._context = context
        self._function = function
        self._type = kind

    @classmethod
    def of(cls, context: Context, function: Node) -> ErrorResult | None:
        """The error result of a function; None if its last result is not the universe's ``error``."""
        result = function.get("result")
        if result is None:
            return None
        kind = result
        if result.kind == "parameter_list":
            if not result.named_children:
                return None
            kind = result.named_children[-1].need("type")
        is_error = kind.text == "error" and not context.is_declared("error", function)
        return cls(context, function, kind) if is_error else None

    @property
    def binding(self) -> Binding | None:
        """The variable of the result; None if it has no name, or a blank one."""
        names = self._names()
        return self._context.binding(names[-1]) if names and names[-1].text != "_" else None

    def name_at(self, place: Node, rewriter: Rewriter) -> str:
        """The name of the result in a statement put where ``place`` starts; empty if it means another variable there.

        A result without one gets a name that nothing in the declaration uses, by edits that ``rewriter`` takes.
        """
        binding = self.binding
        if binding is not None:
            return binding.name if self._context.meaning(binding.name, place) is binding else ""
        used = {node.text for node in top_level(self._function).find("identifier")}
        name = next(wish for wish in wishes("err", "retErr") if wish not in used)
        result, names = self._function.need("result"), self._names()
        if names:
            rewriter.replace(names[-1], name)
        elif result.kind != "parameter_list":
            rewriter.insert(result.start, f"({name} ").insert(result.end, ")")
        else:
            for declaration in result.named_children[:-1]:
                rewriter.insert(declaration.start, "_ ")
            rewriter.insert(self._type.start, f"{name} ")
        return name

    def _names(self) -> list[Node]:
        declaration = self._type.parent
        return (
            declaration.all("name") if declaration is not None and declaration.kind == "parameter_declaration" else []
        )
