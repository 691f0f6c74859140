"""One module per command: SUMMARY, DESCRIPTION, arguments(parser), run(options) -> exit status."""
