"""Residents, organisations, enterprises and government: who acts, and by which rules."""
