"""Web service, database, pages and command line."""
