"""Proof that nothing was lost, doubled or changed: the law of conservation, the audit chain, and what hangs together.

Every check reads one snapshot of the store as a stream; memory follows the number of distinct cases and locators, not
the number of reports. What it cannot see is said where it is printed: an audit chain alone does not show that its last
events were cut off, and without the vault's private key only the shape of sealed things is checked.
"""

from pipeline.verify.everything import Verified, verify
from pipeline.verify.finding import Finding

__all__ = ["Finding", "Verified", "verify"]
