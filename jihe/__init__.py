"""绩核 jihe: the auditor for Chinese budget-performance reports."""
