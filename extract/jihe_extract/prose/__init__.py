"""What a figure of running text measures, covers and belongs to."""
