"""One file as a rule sees it: ``Context``, and the analyses that a rule may ask it for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import Enum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from defermod.golang.cfg import CFG
from defermod.golang.defuse import address_taken, assigns
from defermod.golang.facts import CallFact, DeferFact, FileFacts, FunctionFact, RangeOver
from defermod.golang.invariance import Invariance
from defermod.golang.liveness import dead_after, dead_between_iterations
from defermod.golang.loops import function_name
from defermod.golang.scopes import FUNCTIONS, Binding, Scopes
from defermod.golang.statements import too_deep
from defermod.golang.types import Types
from defermod.model import Blocker, Finding, Fix, Joint, Options, PackageFile, Refusal, Severity, status_of
from defermod.syntax.imports import Imports
from defermod.syntax.matchers import Match, Matcher
from defermod.syntax.matchers import find_all as _find_all
from defermod.syntax.rewriter import Rewriter
from defermod.syntax.source import Source
from defermod.syntax.tree import Node

if TYPE_CHECKING:
    from defermod.codemod import Rule


class Metadata(Enum):
    """The analyses that a ``Context`` provides to a rule that declares them."""

    SCOPES = "scopes"
    """``binding``, ``meaning``."""
    CFG = "cfg"
    """``cfg``."""
    LIVENESS = "liveness"
    """``dead_between_iterations``."""
    DEFUSE = "defuse"
    """``writes``."""
    TYPES = "types"
    """``type``, ``call``, ``callee``: for every expression of the files that may contain a finding."""
    DEFERS = "defers"
    """``type``, ``call``, ``callee``, ``function_facts``, as with ``TYPES``, but only in declarations that hold a
    ``defer``."""
    CONFIRMS = "confirms"
    """Like ``DEFERS``, but only for files in which the rule finds something by the text alone."""
    VERDICTS = "verdicts"
    """``verdict``: the judge's verdict about a ``defer`` in a loop."""
    PACKAGE = "package"
    """``package``, ``joint``: the other files of the package are read.  The rule runs once, on the files before
    any fix: after the first fixes some of them would be new and the others old."""


_ABOUT_DEFERS = frozenset({Metadata.DEFERS, Metadata.CONFIRMS})


class MetadataError(TypeError):
    """A rule used an analysis that it has not declared: a bug in the rule."""


def _is_outside(node: Node) -> bool:
    """Return True if declarations below a node may be at package level."""
    return node.kind not in FUNCTIONS and node.kind not in ("import_declaration", "method_declaration")


def _untyped_value(name: Node) -> Node | None:
    """Return the value of the one constant of a declaration without a type; None for other declarations."""
    spec = name.parent
    if spec is None or spec.get("type") is not None or len(spec.all("name")) != 1:
        return None
    values = spec.get("value")
    if values is not None and values.kind == "expression_list":
        return values.named_children[0] if len(values.named_children) == 1 else None
    return values


