"""Delivery: what leaves this machine, sealed or over an authenticated line; off until an operator sets it up."""
