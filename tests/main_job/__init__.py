"""The main job as a user runs it: the real command line, measured by what it leaves."""
