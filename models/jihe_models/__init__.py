"""What can be learned from annotated reports: binders, name taggers, their training and storage."""
