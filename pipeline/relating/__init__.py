"""After commit: which items show the same, which texts say nearly the same. Linked and counted, never dropped."""
