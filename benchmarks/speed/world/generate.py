"""Makes the world: zones, certificates, the servers' configurations, the lists and the truth.

  generate.py FOLDER MIX=COUNT...      (mixes: sound, real, hostile, small, million)

Each mix is one zone, MIX.test, with COUNT domains. FOLDER gets for each mix MIX.txt (the list, in
an order that mixes the kinds), MIX.names (what dnsperf asks) and MIX.truth (name, verdict, kind).
"""

import pathlib
import random
import sys

from certificates import Authority

# Domains of one kind in a row. They share a certificate, as at a hosting provider, but for those of
# the mix `sound`: where handshakes are what is measured, no program is to profit by having seen a
# certificate before.
GROUP = 10
PROVIDERS = 40
# Policy hosts share these addresses, and their server is told by SNI.
SHARED = [f"198.18.1.{n}" for n in range(1, 251)]

POLICY = "version: STSv1\\r\\nmode: {mode}\\r\\nmx: *.mail.test\\r\\nmax_age: 604800\\r\\n"
PATH = "/.well-known/mta-sts.txt"
# A policy that takes 2 seconds to arrive at 100 bytes a second.
LONG = POLICY.format(mode="enforce") + "".join(
    f"mx: unused-{n:04}.provider.mail.test\\r\\n" for n in range(6)
)


def _return(text):
    return f'location = {PATH} {{ return 200 "{text}"; }}'


# Kind: verdict, and the locations of its server. `absent` has no policy host and no record,
# `hole` an address where nothing ever answers.
KINDS = {
    "enforce": ("enforced", _return(POLICY.format(mode="enforce"))),
    "testing": ("testing", _return(POLICY.format(mode="testing"))),
    "absent": ("absent", None),
    "hole": ("unmeasured", None),
    "slow": ("enforced", f"limit_rate 100; {_return(LONG)}"),
    "name": ("ineffective", _return(POLICY.format(mode="enforce"))),
    "missing": ("ineffective", ""),
    "redirect": ("ineffective", f"location = {PATH} {{ return 301 https://www.test{PATH}; }}"),
    "broken": ("ineffective", _return(POLICY.format(mode="strict"))),
}


def kind(mix, group, groups):
    """The kind of all domains of a group."""
    if mix == "sound":
        return "testing" if group % 4 == 3 else "enforce"
    if mix in ("real", "small", "million"):
        return "enforce" if group < groups / 100 else "absent"
    # Of 40 groups 2 are holes (5 %), 2 slow, 4 have faults.
    return {
        0: "hole", 20: "hole", 1: "slow", 21: "slow",
        2: "name", 3: "missing", 4: "redirect", 5: "broken",
    }.get(group % 40, "enforce")  # fmt: skip


