"""Files of strangers are read in a child process, within limits, and ended with all they started."""
