"""Reads raw.csv of a run and writes summary.csv and summary.md beside it.

A figure is the median over the rounds, with the least and the greatest. A ratio is taken within
each round, of programs that ran one after the other, and then its median.
"""

import collections
import csv
import datetime
import pathlib
import platform
import statistics
import subprocess
import sys


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


def table(runs):
    head = (
        "layer", "mix", "program", "names", "names/s", "CPU us/name", "peak MB", "agree %", "lost",
        "DNS timeouts", "store MB",
    )  # fmt: skip
    lines = []
    for key, rounds in sorted(runs.rows.items()):
        rows = list(rounds.values())
        agree = [
            100 * int(row["agree"]) / max(int(row["names"]), 1) for row in rows if row["agree"] != ""
        ]
        lines.append(
            (
                f"L{key[0]}", key[1], key[2], rows[0]["names"], spread(map(rate, rows)),
                spread(map(cpu, rows), "{:.1f}"),
                spread((int(row["peak_kb"]) / 1024 for row in rows)),
                f"{min(agree):.2f}" if agree else "-",
                total(map(number("lost"), rows)), total(map(number("timeouts"), rows)),
                spread([kb and kb / 1024 for kb in map(number("store_kb"), rows)], "{:.1f}"),
            )
        )  # fmt: skip
    return head, lines


def bounds(runs):
    """What issue 7 asks for: what, the figure, the bound, whether it is kept."""

    def judged(what, values, bound, is_kept, form="{:.2f}"):
        if values and is_kept is None:
            yield what, spread(values, form), "-", "-"
        elif values:
            kept = "yes" if is_kept(statistics.median(values)) else "NO"
            yield what, spread(values, form), bound, kept

    sound, resolver = (3, "sound", "stsaudit"), "postfix-mta-sts-resolver-"
    yield from judged(
        "L3 all sound: CPU per domain, of the floor's",
        runs.ratio(cpu, sound, (3, "sound", "floor")), "at most 1.25", lambda x: x <= 1.25,
    )  # fmt: skip
    for program in ("checkdmarc", "checkdmarc-8-threads"):
        yield from judged(
            f"L3 all sound: domains/s, of {program}'s",
            runs.ratio(rate, sound, (3, "sound", program)), "at least 15", lambda x: x >= 15,
            "{:.1f}",
        )  # fmt: skip
        yield from judged(
            f"(the floor's domains/s, of {program}'s)",
            runs.ratio(rate, (3, "sound", "floor"), (3, "sound", program)), "", None, "{:.1f}",
        )  # fmt: skip
    peers = [key for key in runs.rows if key[0] == 2 and key[2].startswith(resolver)]
    if peers:
        best = min(peers, key=lambda key: statistics.median(runs.figure(key, cpu).values()))
        yield from judged(
            f"L2: domains per CPU second, of {best[2]}'s (its best setting)",
            runs.ratio(cpu, best, (2, "sound", "stsaudit")), "at least 2", lambda x: x >= 2,
        )  # fmt: skip
        yield from judged(
            f"(the floor's domains per CPU second, of {best[2]}'s)",
            runs.ratio(cpu, best, (2, "sound", "floor")), "", None,
        )  # fmt: skip
    ours, floor = (1, "real", "stsaudit"), (1, "real", "floor")
    rates = list(runs.figure(ours, rate).values())
    of_floor = runs.ratio(rate, ours, floor)
    is_near = bool(of_floor) and statistics.median(of_floor) >= 0.85
    yield from judged(
        "L1: queries/s", rates, "at least 100,000, or the next line", lambda x: x >= 1e5 or is_near,
        "{:.0f}",
    )  # fmt: skip
    yield from judged(
        "L1: queries/s, of the floor's", of_floor, "at least 0.85, or the line above",
        lambda x: x >= 0.85 or statistics.median(rates) >= 1e5,
    )  # fmt: skip
    one, two = (2, "sound", "stsaudit-1-reactor"), (2, "sound", "stsaudit")
    per_domain, faster = runs.ratio(cpu, two, one), runs.ratio(rate, two, one)
    is_unchanged = bool(per_domain) and abs(statistics.median(per_domain) - 1) <= 0.05
    yield from judged(
        "L2: domains/s of 2 reactors, of 1 reactor's (servers on the same cores)", faster,
        "at least 1.7, or the next line", lambda x: x >= 1.7 or is_unchanged,
    )  # fmt: skip
    yield from judged(
        "L2: CPU per domain of 2 reactors, of 1 reactor's", per_domain,
        "0.95 to 1.05, or the line above",
        lambda x: is_unchanged or statistics.median(faster) >= 1.7,
        "{:.3f}",
    )  # fmt: skip
    small, million = (3, "small", "stsaudit"), (3, "million", "stsaudit")
    walls = list(runs.figure(million, number("wall_s")).values())
    peaks = [kb / 1024 for kb in runs.figure(million, number("peak_kb")).values()]
    counts = [
        f"{int(row['names']):,}"
        for key in (million, small)
        for row in runs.rows.get(key, {}).values()
    ]
    many, few = counts if len(counts) == 2 else ("", "")
    yield from judged(
        f"{many} domains, 1 % adopters: seconds", walls, "under 240 at 1,000,000",
        lambda x: x < 240, "{:.0f}",
    )  # fmt: skip
    yield from judged(
        f"{many} domains: peak MB", peaks, "under 250 at 1,000,000", lambda x: x < 250, "{:.0f}"
    )
    yield from judged(
        f"peak memory at {many}, of that at {few}",
        runs.ratio(number("peak_kb"), million, small), "at most 1.10", lambda x: x <= 1.10,
    )  # fmt: skip
    lost = [
        number("lost")(row)
        for key, rounds in runs.rows.items() if key[2].startswith("stsaudit")
        for row in rounds.values()
    ]  # fmt: skip
    yield from judged(
        "names lost by stsaudit, worst run", [max(lost)] if lost else [], "0", lambda x: x == 0, "{:.0f}"
    )
    differences = [
        int(row["names"]) - int(row["agree"])
        for key, rounds in runs.rows.items() if key[2].startswith("stsaudit")
        for row in rounds.values()
    ]  # fmt: skip
    yield from judged(
        "verdicts of stsaudit that differ from the truth, worst run",
        [max(differences)] if differences else [], "0", lambda x: x == 0, "{:.0f}",
    )  # fmt: skip


