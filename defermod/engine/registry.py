"""The known transforms: discovered in ``defermod.transforms`` and in the entry-point group, not listed anywhere."""

from __future__ import annotations

import os
import pkgutil
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from defermod.codemod import Transform
    from defermod.engine.about import About
    from defermod.settings import Setting

GROUP = "defermod.transforms"
"""Entry-point group for transforms of other distributions; each names an object with a Transform's shape."""
ABOUT_GROUP = "defermod.about"
"""Entry-point group for the ``About`` of a rule in ``GROUP``, if it has one: ``PACKAGE.about:ABOUT``."""


class CodemodError(Exception):
    """A rule that the command line names, or that is installed, can't be loaded; the message says why."""


@lru_cache(maxsize=1)
def transforms() -> dict[str, Transform]:
    """Return every transform by the name of its rule, sorted by name.  Raises CodemodError."""
    package = import_module("defermod.transforms")
    found: list[Transform] = [
        import_module(f"defermod.transforms.{info.name}").TRANSFORM
        for info in pkgutil.iter_modules(package.__path__)
        if info.ispkg
    ]
    rules = {transform.rule: transform for transform in found}
    for name, transform in _of_others(GROUP):
        _refuse_taken(name, transform.rule, rules)
        rules[transform.rule] = transform
    return dict(sorted(rules.items()))


def _refuse_taken(plug_in: str, rule: str, rules: Container[str]) -> None:
    """Raise CodemodError for a plug-in's rule that would stand in the place of another one."""
    if rule in rules:
        raise CodemodError(f"the plug-in {plug_in} calls its rule {rule!r}, and there is a rule of that name")


@lru_cache(maxsize=1)
def abouts() -> dict[str, About]:
    """Return the ``About`` of each rule that has one, by the rule's name.  Raises CodemodError.

    The rules of ``defermod.transforms`` are not loaded for it; for one of another distribution, its package is.
    """
    return {rule: about for rule, (about, _) in _abouts_and_packages().items()}


def package_of(rule: str) -> str:
    """Return the name of the package of a rule that has an ``About``."""
    return _abouts_and_packages()[rule][1]


@lru_cache(maxsize=1)
def _abouts_and_packages() -> dict[str, tuple[About, str]]:
    package = import_module("defermod.transforms")
    found: dict[str, tuple[About, str]] = {}
    plain: set[str] = set()  # the rules without one, which their packages are named after
    for info in pkgutil.iter_modules(package.__path__):
        folder = Path(getattr(info.module_finder, "path", "")) / info.name
        plain.add(info.name.replace("_", "-"))
        if info.ispkg and (folder / "about.py").is_file():
            about: About = _loaded_alone(folder, "about").ABOUT
            found[about.rule] = (about, f"defermod.transforms.{info.name}")
    for module, about in _of_others(ABOUT_GROUP):
        package_name = module.rpartition(".")[0]
        _refuse_taken(package_name, about.rule, found.keys() | plain)
        for one in about.settings:
            other = next((o.rule for o, _ in found.values() if any(one.name == s.name for s in o.settings)), None)
            if other not in (None, about.rule):
                raise CodemodError(f"the rules {other!r} and {about.rule!r} both declare the setting {one.key!r}")
        found[about.rule] = (about, package_name)
    return dict(sorted(found.items()))


def _of_others(group: str) -> Iterator[tuple[str, Any]]:
    """Yield what the entry points of other distributions name, each with its module.  Raises CodemodError."""
    if not _others_may_exist():
        return
    from importlib.metadata import entry_points

    for point in entry_points(group=group):
        try:
            loaded = point.load()
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            raise CodemodError(
                f"{point.value}, which a plug-in names as {point.name!r}, can't be loaded: {said}"
            ) from error
        yield point.module, loaded


