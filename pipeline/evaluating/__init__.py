"""`hotline evaluate`: how well the machine understands and redacts, measured anew and printed with what was skipped."""

LABELS, REDACTION, SPEED = "labels", "redaction", "speed"
PARTS = (LABELS, REDACTION, SPEED)
