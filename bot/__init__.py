"""Threadcut: a Discord bot that edits video by talking."""
