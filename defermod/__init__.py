"""defermod: find Go defers that leak in loops and rewrite them without changing what the program does."""

from pathlib import Path

__version__ = "0.1.0"

# In a checkout `transforms/` stands beside this package; in a wheel it lies inside it.  Either way
# it is imported as `defermod.transforms`, never as the top-level name, which belongs to somebody
# else on PyPI and would be a second copy of every module.
_root = Path(__file__).resolve().parent.parent
if (_root / "pyproject.toml").is_file() and (_root / "transforms").is_dir():
    __path__.append(str(_root))