def _loaded_alone(folder: Path, module: str) -> Any:
    """Load a module of a rule's package without importing the package, which later finds the module in
    ``sys.modules``.
    """
    from importlib.util import module_from_spec, spec_from_file_location

    name = f"defermod.transforms.{folder.name}.{module}"
    if name not in sys.modules:
        spec = spec_from_file_location(name, folder / f"{module}.py")
        assert spec is not None and spec.loader is not None
        sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def is_rule(name: str) -> bool:
    """Return True if there is a rule of that name; rules are loaded only if none with an ``About`` has it."""
    return name in abouts() or name in transforms()


def default_rules() -> tuple[str, ...]:
    """Return the rules that run if none are selected."""
    return tuple(rule for rule, about in abouts().items() if about.on_by_default)


def marked(text: bytes) -> frozenset[str]:
    """Return the rules that a comment of the text selects."""
    return frozenset(rule for rule, about in abouts().items() if about.mark and about.mark in text)


def rule_settings() -> dict[str, Setting]:
    """Return the settings that rules declare as flags and keys, by name."""
    return {one.name: one for about in abouts().values() for one in about.settings}


def mark_words() -> tuple[str, ...]:
    """Return the words in ``//defermod:WORD`` comments that select a rule."""
    marks = (about.mark.decode() for about in abouts().values() if about.mark)
    return tuple(mark.rpartition(":")[2] for mark in marks)


def judge_by_more(rules: Iterable[str]) -> bool:
    """Return True if findings of one of the rules depend on more than a file's text and the settings."""
    return any(rule in abouts() and abouts()[rule].beyond_the_text for rule in rules)


NAMED = "run:"
"""The prefix of names of rules that the command line gives by file or package."""


def named(spec: str) -> str:
    """Return the name by which ``Settings.select`` has the codemod ``FILE.py[:NAME]`` or ``PACKAGE[:NAME]``."""
    place, colon, name = spec.rpartition(":")
    if not colon or not name.isidentifier():
        place, name = spec, ""
    if place.endswith(".py") or "/" in place or os.sep in place:
        place = str(Path(place).absolute())
    return f"{NAMED}{place}:{name}"


def is_codemod(names: Iterable[str]) -> bool:
    """Return True if one of the rules is a codemod given on the command line."""
    return any(name.startswith(NAMED) for name in names)


def chosen_rules(names: Iterable[str]) -> list[Transform]:
    """Return the transforms with the given names, sorted by rule.  Raises CodemodError."""
    wanted = set(names)
    plain = sorted(name for name in wanted if not name.startswith(NAMED))
    if not _others_may_exist() and all(name in abouts() for name in plain):
        own: list[Transform] = [import_module(package_of(name)).TRANSFORM for name in plain]
    else:
        own = [transforms()[name] for name in plain if name in transforms()]
    return [*own, *(load(name) for name in sorted(wanted) if name.startswith(NAMED))]


_lent: dict[str, Transform] = {}


@contextmanager
def registered(rule: Transform) -> Iterator[str]:
    """Register a rule for the time of a ``with`` block, in this process; yields its name for ``Settings.select``."""
    name = f"{NAMED}object:{rule.rule}"
    _lent[name] = rule
    try:
        yield name
    finally:
        del _lent[name]
        _scans.cache_clear()


def load(name: str) -> Transform:
    """Return the codemod with a name that ``named`` has made.  Raises CodemodError."""
    return _lent.get(name) or _load(name)


@lru_cache(maxsize=32)
def _load(name: str) -> Transform:
    from defermod.codemod import Rule

    place, _, wanted = name.removeprefix(NAMED).rpartition(":")
    module = _module(place)
    if wanted:
        found = [getattr(module, wanted, None)]
    else:
        found = [v for v in vars(module).values() if isinstance(v, Rule) or _is_own_rule(v, module.__name__)]
    made: list[Any] = [v() if isinstance(v, type) and issubclass(v, Rule) else v for v in found]
    rules = [v for v in made if hasattr(v, "rule") and hasattr(v, "suspects")]
    # A class and its instance are one rule; so are two names for an instance.
    rules = list({type(v): v for v in rules}.values())
    if len(rules) == 1:
        rule: Transform = rules[0]
        return rule
    if wanted:
        raise CodemodError(f"{place} has no rule {wanted!r}")
    names = ", ".join(type(rule).__name__ for rule in rules)
    raise CodemodError(f"{place} holds {f'several rules, name one: {names}' if rules else 'no rule'}")


