"""Sheets that people fill in with a spreadsheet program and bring back. Pure: nothing here reads or changes a table.

``columns`` says what stands in a sheet, ``writing`` makes the workbook, ``reading`` says of one that came back what was
changed in it, row by row, and what is wrong. What the rows are about, the acts know that use it.
"""