class Context:
    """One file, as a rule sees it: its nodes, and the analyses that the rule has declared, computed on first use."""

    def __init__(
        self,
        source: Source,
        rule: Rule,
        options: Options,
        types: Types | None = None,
        facts: FileFacts | None = None,
        root: Node | None = None,
    ) -> None:
        self.source = source
        self.rule = rule
        self.file_name = options.file_name
        """The file's name, without its directory; empty unless the rule asks for ``Metadata.PACKAGE``."""
        self._options = options
        self._root = root
        self.go_version = (facts.language if facts is not None else None) or options.go_version
        """The version of the file's language, such as (1, 22); None where nothing says."""
        self._types = types or Types(facts)
        self._given = dict(options.rule_options)
        self._settings = dict(options.given)
        self._evidence = options.evidence_for(rule.rule)
        self._scopes: dict[Node, Scopes] = {}
        self._flows: dict[Node, CFG] = {}
        self._declared: dict[str, list[Node]] = {}

    @property
    def root(self) -> Node:
        """The ``source_file``: all of it, unless the rule is ``within_suspects``."""
        return self._root or self.source.root

    @cached_property
    def too_deep(self) -> bool:
        """True if the file nests too deep to be analysed."""
        return too_deep(self.root)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self.source)

    @property
    def has_types(self) -> bool:
        """True if Go's type facts about the file are known.  If not, every method about types returns None."""
        return self._types.facts is not None

    @cached_property
    def package(self) -> tuple[Context, ...]:
        """The files of the package, in the order of their names, this one included; only this one has types.

        They are those of the directory with the same package clause, whatever their build constraints: tests, too,
        but not those of an external test package.
        """
        self._needs(Metadata.PACKAGE)
        others = [self._beside(file) for file in self._options.package if file.text is not None]
        return tuple(sorted((self, *others), key=lambda file: file.file_name))

    def _beside(self, file: PackageFile) -> Context:
        options = replace(self._options, file_name=file.name, package=())
        return Context(parsed(file.text or b""), self.rule, options)

    def joint(self, outcome: Fix | Refusal, name: str, files: Iterable[Context]) -> Fix | Refusal:
        """Return the outcome as part of a change to several files of the package, of which all parts are made or none.

        Each of the ``files`` must have a part with the same name; whatever prevents one, such as a validator,
        a comment that silences it or a run that looks at other files only, makes refusals of the others.
        """
        self._needs(Metadata.PACKAGE)
        names = sorted({file.file_name for file in files})
        if isinstance(outcome, Refusal) or len(names) < 2:
            return outcome
        title = f"{outcome.title} ({len(names)} files: {', '.join(names[:3])}{', ...' if len(names) > 3 else ''})"
        return replace(outcome, title=title, joint=Joint(name, tuple(names)))

    def option(self, name: str) -> Any:
        """Return the value of one of the rule's options."""
        declared = next(option for option in self.rule.options if option.name == name)
        return self._given.get(f"{self.rule.rule}.{name}", declared.default)

    def setting(self, name: str, default: Any) -> Any:
        """Return the value of a setting that a rule's ``About`` declares; ``default`` if it was not given."""
        return self._settings.get(name, default)

    @property
    def evidence(self) -> Any:
        """The evidence about the file that the rule's ``EvidenceSource`` has gathered; None if there is none."""
        return self._evidence

    def find_all(self, matcher: Matcher | str, top: Node | None = None) -> Iterator[Match]:
        """Yield the matches of a matcher, or of Go text as a pattern, in the file or at and below ``top``."""
        return _find_all(top or self.root, matcher)

    def rewriter(self) -> Rewriter:
        """Return a new, empty set of edits."""
        return Rewriter(self.source, self.imports)

    def finding(
        self,
        place: Node | Match,
        message: str,
        outcome: Fix | Refusal,
        severity: Severity = Severity.WARNING,
    ) -> Finding:
        """Return a finding at a node or match.  Findings that share one fix are fixed together or not at all."""
        node = place.node if isinstance(place, Match) else place
        return Finding(
            rule=self.rule.rule,
            transform=self.rule.id,
            span=place.span,
            function=self.function_name(node),
            message=message,
            outcome=outcome,
            status=status_of(outcome),
            severity=severity,
        )

    def refuse(self, code: str, explanation: str, *places: tuple[Node, str]) -> Refusal:
        """Return the refusal of a fix; each blocking place comes with a few words about it."""
        return Refusal(code, explanation, tuple(Blocker(node.span, note) for node, note in places))

    def declared_functions(self, name: str) -> Iterator[Node]:
        """Yield the declarations of functions, not methods, with this name anywhere in the file."""
        if name not in self._declared:
            declared = (outline.node() for outline in self.source.functions(name) if not outline.has_error)
            self._declared[name] = [node for node in declared if node.kind == "function_declaration"]
        return iter(self._declared[name])

    def function(self, node: Node) -> Node | None:
        """Return the innermost function declaration or literal around a node."""
        return next((up for up in node.ancestors() if up.kind in FUNCTIONS), None)

    def function_name(self, node: Node) -> str:
        """Return the name of the function around a node, as Go's runtime spells it; empty outside of functions."""
        function = node if node.kind in FUNCTIONS else self.function(node)
        return function_name(function) if function is not None else ""

    def binding(self, identifier: Node) -> Binding | None:
        """Return the variable that an identifier refers to; None for names of the file, the package and the
        universe.
        """
        self._needs(Metadata.SCOPES)
        return self._scopes_of(identifier).of.get(identifier)

    def scopes(self, node: Node) -> Scopes:
        """The scopes of the top-level declaration around a node."""
        self._needs(Metadata.SCOPES)
        return self._scopes_of(node)

    @property
    def types(self) -> Types:
        """Go's type facts about the file, which parts of ``defermod.rewrite`` take as an argument."""
        self._needs(Metadata.TYPES)
        return self._types

    def meaning(self, name: str, node: Node) -> Binding | None:
        """Return what ``name`` would mean at a node; None if no scope of the function declares it there."""
        self._needs(Metadata.SCOPES)
        return self._scopes_of(node).meaning(name, node)

    def names_package(self, identifier: Node, path: str) -> bool:
        """Return True if an identifier is the name under which the file imports ``path``."""
        one = self.imports.get(path)
        scopes = self._scopes_of(identifier)
        return one is not None and identifier.text == one.known_as and scopes.meaning(one.known_as, identifier) is None

    def uses(self, path: str) -> Iterator[Node]:
        """Yield the selectors, such as ``os.Open`` or the type ``os.File``, with which the file uses an imported
        package.
        """
        for node in self.root.find("selector_expression", "qualified_type"):
            operand = node.get("operand") or node.get("package")
            if operand is not None and not operand.children and self.names_package(operand, path):
                yield node

    def is_declared(self, name: str, node: Node) -> bool:
        """Return True if ``name`` means something at a node that this file declares, in a function or outside.

        Declarations in other files of the package are not known here; a clash with one does not compile, and the
        validators reject it.
        """
        if self._scopes_of(node).meaning(name, node) is not None:
            return True
        return name in self._declared_outside

    @cached_property
    def _declared_outside(self) -> frozenset[str]:
        """The names that the file declares outside of functions, methods included."""
        nodes = (spec for child in self.root.children for spec in (child, *child.walk(_is_outside)))
        return frozenset(found.text for node in nodes if (found := node.get("name")) is not None)

    def cfg(self, function: Node) -> CFG:
        """Return the control flow graph of a function declaration or literal."""
        self._needs(Metadata.CFG)
        return self._flow_of(function)

    def writes(self, binding: Binding) -> list[Node]:
        """Return the occurrences of a variable, besides its declaration, that assign to it or take its address."""
        self._needs(Metadata.DEFUSE)
        return [use for use in binding.uses if use is not binding.node and (assigns(use) or address_taken(use))]

    def may_change(self, expression: Node, during: Node) -> str:
        """Return why the value of an expression may change while ``during`` runs; empty if it does not.

        ``defermod.golang.invariance`` lists the expressions that are known to stay the same.
        """
        return self._invariance.may_change(expression, during)

    def is_constant(self, expression: Node) -> bool:
        """Return True if the file alone shows that an expression is a constant, of any type."""
        return self._invariance.is_constant(expression)

    def is_integer_constant(self, expression: Node) -> bool:
        """Return True if the file alone shows that an expression is an untyped integer constant."""
        return self._invariance.is_integer_constant(expression)

    @cached_property
    def _invariance(self) -> Invariance:
        self._needs(Metadata.DEFUSE)
        return Invariance(self._types, self.binding, self._constant)

    def _constant(self, identifier: Node) -> tuple[bool, Node | None]:
        """Return whether the file declares an identifier as a constant, and the untyped value that it gives it."""
        if (binding := self._scopes_of(identifier).of.get(identifier)) is not None:
            return binding.kind == "const", _untyped_value(binding.node) if binding.kind == "const" else None
        at = self._package_constants.get(identifier.text)
        return at is not None, _untyped_value(at) if at is not None else None

    @cached_property
    def _package_constants(self) -> dict[str, Node]:
        """Return the constants that the file declares outside of functions, each with the identifier that declares
        it.
        """
        specs = (
            spec for top in self.root.children if top.kind == "const_declaration" for spec in top.find("const_spec")
        )
        return {name.text: name for spec in specs for name in spec.all("name")}

    def dead_between_iterations(self, binding: Binding, loop: Node) -> bool:
        """Return True if no value of a variable is read after the iteration of ``loop`` that gave it."""
        self._needs(Metadata.LIVENESS)
        function = self.function(loop)
        return function is not None and dead_between_iterations(binding, loop, self._flow_of(function))

    def dead_after(self, binding: Binding, loop: Node) -> bool:
        """Return True if no value that a variable has at the end of ``loop`` is read."""
        self._needs(Metadata.LIVENESS)
        function = self.function(loop)
        return function is not None and dead_after(binding, loop, self._flow_of(function))

    def _flow_of(self, function: Node) -> CFG:
        if function not in self._flows:
            self._flows[function] = CFG(function)
        return self._flows[function]

    def type(self, expression: Node) -> str | None:
        """Return the type of an expression or variable, such as ``*net/http.Response``; None if it is not known."""
        self._needs(Metadata.TYPES)
        fact = self._types.expression(expression)
        return fact.type if fact is not None else None

    def underlying(self, expression: Node) -> str:
        """Return the kind of an expression's underlying type: ``integer``, ``map``, ``pointer``...; or empty."""
        self._needs(Metadata.TYPES)
        fact = self._types.expression(expression)
        return fact.kind if fact is not None else ""

    def call(self, call: Node) -> CallFact | None:
        """Return Go's facts about a call: callee, results, where its operands go."""
        self._needs(Metadata.TYPES)
        return self._types.call(call)

    def callee(self, call: Node) -> str | None:
        """Return the called function, such as ``os.Open`` or ``(*database/sql.DB).Query``; None if it is not known."""
        fact = self.call(call)
        return (fact.callee or None) if fact is not None else None

    def ranges_over(self, loop: Node) -> RangeOver | None:
        """Return the kind of thing that a ``for`` statement ranges over; None without a range clause, or if it is
        not known.
        """
        self._needs(Metadata.TYPES)
        return self._types.range_over(loop)

    def verdict(self, defer: Node) -> DeferFact | None:
        """Return the judge's verdict about a ``defer`` in a loop; None if it is undecided."""
        self._needs(Metadata.VERDICTS)
        return self._types.deferred(defer)

    def function_facts(self, function: Node) -> FunctionFact | None:
        """Return Go's facts about a function that has a ``defer``: operations that may panic, and expressions that
        stay the same.
        """
        self._needs(Metadata.DEFERS)
        return self._types.function(function)

    def recovers(self, call: Node) -> bool | None:
        """Return True if a call's callee, or the literal it calls, calls ``recover`` itself; None if unknown."""
        self._needs(Metadata.TYPES)
        return self._types.deferred_recovers(call)

    def _needs(self, metadata: Metadata) -> None:
        if metadata in (Metadata.TYPES, Metadata.DEFERS) and self.rule.metadata & _ABOUT_DEFERS:
            return
        if metadata not in self.rule.metadata:
            raise MetadataError(f"{type(self.rule).__name__} asks for {metadata}, which its metadata does not declare")

    def _scopes_of(self, node: Node) -> Scopes:
        top = node
        while top.parent is not None and top.parent.parent is not None:
            top = top.parent
        if top not in self._scopes:
            self._scopes[top] = Scopes(top)
        return self._scopes[top]


@lru_cache(maxsize=256)
def parsed(text: bytes) -> Source:
    """Return a parsed file that is only read; it is parsed once for all files of its package."""
    return Source(text)
