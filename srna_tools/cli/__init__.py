"""The executables: one thin file each that parses, calls the library and writes."""
