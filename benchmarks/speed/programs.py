"""How each program is started on a list, and how what it says is read.

A program gives `Outcome`: how many names it answered for, how many of its answers are as the world
was built, how many names it lost (no answer, or none in the output), and DNS timeouts. None is "it
does not say".
"""

import collections
import csv
import dataclasses
import json
import pathlib
import re
import shutil
import sqlite3

HERE = pathlib.Path(__file__).resolve().parent
SERVER = "127.0.0.1"
# Seconds for a TCP connection, for all who can be told: one hole must not take the whole round.
CONNECT = 2


@dataclasses.dataclass
class Outcome:
    names: int
    agree: int | None = None
    lost: int | None = None
    timeouts: int | None = None
    store_kb: int | None = None
    # Before its first question, where that is not to count.
    start_wall_s: float = 0
    start_cpu_s: float = 0


@dataclasses.dataclass
class Job:
    """One program's run over the first `count` names of a mix."""

    layer: int
    mix: str
    count: int
    program: str
    world: pathlib.Path
    scratch: pathlib.Path
    tools: dict

    @property
    def ca(self):
        return self.world / "certificates" / "ca.pem"

    @property
    def truth(self):
        """Name to (verdict, kind), of the names of this job."""
        with open(self.world / f"{self.mix}.truth") as file:
            rows = (line.strip().split(",") for _, line in zip(range(self.count), file))
            return {name: (verdict, kind) for name, verdict, kind in rows}

    @property
    def list(self):
        """A file with the names of this job."""
        path = self.world / f"{self.mix}-{self.count}.txt"
        if not path.exists():
            with open(self.world / f"{self.mix}.txt") as file:
                path.write_text("".join(line for _, line in zip(range(self.count), file)))
        return path

    def expected(self, test):
        return sum(test(*row) for row in self.truth.values())


def has_record(verdict, kind):
    return kind != "absent"


def has_policy(verdict, kind):
    return verdict in ("enforced", "testing")


# ---- The programs: each gives a command and a function that reads its standard output ----


def is_served(verdict, kind):
    """What begins as a policy does: all that a program without a judge can tell."""
    return has_policy(verdict, kind) or kind == "broken"


def floor(job, threads=2, window=1000, fetches=256):
    command = [job.tools["floor"], job.layer, SERVER, job.list, job.ca]
    command += [window, fetches, threads, CONNECT * 1000]

    return command, lambda text: counted(job, text, is_served)


def counted(job, text, test):
    """Reads what floor and layers print."""
    said = json.loads(text)
    if job.layer == 1:
        difference = said["records"] - job.expected(has_record)
    else:
        difference = said["policies"] - job.expected(test)
    return Outcome(
        said["domains"], said["domains"] - abs(difference), said["lost"], said["timeouts"]
    )


def layers(job, reactors=2):
    command = [job.tools["layers"], job.layer, SERVER, job.list, job.ca, reactors]
    return command, lambda text: counted(job, text, has_policy)


def audit(job):
    """The whole audit, with its store and its reports."""
    folder = job.scratch / "audit"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if job.mix == "lab":
        return demo(job, folder)
    command = [job.tools["stsaudit"], "audit", job.list]
    command += ["--store", folder / "store", "--output", folder, "--progress", "none"]
    command += ["--resolver", SERVER, "--ca-file", job.ca, "--allow-special-addresses"]
    command += ["--connect-timeout", CONNECT]

    def read(_):
        truth = job.truth
        found = {}
        with open(folder / "domains.csv", newline="") as file:
            for row in csv.DictReader(file):
                found[row["domain"]] = row["verdict"]
        agree = sum(found.get(name) == verdict for name, (verdict, _) in truth.items())
        with sqlite3.connect(folder / "store") as store:
            asked = store.execute(
                "SELECT d.name, s.queries FROM state s JOIN domain d ON d.id = s.domain_id"
            ).fetchall()
        # Four questions, or six and one for each MX host nobody had asked about: the rest was asked
        # again.
        again = sum(max(0, n - (4 if truth[name][1] == "absent" else 8)) for name, n in asked)
        lost = sum(
            found.get(name, "unmeasured") == "unmeasured" != verdict
            for name, (verdict, _) in truth.items()
        )
        size = (folder / "store").stat().st_size // 1024
        return Outcome(len(found), agree, lost, again, size)

    return command, read


