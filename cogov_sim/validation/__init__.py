"""Everything that can be checked, and the page that shows it: targets, what the model gives, verdicts."""