def others(runs):
    """Ratios that are worth knowing and have no bound."""
    for layer, mix, program in sorted(runs.rows):
        if program in ("stsaudit", "stsaudit-1-reactor", "floor-1-thread"):
            continue
        ours, theirs = (layer, mix, "stsaudit"), (layer, mix, program)
        if ours in runs.rows:
            yield (
                f"L{layer} {mix}: stsaudit of {program}",
                spread(runs.ratio(cpu, ours, theirs), "{:.3f}"),
                spread(runs.ratio(rate, ours, theirs), "{:.2f}"),
            )
    one, two = (2, "sound", "floor-1-thread"), (2, "sound", "floor")
    if one in runs.rows and two in runs.rows:
        yield (
            "L2 sound: floor with 2 threads of 1 thread",
            spread(runs.ratio(cpu, two, one), "{:.3f}"), spread(runs.ratio(rate, two, one), "{:.2f}"),
        )  # fmt: skip


def markdown(head, lines):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for line in lines:
        yield "| " + " | ".join(str(cell) for cell in line) + " |"


def machine():
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "?"
    )
    cores = sum(line.startswith("processor") for line in open("/proc/cpuinfo"))
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True
    ).stdout.strip()
    return (
        f"{datetime.date.today()}, {cores} x {model}, Linux {platform.release()}, commit {commit}."
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    runs = Runs(folder / "raw.csv")
    rounds = max((len(rounds) for rounds in runs.rows.values()), default=0)
    head, lines = table(runs)
    with open(folder / "summary.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(lines)
    loads = [float(row["load"]) for rounds in runs.rows.values() for row in rounds.values()]
    text = [
        "# Speed", "", machine(), "",
        f"Medians of {rounds} rounds, with the least and the greatest; load of the machine when a"
        f" program started {min(loads)} to {max(loads)}. See benchmarks/speed/README.md.",
        "", "## Bounds", "",
        *markdown(("what", "measured", "bound", "kept"), bounds(runs)),
        "", "## All programs", "", *markdown(head, lines),
        "", "## Ratios within a round", "",
        *markdown(("what", "CPU per name", "names/s"), others(runs)), "",
    ]  # fmt: skip
    (folder / "summary.md").write_text("\n".join(text))
    print("\n".join(text))


main()
