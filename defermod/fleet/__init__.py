"""Many repositories: run a command over all of them, keep what it says in one file, compare, report, make branches.

The command is the ordinary command line, as a process of its own for each repository; nothing of the engine is
imported here.  Values between the coordinator and its workers are plain, so that a worker can be another machine.
"""
