#!/usr/bin/env python3
"""Prints measurements, one JSON object a line, as a table: what and batch down, precision and implementation across."""
import json
import sys

rows = {}
columns = []
for line in open(sys.argv[1], encoding="utf-8"):
    if not line.startswith("{"):
        continue
    found = json.loads(line)
    column = found["precision"] + " " + found["mode"]
    if column not in columns:
        columns.append(column)
    value = "failed" if "failed" in found else "%.3g ms" % found["median_ms"]
    rows.setdefault((found["what"], found["batch"]), {})[column] = value

width = max([12] + [len(column) for column in columns]) + 2
print("%-28s" % "median of a batch" + "".join(column.rjust(width) for column in columns))
for (what, batch), values in rows.items():
    print("%-28s" % ("%s, batch %d" % (what, batch)) + "".join(values.get(c, "").rjust(width) for c in columns))
