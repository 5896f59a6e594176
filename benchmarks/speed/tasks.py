"""What is measured, and on how many names.

  tasks.py LAYERS MIXES SCALE PROGRAMS   prints a task for each layer and mix (see measure.py)
  tasks.py --sizes TASK...               prints MIX=COUNT for each mix the tasks need
"""

import sys

# A slow program gets the first names of the list that all others get in full.
DMARC = {"checkdmarc": 200, "checkdmarc-8-threads": 300}
TASKS = {
    (1, "real"): {"dnsperf": 200_000, "floor": 200_000, "stsaudit": 200_000},
    (2, "sound"): {
        "stsaudit": 4000, "floor": 4000, "stsaudit-1-reactor": 4000, "floor-1-thread": 4000,
        "postfix-mta-sts-resolver-1": 400, "postfix-mta-sts-resolver-50": 1000,
        "postfix-mta-sts-resolver-200": 1000, **DMARC, "curl": 2000,
    },
    (3, "sound"): {"stsaudit": 4000, "floor": 4000, **DMARC},
    (3, "real"): {"stsaudit": 40_000, "floor": 40_000, **DMARC},
    (3, "hostile"): {"stsaudit": 2000, "floor": 2000},
    (3, "lab"): {"stsaudit": 2000},
    # In a world of their own, once.
    (3, "small"): {"stsaudit": 10_000},
    (3, "million"): {"stsaudit": 1_000_000, "floor": 1_000_000},
}  # fmt: skip


def main():
    words = sys.argv[1:]
    if words[0] == "--sizes":
        sizes = {}
        for task in words[1:]:
            _, mix, programs = task.split(":")
            counts = [int(word.split("=")[1]) for word in programs.split(",")]
            if mix != "lab":
                sizes[mix] = max(counts + [sizes.get(mix, 0)])
        print(*(f"{mix}={count}" for mix, count in sizes.items()))
        return
    layers, mixes, scale, wanted = words
    for (layer, mix), programs in TASKS.items():
        if str(layer) not in layers.split(",") or mix not in mixes.split(","):
            continue
        chosen = [
            f"{program}={max(40, int(count * float(scale)))}"
            for program, count in programs.items()
            if not wanted or program in wanted.split(",")
        ]
        if chosen:
            print(f"{layer}:{mix}:{','.join(chosen)}")


main()
