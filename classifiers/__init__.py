"""The machine's opinions on a report, one per file, and how they become one verdict.

A new opinion is one new file here with one `Classifier` in it; `registry.py` finds it and
`tests/contracts/test_classifiers.py` runs over it. Pure: rule data is handed in as text (`base.RuleTexts`), nothing is
read from disk or network, and heavy engines are imported by the object that first needs them.
"""
