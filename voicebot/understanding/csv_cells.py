"""Cells of CSV files and workbooks that we write: what a list or a customer brought never becomes a formula. Pure.

Spreadsheets calculate a text that begins with one of FORMULA when they open the file.
"""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return text.startswith(FORMULA)


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where it would be a formula."""
    return f"'{text}" if is_formula(text) else text
