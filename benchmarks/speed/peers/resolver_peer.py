"""Drives postfix-mta-sts-resolver's own resolver over a list, N domains in flight.

  resolver_peer.py LIST LAYER N

One process and one thread, as its daemon runs. Resolver and roots are the world's, through
/etc/resolv.conf and SSL_CERT_FILE. Prints policies, lost (neither "none" nor a policy) and total.
"""

import asyncio
import json
import logging
import sys
import warnings

import start
import uvloop
from postfix_mta_sts_resolver.resolver import STSFetchResult, STSResolver


async def run(names, in_flight):
    resolver = STSResolver(loop=asyncio.get_running_loop(), timeout=10)
    waiting = iter(names)
    counts = dict.fromkeys(STSFetchResult, 0)

    async def work():
        for name in waiting:
            result, _ = await resolver.resolve(name)
            counts[result] += 1

    await asyncio.gather(*(work() for _ in range(in_flight)))
    return counts


def main():
    # It warns of each host that fails, and its libraries of each other.
    logging.disable()
    warnings.simplefilter("ignore")
    with open(sys.argv[1]) as file:
        names = file.read().split()
    began = start.used()
    counts = uvloop.run(run(names, int(sys.argv[3])))
    print(
        json.dumps(
            {
                "policies": counts[STSFetchResult.VALID],
                "lost": len(names) - sum(counts.values()),
                "failed": counts[STSFetchResult.FETCH_ERROR],
                "total": sum(counts.values()),
                **began,
            }
        )
    )


main()
