"""One script a page; each asks the shared context, fetches and draws."""
