"""The classroom: two worlds of the same people side by side, for teachers and students."""
