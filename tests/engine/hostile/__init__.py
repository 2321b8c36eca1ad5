"""Footage that means harm, what it is after, and how it is told that nothing was had."""
