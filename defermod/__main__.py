"""``python -m defermod``."""

from defermod.cli import main

if __name__ == "__main__":
    main()
