"""What a report asserts about its own figures: sums, rates, shares, changes, counts, formulas."""
