"""Tables as grids: rows, columns, spans and header roles, from ruling lines, text columns or plain text."""
