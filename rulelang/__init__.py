"""rulelang: a rule language for moderating chat on Amazon Chime SDK messaging."""

__version__ = "0.1.0"
