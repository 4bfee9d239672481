"""Proof that no report was lost, doubled or moved, and that what people did agrees with the audit chain.

Every check reads one snapshot of the store as a stream; memory follows the number of distinct cases and locators and
of people's acts, not the number of reports. What it cannot see is said where it is printed: an audit chain alone does
not show that its last events were cut off, and without the vault's private key only the shape of sealed things is
checked.
"""

from pipeline.verify.everything import Verified, verify
from pipeline.verify.finding import Finding

__all__ = ["Finding", "Verified", "verify"]
