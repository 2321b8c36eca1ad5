"""Threadcut: a Discord bot that edits video by talking."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("threadcut")
except PackageNotFoundError:  # a bare checkout on sys.path, never installed
    __version__ = "0"
