"""What the command line does, apart from how it is typed: each room of commands in a file of its own."""
