"""The law as pure functions: no web, no database, no clock. Dates and settings are passed in."""
