"""What people run: the command line, the test runner, dry-run."""
