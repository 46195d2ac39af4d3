"""Tests of the made-up streams."""