def demo(job, folder):
    """The audit of the Lab, a world within stsaudit's own process, which knows its truth itself."""
    command = [job.tools["stsaudit"], "demo", "--domains", job.count, "--output", folder]
    command += ["--progress", "none"]

    def read(text):
        numbers = [
            [int(number.replace(",", "")) for number in found]
            for found in re.findall(r": ([\d,]+) of ([\d,]+) equal the truth", text)
        ]
        total = max(of for _, of in numbers)
        size = (folder / "stsaudit.sqlite").stat().st_size // 1024
        return Outcome(total, min(equal for equal, _ in numbers), job.count - total, None, size)

    return command, read


def dnsperf(job):
    names = job.world / f"{job.mix}-{job.count}.names"
    if not names.exists():
        with open(job.world / f"{job.mix}.names") as file:
            names.write_text("".join(line for _, line in zip(range(job.count), file)))
    command = ["dnsperf", "-s", SERVER, "-d", names, "-n", 1, "-c", 16, "-T", 2, "-q", 1000]
    command += ["-e", "-b", 4096, "-t", 3]

    def read(text):
        count = {
            key: int(re.search(rf"Queries {key}: +(\d+)", text)[1])
            for key in ("sent", "completed", "lost")
        }
        noerror = re.search(r"NOERROR (\d+)", text)
        difference = int(noerror[1] if noerror else 0) - job.expected(has_record)
        return Outcome(
            count["completed"], count["completed"] - abs(difference), count["lost"], count["lost"]
        )

    return command, read


def curl(job):
    config = job.scratch / "curl.config"
    with open(config, "w") as file:
        file.write(f'cacert = "{job.ca}"\ncapath = "/nonexistent"\n')
        file.write(f'connect-timeout = {CONNECT}\nwrite-out = "%{{http_code}}\\n"\n')
        for name in job.truth:
            file.write(f'url = "https://mta-sts.{name}/.well-known/mta-sts.txt"\n')
            file.write('output = "/dev/null"\n')
    command = ["curl", "--parallel", "--parallel-max", 100, "--silent", "--config", config]

    def read(text):
        statuses = collections.Counter(text.split())
        got = statuses["200"]
        wanted = job.expected(is_served)
        total = sum(statuses.values())
        return Outcome(total, total - abs(got - wanted), len(job.truth) - total)

    return command, read


def python_peer(script, *options):
    """A driver in `peers`, which prints a JSON object: policies, lost and total."""

    def start(job):
        command = ["env", f"SSL_CERT_FILE={job.ca}", f"REQUESTS_CA_BUNDLE={job.ca}"]
        command += [job.tools["python"], HERE / "peers" / script, job.list, job.layer, *options]

        def read(text):
            said = json.loads(text)
            difference = said["policies"] - job.expected(has_policy)
            return Outcome(
                said["total"], said["total"] - abs(difference), said["lost"],
                start_wall_s=round(said["start_wall_s"], 2),
                start_cpu_s=round(said["start_cpu_s"], 2),
            )  # fmt: skip

        return command, read

    return start


PROGRAMS = {
    "floor": floor,
    "floor-1-thread": lambda job: floor(job, threads=1),
    "dnsperf": dnsperf,
    "curl": curl,
    "stsaudit": lambda job: audit(job) if job.layer == 3 else layers(job),
    "stsaudit-1-reactor": lambda job: layers(job, reactors=1),
    # Its own way through a list is one domain after the other; the threads are ours.
    "checkdmarc": python_peer("checkdmarc_peer.py", 1),
    "checkdmarc-8-threads": python_peer("checkdmarc_peer.py", 8),
    **{
        f"postfix-mta-sts-resolver-{n}": python_peer("resolver_peer.py", n)
        for n in (1, 10, 50, 100, 200)
    },
}
