"""The story of the demonstration, one module a chapter: each does what users do, by the services, as real actors."""
