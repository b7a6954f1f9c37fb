// Writes the tables of character classes that the scanners use.
