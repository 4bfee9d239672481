"""The name model: reading the corpora, making copies and report-style sentences, training, measuring."""
