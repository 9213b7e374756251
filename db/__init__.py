"""The database from the command line: marts, their documentation, and a history to try them on."""
