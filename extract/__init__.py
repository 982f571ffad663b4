"""Facts from Vietnamese news: every metric with its unit, its date and its province."""

__version__ = "0.1.0"
