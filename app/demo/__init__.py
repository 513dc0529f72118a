"""The demonstration alliance: invented, entered through the same services and files as everybody's data."""
