"""Measures how often the reactions are right, on labelled posts."""