class World:
    def __init__(self, folder):
        self.folder = folder
        self.authority = Authority(folder / "certificates")
        self.zones = []
        self.servers = []
        self.count = 0
        self.authority.mint("default.pem", ["default.test"], 1)

    def add_mix(self, mix, count):
        groups = (count + GROUP - 1) // GROUP
        truth = []
        with self._zone(f"{mix}.test") as zone:
            for group in range(groups):
                numbers = range(group * GROUP, min(count, (group + 1) * GROUP))
                names = [f"d{n:07}.{mix}.test" for n in numbers]
                which = kind(mix, group, groups)
                verdict, locations = KINDS[which]
                for n, name in zip(numbers, names):
                    zone.write(self._domain(n, name, which))
                    truth.append((name, verdict, which))
                together = 1 if mix == "sound" else GROUP
                if locations is not None:
                    for start in range(0, len(names), together):
                        self._serve(names[start : start + together], which, locations)
        random.Random(8461).shuffle(truth)
        for ending, line in (
            ("txt", "{0}\n"), ("names", "_mta-sts.{0} TXT\n"), ("truth", "{0},{1},{2}\n"),
        ):  # fmt: skip
            with open(self.folder / f"{mix}.{ending}", "w") as file:
                file.writelines(line.format(*row) for row in truth)

    def _zone(self, name):
        path = self.folder / f"{name or 'root'}.zone"
        self.zones.append((name or ".", path))
        zone = open(path, "w")
        dot = f"{name}." if name else "."
        zone.write(f"$ORIGIN {dot}\n$TTL 300\n@ SOA ns.test. root.test. 1 3600 600 86400 300\n")
        zone.write("@ NS ns.test.\n")
        return zone

    def _domain(self, n, name, which):
        label, provider = name.split(".")[0], n % PROVIDERS
        lines = f"{label} MX 10 mx1-p{provider}.mail.test.\n"
        if which == "absent":
            return lines
        hole = f"198.19.{n >> 8 & 255}.{n & 255}"
        address = hole if which == "hole" else SHARED[n % len(SHARED)]
        return (
            f"{lines}{label} MX 20 mx2-p{provider}.mail.test.\n"
            f'_mta-sts.{label} TXT "v=STSv1; id=20260101T000000;"\n'
            f'_smtp._tls.{label} TXT "v=TLSRPTv1; rua=mailto:tls@{name}"\n'
            f"mta-sts.{label} A {address}\n"
        )

    def _serve(self, names, which, locations):
        hosts = [f"mta-sts.{name}" for name in names]
        file = f"{self.count}.pem"
        certified = [f"www.{name}" for name in names] if which == "name" else hosts
        self.authority.mint(file, certified, self.count % 2)
        self.servers.append(
            f"server {{ listen 443 ssl; server_name {' '.join(hosts)};"
            f" ssl_certificate certificates/{file};"
            f" ssl_certificate_key certificates/{self.count % 2}.key; {locations} }}\n"
        )
        self.count += 1

    def finish(self):
        with self._zone("") as zone:
            zone.write("ns.test. A 127.0.0.1\n")
        with self._zone("test") as zone:
            zone.write("ns A 127.0.0.1\n")
        with self._zone("mail.test") as zone:
            for n in range(PROVIDERS):
                zone.write(f"mx1-p{n} A 198.18.2.{n + 1}\nmx2-p{n} A 198.18.3.{n + 1}\n")
        self._write_nsd()
        self._write_nginx()

    def _write_nsd(self):
        # One process: the second core is for those who ask. `rrl` would answer a benchmark with
        # silence.
        text = f"""server:
    server-count: 1
    ip-address: 127.0.0.1
    username: root
    chroot: ""
    database: ""
    zonesdir: "{self.folder}"
    pidfile: "{self.folder}/nsd.pid"
    xfrdfile: "{self.folder}/xfrd.state"
    zonelistfile: "{self.folder}/zone.list"
    logfile: "{self.folder}/nsd.log"
    rrl-ratelimit: 0
    tcp-count: 1000
    receive-buffer-size: 8388608
    send-buffer-size: 8388608
remote-control:
    control-enable: no
"""
        for name, path in self.zones:
            text += f'zone:\n    name: "{name}"\n    zonefile: "{path}"\n'
        (self.folder / "nsd.conf").write_text(text)

    def _write_nginx(self):
        # Without `reuseport` one worker would take most connections.
        text = f"""daemon off;
user root;
pid nginx.pid;
error_log nginx.log error;
worker_processes 2;
worker_rlimit_nofile 65536;
events {{ worker_connections 16384; }}
http {{
    access_log off;
    default_type text/plain;
    server_names_hash_max_size 1048576;
    server_names_hash_bucket_size 128;
    ssl_protocols TLSv1.2 TLSv1.3;
    client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp;
    uwsgi_temp_path temp; scgi_temp_path temp;
    server {{
        listen 443 ssl default_server reuseport backlog=4096;
        ssl_certificate certificates/default.pem;
        ssl_certificate_key certificates/1.key;
        return 404;
    }}
{"".join(self.servers)}}}
"""
        (self.folder / "nginx.conf").write_text(text)


def main():
    world = World(pathlib.Path(sys.argv[1]).resolve())
    for word in sys.argv[2:]:
        mix, count = word.split("=")
        world.add_mix(mix, int(count))
    world.finish()


main()
