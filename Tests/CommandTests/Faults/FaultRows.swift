/// What is wrong from the start of the run. `err` takes the place of standard error.
extension FaultRow {
    static let all = limits + files + stores + streams + surroundings

    /// Runs the tool in a shell of its own, with what comes before it.
    private static func within(_ before: String) -> String { "( \(before); exec \"$@\" 2>err )" }

    private static let limits: [FaultRow] = [
        .init(
            name: "64 open files", why: "fewer connections at a time, and nothing unmeasured",
            fault: within("ulimit -n 64"), outcome: .completes(says: "The limit of 64 open files")),
        .init(
            name: "64 open files, more allowed", why: "a soft limit is raised without a word",
            fault: within("ulimit -Sn 64"), outcome: .completes()),
        .init(
            name: "16 open files", why: "too few for one reactor",
            fault: within("ulimit -n 16"),
            outcome: .stops(2, says: ["the limit of open files is 16", "ulimit -n"])),
        .init(
            name: "256 MiB of address space", why: "the runtime would crash without a word",
            fault: within("ulimit -v 262144"),
            outcome: .stops(2, says: ["address space (ulimit -v) is 256 MiB", "MemoryMax="])),
        .init(
            name: "files of 400 KiB at most", why: "SIGXFSZ would kill, EFBIG says what it is",
            fault: within("ulimit -f 400"),
            outcome: .stops(2, says: ["audit.sqlite failed", "ulimit -f"])),
        .init(
            name: "memory cgroup of 8 MiB", why: "the kernel kills; the run goes on",
            // Version 1 or 2 of the hierarchy, whichever has the memory controller.
            fault: """
                group=/sys/fs/cgroup/memory; limit=memory.limit_in_bytes
                [ -d $group ] || { group=/sys/fs/cgroup; limit=memory.max; }
                group=$group/stsaudit-fault-$$; mkdir $group
                echo 8M > $group/$limit
                ( echo $BASHPID > $group/cgroup.procs; exec "$@" 2>err )
                """,
            mend: "rmdir $group", mounts: true, outcome: .stops(137, says: [])),
    ]

    private static let files: [FaultRow] = [
        .init(
            name: "disk full: store", why: "a tmpfs that holds the first half",
            fault: "mount -t tmpfs -o size=400k tmpfs store; \"$@\" 2>err",
            mend: "mount -o remount,size=64m store", mounts: true,
            outcome: .stops(2, says: ["The disk that holds store/audit.sqlite is full"])),
        .init(
            name: "disk full: reports", why: "the store is elsewhere and whole",
            fault: "mkdir out; mount -t tmpfs -o size=16k tmpfs out; \"$@\" 2>err",
            mend: "umount out", mounts: true,
            outcome: .stops(2, says: ["out/", "No space left on device"])),
        .init(
            name: "read-only folder: store", why: "there is no place for the file",
            fault: "mount --bind store store; mount -o remount,ro,bind store; \"$@\" 2>err",
            mend: "mount -o remount,rw,bind store; umount store", mounts: true,
            outcome: .stops(2, says: ["store/audit.sqlite cannot be opened"])),
        .init(
            name: "read-only folder: reports", why: "the rows are read, nothing is looked up",
            fault: "mkdir out; mount --bind out out; mount -o remount,ro,bind out; \"$@\" 2>err",
            mend: "umount out", mounts: true,
            outcome: .stops(2, says: ["out/", "Read-only file system"])),
        .init(
            name: "a file where the reports' folder should be", why: "said before anything is done",
            fault: "touch out; \"$@\" 2>err", mend: "rm out",
            outcome: .stops(2, says: ["'out' is a file; give a folder"])),
        .init(
            name: "/tmp read-only", why: "nothing is put there",
            fault: """
                mount --bind "$PWD" "$PWD"; mount --rbind /tmp /tmp; cd "$PWD"
                mount -o remount,ro,bind /tmp; mount -t tmpfs -o ro tmpfs /var/tmp; "$@" 2>err
                """, mounts: true, outcome: .completes()),
        .init(
            name: "no certificates: file missing", why: "no host could be verified",
            fault: "\"$@\" 2>err", arguments: ["--ca-file", "none.pem"],
            outcome: .stops(2, says: ["none.pem", "--ca-file"])),
        .init(
            name: "no certificates: file empty", why: "no host could be verified",
            fault: ": > empty.pem; \"$@\" 2>err", arguments: ["--ca-file", "empty.pem"],
            outcome: .stops(2, says: ["empty.pem", "--ca-file"])),
        .init(
            name: "no certificates: garbage", why: "no host could be verified",
            fault: "head -c 5000 /dev/urandom > bad.pem; \"$@\" 2>err",
            arguments: ["--ca-file", "bad.pem"],
            outcome: .stops(2, says: ["bad.pem", "--ca-file"])),
    ]

