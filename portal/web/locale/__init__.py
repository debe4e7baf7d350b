"""How dates and numbers are written, by language, and the translations. Named in ``FORMAT_MODULE_PATH``."""