def _is_own_rule(value: object, module: str) -> bool:
    from defermod.codemod import Rule

    return isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module and "rule" in vars(value)


def _module(place: str) -> ModuleType:
    """Return the module of a file or package, executed once.  Raises CodemodError."""
    from importlib.util import module_from_spec, spec_from_file_location

    try:
        if not (place.endswith(".py") or os.sep in place):
            return import_module(place)
        file = Path(place)
        file = file / "__init__.py" if file.is_dir() else file
        stem = file.parent.name if file.name == "__init__.py" else file.stem
        if not file.is_file():
            raise CodemodError(f"{place}: no such file or directory")
        spec = spec_from_file_location(f"defermod_codemod_{stem.replace('-', '_')}", file)
        if spec is None or spec.loader is None:
            raise CodemodError(f"{place} is not a Python file")
        module = module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    except CodemodError:
        raise
    except Exception as error:
        raise CodemodError(f"{place} can't be loaded: {type(error).__name__}: {error}") from error
    return module


def decides_by_types(names: Iterable[str]) -> bool:
    """Return True if one of the rules may need types to find something in a file."""
    if not _others_may_exist() and all(name in abouts() and abouts()[name].prefilter for name in names):
        return False
    from defermod.codemod import Metadata

    wanted = {Metadata.DEFERS, Metadata.TYPES, Metadata.PACKAGE}
    return any(wanted & getattr(rule, "metadata", frozenset()) for rule in chosen_rules(names))


def any_rule_reads_packages(names: Iterable[str]) -> bool:
    """Return True if one of the rules looks at whole packages; none of ``defermod.transforms`` does."""
    if only_defers(names := tuple(names)):
        return False
    from defermod.codemod import Metadata

    return any(Metadata.PACKAGE in getattr(rule, "metadata", ()) for rule in chosen_rules(names))


def any_rule_wants_defer_facts(names: Iterable[str]) -> bool:
    """Return True if one of the rules asks for facts about every declaration with a ``defer``."""
    from defermod.codemod import Metadata

    wanted = {Metadata.DEFERS, Metadata.CONFIRMS}
    return any(wanted & getattr(rule, "metadata", frozenset()) for rule in chosen_rules(names))


def with_checked_options(
    given: Iterable[tuple[str, object]], names: Iterable[str]
) -> tuple[tuple[str, bool | int | str], ...]:
    """Return the options, by ``RULE.NAME``, converted to their types; if one is given several times, the last value.

    Options of installed rules that don't run are checked, too.  Raises ValueError for an unknown option.
    """
    rules = [*transforms().values(), *chosen_rules(name for name in names if name.startswith(NAMED))]
    known = {f"{rule.rule}.{option.name}": option for rule in rules for option in getattr(rule, "options", ())}
    found: dict[str, bool | int | str] = {}
    for name, value in given:
        if name not in known:
            from defermod.settings import did_you_mean

            raise ValueError(f"unknown option {name!r}{did_you_mean(name, tuple(known)) if known else ''}")
        found[name] = known[name].value(value)
    return tuple(sorted(found.items()))


def wanted_types(names: Iterable[str], text: bytes) -> tuple[bool, bool]:
    """Return True if a rule asks for the types of all declarations with a ``defer`` in a file with this text, and
    whether one asks for those of everything."""
    from defermod.codemod import Metadata, Rule, concerned

    rules = [rule for rule in chosen_rules(names) if isinstance(rule, Rule)]
    wanted = {Metadata.DEFERS, Metadata.TYPES}
    asking = [rule.metadata for rule in rules if rule.metadata & wanted and concerned(rule, text)]
    return any(Metadata.DEFERS in one for one in asking), any(Metadata.TYPES in one for one in asking)


