"""Reads raw.csv of a run and writes summary.csv and summary.md beside it.

A figure is the median over the rounds, with the least and the greatest. A ratio is taken within
each round, of programs that ran one after the other, and then its median.
"""

import csv
import datetime
import pathlib
import platform
import subprocess
import sys

from bounds import bounds
from runs import Runs, cpu, number, rate, spread, total


def table(runs):
    head = (
        "layer", "mix", "program", "names", "names/s", "CPU us/name", "peak MB", "agree %", "lost",
        "DNS timeouts", "store MB",
    )  # fmt: skip
    lines = []
    for key, rounds in sorted(runs.rows.items()):
        rows = list(rounds.values())
        agree = [
            100 * int(row["agree"]) / max(int(row["names"]), 1)
            for row in rows if row["agree"] != ""
        ]  # fmt: skip
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
            spread(runs.ratio(cpu, two, one), "{:.3f}"),
            spread(runs.ratio(rate, two, one), "{:.2f}"),
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
