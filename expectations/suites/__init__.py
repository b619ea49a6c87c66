"""The rules, a module for each layer and a function for each table."""
