"""Figures and tables for people; takes the results of runs, computes no measure of its own."""
