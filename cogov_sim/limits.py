"""Limits of what users may give that are no range of a setting: the one place for them."""

from __future__ import annotations

#: Bytes of a scenario file, or of a table of effects; the longest scenario that says everything has a hundredth of it.
FILE_BYTES = 1_000_000
#: Bytes of a folder's manifest, which names every run that failed.
MANIFEST_BYTES = 100_000_000
#: Characters of any text: a title, a name, a path of another scenario.
TEXT = 1000
#: Tables within tables; what a scenario says lies three deep.
DEPTH = 10
#: Scenario files that build on one another.
FILES_IN_A_ROW = 20
#: Whole numbers lie between minus this and this, so that everything that reads them can hold them.
WHOLE = 2**63 - 1
#: Characters of what was typed that a message repeats, and characters of a whole message.
SHOWN, SENTENCE = 80, 3000

#: Largest counts that make sense; beyond them it is a slip of the keyboard.
COUNTS = {"months": 12_000, "seeds": 1_000_000, "workers": 10_000, "threads": 10_000, "residents": 20_000_000,
          "trajectories": 10_000, "points": 65_536, "keep": 10_000}  # fmt: skip
FEWEST_RESIDENTS = 200
