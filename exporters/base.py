"""The one interface of every exporter."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from exporters.manifest import with_manifest
from exporters.package import CaseView, Package, check_package, view_case
from exporters.redacted_texts import check_texts
from triage.errors import HotlineError, RuleBroken
from triage.redaction import listed

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Exporter(ABC):
    """One recipient's format. Pure: the same package gives the same bytes; no file, no clock, no network."""

    kind: ClassVar[str]
    """The word on the command line: `hotline export KIND`."""
    recipient_kind: ClassVar[str]
    """The column of triage.redaction.TABLE that says what may be in it."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Names of data files whose texts the constructor is given."""
    command: ClassVar[str] = "export"
    """The command that makes its packages. What has gates of its own names another, and `hotline export` refuses."""
    on_request: ClassVar[bool] = False
    """Another form of what its recipient gets otherwise: made where it is asked for by name, offered by no screen."""
    schemas: ClassVar[Mapping[str, str]] = {}
    """File name pattern (fnmatch) to the schema in data/schemas it fulfils; CSV rows are checked as objects."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """`texts` holds the text of every file in `needs`; raises BadConfiguration if one does not fit."""
        self.texts = dict(texts)

    def files(self, package: Package) -> Mapping[str, bytes]:
        """Name to bytes, with a manifest. Raises RuleBroken if the package is not one this exporter may send."""
        check_package(package)
        if package.kind != self.kind:
            raise RuleBroken(f"this package is not of kind {self.kind}")
        cases = tuple(self._only_allowed(case) for case in package.cases)
        made = self._contents(replace(package, cases=cases))
        if not made or not all(_SAFE_NAME.fullmatch(name) for name in made):
            raise HotlineError("an exporter made no file or a file name that is not safe everywhere")
        return with_manifest(made)

    def _only_allowed(self, case: CaseView) -> CaseView:
        """The allow-list once more: what somebody forgot to redact does not leave either."""
        check_texts(case.texts, self.recipient_kind)
        again = view_case(case.reference, case.facts, (item.facts for item in case.items), self.recipient_kind)
        return replace(case, facts=again.facts, items=again.items, removed=listed((*case.removed, *again.removed)))

    @abstractmethod
    def _contents(self, package: Package) -> Mapping[str, bytes]:
        """The files without the manifest; the package is checked and holds allowed fields only."""

    @abstractmethod
    def examples(self) -> Sequence[Package]:
        """Packages the contract test runs this exporter over."""
