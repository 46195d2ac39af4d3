"""Tests of the wing that thinks."""
