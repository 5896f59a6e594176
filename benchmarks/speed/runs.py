"""Rows of raw.csv, and figures of them by round."""

import collections
import csv
import statistics


class Runs:
    """Rows of raw.csv by layer, mix and program; and figures of them by round."""

    def __init__(self, path):
        self.rows = collections.defaultdict(dict)
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                key = int(row["layer"]), row["mix"], row["program"]
                self.rows[key][int(row["round"])] = row

    def figure(self, key, of):
        return {number: of(row) for number, row in self.rows.get(key, {}).items()}

    def ratio(self, of, above, below):
        a, b = self.figure(above, of), self.figure(below, of)
        return [a[number] / b[number] for number in sorted(a.keys() & b.keys()) if b[number]]


def rate(row):
    wall = float(row["wall_s"]) - float(row["start_wall_s"])
    return int(row["names"]) / max(wall, 0.005)


def cpu(row):
    """Microseconds of the client's CPU for each name."""
    used = float(row["user_s"]) + float(row["sys_s"]) - float(row["start_cpu_s"])
    return 1e6 * used / max(int(row["names"]), 1)


def number(name):
    return lambda row: float(row[name]) if row[name] != "" else None


def spread(values, form="{:.0f}"):
    values = [value for value in values if value is not None]
    if not values:
        return "-"
    middle, least, most = statistics.median(values), min(values), max(values)
    if most == least:
        return form.format(middle)
    return f"{form} ({form}-{form})".format(middle, least, most)


def total(values):
    values = [value for value in values if value is not None]
    return f"{sum(values):.0f}" if values else "-"
