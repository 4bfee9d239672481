"""The desk people work at: the queue, one case on screen, and the acts that decide it."""
