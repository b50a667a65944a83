"""The spreadsheet round trip: a self-assessment as a workbook, and what a workbook says back.

A workbook that comes back is never kept: between the preview and the import the form carries what
would be saved, signed (ADR 28).
"""
