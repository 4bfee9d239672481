"""Known-hash lists of others: imported, saved as arrays, asked about content; a match is a reason, no assessment."""
