"""What a report asserts: documents, quantities, facts, claims and indicator rows."""
