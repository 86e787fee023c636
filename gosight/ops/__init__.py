"""The work of running the product: its health, and what the command line does besides serving."""
