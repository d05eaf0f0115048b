"""``python -m defermod``."""

import sys

# `-m` puts the working directory, which is somebody's repository, before the standard library.
if not sys.flags.safe_path and __name__ == "__main__":
    del sys.path[0]

from defermod.cli import main

if __name__ == "__main__":
    main()
