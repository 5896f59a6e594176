"""Drives checkdmarc's checks over a list, with threads.

  checkdmarc_peer.py LIST LAYER THREADS

Layer 2 is its MTA-STS check; layer 3 also its checks of MX and TLSRPT, without SPF, DMARC, DNSSEC,
BIMI and STARTTLS, which stsaudit does not do either. Prints policies, lost and total.
"""

import concurrent.futures
import json
import logging
import sys

import start
from checkdmarc.mta_sts import check_mta_sts
from checkdmarc.smtp import check_mx
from checkdmarc.smtp_tls_reporting import check_smtp_tls_reporting


def check(name, layer):
    """Whether the domain has a valid policy."""
    result = check_mta_sts(name)
    if layer == 3:
        patterns = result["policy"]["mx"] if result["valid"] else None
        check_mx(name, mta_sts_mx_patterns=patterns)
        check_smtp_tls_reporting(name)
    return result["valid"]


def main():
    logging.disable()
    with open(sys.argv[1]) as file:
        names = file.read().split()
    layer = int(sys.argv[2])
    policies = lost = 0
    began = start.used()
    with concurrent.futures.ThreadPoolExecutor(int(sys.argv[3])) as pool:
        for future in [pool.submit(check, name, layer) for name in names]:
            try:
                policies += future.result()
            except Exception as failure:
                print(repr(failure), file=sys.stderr)
                lost += 1
    total = len(names) - lost
    print(json.dumps({"policies": policies, "lost": lost, "total": total, **began}))


main()
