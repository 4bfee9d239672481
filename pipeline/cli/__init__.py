"""The command line: one command group per file, heavy imports only where a command needs them."""
