"""Checks of a candidate snapshot before it is published."""
