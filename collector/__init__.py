"""The wing that reads the outside world."""
