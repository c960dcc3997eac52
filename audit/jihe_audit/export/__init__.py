"""What leaves the tool: the machine contract, the workbook, the opinion and the pages."""
