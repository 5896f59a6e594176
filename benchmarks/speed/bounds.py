"""The bounds that the project set itself, and what was measured."""

import statistics

from runs import cpu, number, rate, spread


def bounds(runs):
    """The bounds: what, the figure, the bound, whether it is kept."""

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
        "names lost by stsaudit, worst run", [max(lost)] if lost else [], "0",
        lambda x: x == 0, "{:.0f}",
    )  # fmt: skip
    differences = [
        int(row["names"]) - int(row["agree"])
        for key, rounds in runs.rows.items() if key[2].startswith("stsaudit")
        for row in rounds.values()
    ]  # fmt: skip
    yield from judged(
        "verdicts of stsaudit that differ from the truth, worst run",
        [max(differences)] if differences else [], "0", lambda x: x == 0, "{:.0f}",
    )  # fmt: skip
