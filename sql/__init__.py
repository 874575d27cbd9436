"""Every formula and view of the product as SQL files, one relation a file, its name the stem."""
