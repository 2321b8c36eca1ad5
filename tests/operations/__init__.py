"""Every operation, rendered and looked at: see `case.py` for what one is, `test_operations.py` for what is done."""