    private static let stores: [FaultRow] = [
        .init(
            name: "store locked for 3 seconds", why: "a backup, somebody's own SQL",
            fault: """
                "$@" >first 2>&1; rm -r out
                sqlite3 store/audit.sqlite 'BEGIN EXCLUSIVE' '.shell touch locked; sleep 3' &
                await $! test -e locked || exit
                "$@" 2>err; r=$?; wait; ( exit $r )
                """, outcome: .completes()),
        .init(
            name: "store locked for good", why: "waited for 10 seconds, then said",
            fault: """
                "$@" >first 2>&1; rm -r out
                sqlite3 store/audit.sqlite 'BEGIN EXCLUSIVE' '.shell touch locked; sleep 13' &
                await $! test -e locked || exit
                "$@" 2>err; r=$?; wait; ( exit $r )
                """,
            outcome: .stops(2, says: ["keeps store/audit.sqlite locked; end it and try again"])),
        .init(
            name: "store damaged", why: "every second page overwritten",
            fault: """
                "$@" >first 2>&1
                for page in $(seq 3 2 60); do
                    dd if=/dev/urandom of=store/audit.sqlite bs=4096 count=1 seek=$page conv=notrunc
                done 2>/dev/null
                "$@" 2>err
                """,
            outcome: .refuses(
                2, says: ["store/audit.sqlite is damaged", "restore it from a backup"])),
        .init(
            name: "store cut short", why: "a copy that was broken off",
            fault: "\"$@\" >first 2>&1; truncate -s 40960 store/audit.sqlite; \"$@\" 2>err",
            outcome: .refuses(2, says: ["store/audit.sqlite is damaged"])),
        .init(
            name: "store is no database", why: "another file by mistake, which is left alone",
            fault: """
                head -c 20000 /dev/urandom > store/audit.sqlite; cp store/audit.sqlite before
                "$@" 2>err; r=$?; cmp store/audit.sqlite before && ( exit $r )
                """,
            outcome: .refuses(2, says: ["store/audit.sqlite is not a store of this tool"])),
        .init(
            name: "WAL lost after a kill", why: "what it held is looked up again",
            // One domain at a time, so that it is under way for seconds on any machine.
            fault: """
                "$@" 2>err & id=$!
                await $id found 20 || exit
                kill -9 $id; wait $id; r=$?; rm -f store/audit.sqlite-wal store/audit.sqlite-shm
                ( exit $r )
                """, arguments: ["--concurrency", "1"], outcome: .stops(137, says: [])),
    ]

    private static let streams: [FaultRow] = [
        .init(
            name: "standard output closed", why: "the summary is lost, the run is not",
            fault: "\"$@\" 2>err >&-",
            outcome: .stops(2, says: ["standard output is closed", "stsaudit report"])),
        .init(
            name: "standard error closed", why: "no socket and no report gets its number",
            fault: ": > err; \"$@\" 2>&-", outcome: .completes()),
        .init(
            name: "standard input closed", why: "nobody reads it",
            fault: "\"$@\" 2>err <&-", outcome: .completes()),
        .init(
            name: "all three closed", why: "as a careless daemon starts its children",
            fault: ": > err; \"$@\" <&- >&- 2>&-", outcome: .stops(2, says: [])),
        .init(
            name: "standard output full", why: "the run is in the store",
            fault: "\"$@\" 2>err >/dev/full",
            outcome: .stops(2, says: ["No space left on device", "stsaudit report"])),
        .init(
            name: "standard error full", why: "notes have nowhere to go",
            fault: ": > err; \"$@\" 2>/dev/full", outcome: .completes()),
        .init(
            name: "reader of standard output gone", why: "head has seen enough",
            fault: "\"$@\" 2>err | head -c 0; ( exit ${PIPESTATUS[0]} )", outcome: .completes()),
    ]

    private static let surroundings: [FaultRow] = [
        .init(
            name: "no environment", why: "no HOME, no PATH, no LANG",
            fault: "env -i \"$@\" 2>err", outcome: .completes()),
        .init(
            name: "odd locale and time zone", why: "numbers and dates are the same everywhere",
            fault: "LC_ALL=xx_YY.odd TZ=Nowhere/Bad LANGUAGE=tr \"$@\" 2>err",
            outcome: .completes()),
        .init(
            name: "no network at all", why: "not even loopback is up",
            fault: "unshare -n \"$@\" 2>err", mounts: true,
            outcome: .stops(2, says: ["resolver-unavailable", "--resolver"])),
        .init(
            name: "no resolv.conf", why: "c-ares then asks this machine, where nobody listens",
            fault: "mount --bind /dev/null /etc/resolv.conf; unshare -n \"$@\" 2>err",
            without: ["--resolver"], mounts: true,
            outcome: .stops(2, says: ["resolver-unavailable", "/etc/resolv.conf"])),
        .init(
            name: "garbage in resolv.conf", why: "the same",
            fault: """
                head -c 3000 /dev/urandom > noise; mount --bind noise /etc/resolv.conf
                unshare -n "$@" 2>err
                """, without: ["--resolver"], mounts: true,
            outcome: .stops(2, says: ["resolver-unavailable", "/etc/resolv.conf"])),
        .init(
            name: "clock 400 days ahead",
            why: "every certificate seems expired: the summary says doubt",
            fault: """
                faketime -f +400d "$@" >first 2>err &&
                    grep -q 'check the clock of this machine' first
                r=$?; "$@" >/dev/null 2>&1; ( exit $r )
                """, outcome: .completes()),
        .init(
            name: "clock set back by 2 hours", why: "between two nights",
            fault: "\"$@\" >first 2>&1; faketime -f -2h \"$@\" 2>err",
            outcome: .completes(says: "before the latest run in the store")),
        .init(
            name: "clock steps in mid-run", why: "a day ahead, then two back",
            fault: """
                export FAKETIME_TIMESTAMP_FILE=$PWD/clock FAKETIME_NO_CACHE=1 \
                    FAKETIME_DONT_FAKE_MONOTONIC=1
                echo +0 > clock
                faketime -f +0 env -u FAKETIME "$@" 2>err & id=$!
                await $id found 20 && echo +1d > clock || exit
                await $id found 60 && echo -1d > clock || exit
                # Not too late for any domain to see it.
                kill -0 $id && ! found 100 || exit
                wait $id
                """, arguments: ["--concurrency", "1"], outcome: .completes()),
    ]
}
