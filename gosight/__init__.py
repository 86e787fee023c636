"""GoSight: what happens on your site, in one process and one folder of data."""

__version__ = "0.1.0"
