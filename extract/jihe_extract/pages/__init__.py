"""From lines on pages, or of plain text, to paragraphs, headings and the canonical text."""
