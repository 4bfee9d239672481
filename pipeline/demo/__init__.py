"""The demonstration behind `make run`: the sample, sample decisions by two sample people, every kind of export."""
