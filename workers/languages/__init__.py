"""What we know of each language, as data: a directory a language, nothing but files to read."""
