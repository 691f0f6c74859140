"""The suites of ./perpetua test: each module has SUMMARY and run(context), and registers checks."""
