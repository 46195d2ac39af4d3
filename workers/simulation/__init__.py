"""Counts that are made up, with the moments at which something happened in them: to measure the detector by."""