def concerned(text: bytes, rules: Iterable[str]) -> bool:
    """Return False only if the text cannot hold a finding of any of the rules.

    The transforms are loaded only if necessary: their analyses take longer to import than many files
    take to check.
    """
    return any(concerns(text) for concerns in _scans(tuple(rules)))


def only_defers(rules: Iterable[str]) -> bool:
    """Return True if no rule finds anything in a text without the word ``defer``."""
    if _others_may_exist() or any(rule.startswith(NAMED) for rule in rules):
        return False
    return not any(rule in abouts() and abouts()[rule].without_defers for rule in rules)


@lru_cache(maxsize=8)
def _scans(rules: tuple[str, ...]) -> list[Callable[[bytes], bool]]:
    return [prefilter(rule) if _has_prefilter(rule) else partial(_concerned, rule) for rule in rules]


def _has_prefilter(rule: str) -> bool:
    if rule not in abouts() or not abouts()[rule].prefilter:
        return False
    # A transform of another distribution may have taken over the name of a rule.
    return not _others_may_exist() or f"{type(transforms()[rule]).__module__}.".startswith(f"{package_of(rule)}.")


def prefilter(rule: str) -> Callable[[bytes], bool]:
    """``may_match`` of the module that the rule's ``About.prefilter`` names; one of this program's is loaded alone."""
    package, module = package_of(rule), abouts()[rule].prefilter
    about = sys.modules.get(f"{package}.about")
    if package.startswith("defermod.transforms.") and about is not None and about.__file__ is not None:
        may_match: Callable[[bytes], bool] = _loaded_alone(Path(about.__file__).parent, module).may_match
    else:
        may_match = import_module(f"{package}.{module}").may_match
    return may_match


def _concerned(rule: str, text: bytes) -> bool:
    from defermod.codemod import concerned

    return concerned(load(rule) if rule.startswith(NAMED) else transforms()[rule], text)


def installed() -> tuple[str, ...]:
    """Return a key that changes with the program, the transforms and the grammar; none of them is imported."""
    from importlib.util import find_spec

    from defermod import __path__ as packages
    from defermod import __version__
    from defermod.files.cache import code_state

    places = [Path(packages[0])]
    places += [Path(package, "transforms") for package in packages[1:]]
    if _others_may_exist():
        modules = [sys.modules[type(transform).__module__] for transform in transforms().values()]
        places += [Path(module.__file__).parent for module in modules if module.__file__]
    for name in ("tree_sitter", "tree_sitter_go"):
        spec = find_spec(name)
        places += [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    return __version__, sys.version, code_state(*places)


@lru_cache(maxsize=1)
def _others_may_exist() -> bool:
    """Return False only if no other distribution names a transform; importlib.metadata takes longer than a check.

    A wrong True costs time.  The answer is True for whatever isn't a plain directory: archives, foreign finders.
    """
    if any(hasattr(finder, "find_distributions") for finder in sys.meta_path if finder is not PathFinder):
        return True
    return any(_names_group(path) for place in dict.fromkeys(sys.path) for path in _entry_point_files(place or "."))


def _entry_point_files(place: str) -> Iterator[str]:
    """Yield the files in which distributions in one directory of ``sys.path`` name their entry points."""
    try:
        with os.scandir(place) as entries:
            names = [entry.name for entry in entries]
    except NotADirectoryError:
        yield place
    except OSError:
        return
    else:
        kinds = (".dist-info", ".egg-info")
        yield from (os.path.join(place, name, "entry_points.txt") for name in names if name.lower().endswith(kinds))  # noqa: PTH118
        if any(name.lower().endswith(".egg") for name in names) or place.lower().rstrip("/\\").endswith(".egg"):
            yield place


def _names_group(path: str) -> bool:
    """Return True if the file names the group, or is an archive or directory that may."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib is slower, and there may be many
            return path.lower().endswith((".whl", ".zip", ".egg")) or GROUP.encode() in file.read()
    except IsADirectoryError:
        return True
    except OSError:
        return False
