"""Score sheets and indicator statements, in tables and in prose."""
