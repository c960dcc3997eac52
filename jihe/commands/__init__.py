"""One file per command of the command line; heavy modules are loaded when a command runs."""
