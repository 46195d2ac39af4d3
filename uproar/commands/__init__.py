"""The commands of the ground floor, one topic a file."""
