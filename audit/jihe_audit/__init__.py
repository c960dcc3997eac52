"""Whether what a report asserts holds: intervals, ledger, rules, findings, issues and exports."""
