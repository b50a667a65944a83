"""Shape only: what a page takes in. The rules are in the actions."""
