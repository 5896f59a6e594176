"""Runs programs by turns over the same lists and writes one row for each run.

  measure.py --world FOLDER --space NAMESPACE --scratch FOLDER --raw FILE --runs N
             --tool NAME=PATH... LAYER:MIX:PROGRAM=COUNT,PROGRAM=COUNT...

In each round every program of every task runs once: A B C, A B C. Times are those of GNU time, of
the program alone; the servers are other processes, but they share the machine's cores.
"""

import argparse
import csv
import dataclasses
import os
import pathlib
import signal
import subprocess
import sys

from programs import PROGRAMS, Job

COLUMNS = (
    "round layer mix program names wall_s user_s sys_s peak_kb agree lost timeouts store_kb"
    " start_wall_s start_cpu_s status load"
).split()


def measure(job, space, number):
    times = job.scratch / "time"
    command, read = PROGRAMS[job.program](job)
    timed = ["/usr/bin/time", "-f", "%e %U %S %M", "-o", times]
    command = ["ip", "netns", "exec", space, *timed, *command]
    load = open("/proc/loadavg").read().split()[0]
    with open(job.scratch / "out", "w+") as out, open(job.scratch / "err", "w+") as err:
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True,
        )  # fmt: skip
        try:
            status = process.wait(timeout=900)
        finally:
            # Interrupted or overdue: GNU time would leave the program behind.
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        out.seek(0)
        err.seek(0)
        text, errors = out.read(), err.read()
    wall, user, system, peak = times.read_text().split("\n")[-2].split()
    try:
        outcome = read(text)
    except Exception as failure:
        sys.exit(f"{job.program}: {failure!r}\n{text[-2000:]}{errors[-2000:]}")
    return [
        number, job.layer, job.mix, job.program, outcome.names, wall, user, system, peak,
        *("" if value is None else value for value in dataclasses.astuple(outcome)[1:]),
        status, load,
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    for name in ("world", "scratch", "raw"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--space", required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--tool", action="append", default=[])
    parser.add_argument("tasks", nargs="+")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    tools = dict(word.split("=", 1) for word in given.tool)

    is_new = not given.raw.exists()
    with open(given.raw, "a", newline="") as file:
        raw = csv.writer(file, lineterminator="\n")
        if is_new:
            raw.writerow(COLUMNS)
        for number in range(1, given.runs + 1):
            for task in given.tasks:
                layer, mix, programs = task.split(":")
                for word in programs.split(","):
                    program, count = word.split("=")
                    job = Job(
                        int(layer), mix, int(count), program, given.world, given.scratch, tools
                    )
                    row = measure(job, given.space, number)
                    raw.writerow(row)
                    file.flush()
                    names, wall, cpu = int(row[4]), float(row[5]), float(row[6]) + float(row[7])
                    print(
                        f"round {number}  L{layer} {mix:8} {program:28} {names:8} names"
                        f" {wall:7.2f} s {names / max(wall, 0.01):10.0f} /s"
                        f" {1e6 * cpu / max(names, 1):9.1f} us CPU/name"
                        f"  lost {row[10]} timeouts {row[11]}",
                        file=sys.stderr, flush=True,
                    )  # fmt: skip


main()
