"""What content can be recognised by: one signal type per file, from bytes or pixels in memory, never from a file."""
