"""One module for each shape in which answers leave the process."""
