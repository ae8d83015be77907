"""The repository: objects, commits, refs, history and work trees, through Git's own plumbing.

The home of GitPython, which finds the repository, reads its configuration and runs `git`; never of its index.
"""
