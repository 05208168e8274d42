"""Subcommands of ``cogov`` that fill a module of their own; everything heavy is imported when one runs."""
