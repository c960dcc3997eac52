"""Numbers with their units as a text shows them, wherever the unit stands."""
