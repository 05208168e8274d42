"""The residents' rules as compiled loops, one module a stage.

Every kernel runs over the buildings [b0, b1), writes the rows of their own residents and buildings only, and reads of
other residents only columns that it does not write. So it may run on any number of threads with the same result.

Residents are numbered by unsigned integers inside kernels: for signed ones the compiler must reckon with negative
indices at every look into a column, and cannot work on several residents at a time.
"""

#: Months.
YEAR = 12
