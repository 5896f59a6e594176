/// A nightly audit as files for systemd or cron.
struct NightlyUnits {
    /// From the root, as are the other paths.
    var program: String
    var portfolio: String
    var config: String?
    /// Where metrics are read by others; nil for none.
    var prometheus: String?
    var hour: Hour

    /// A time of day.
    struct Hour {
        var hours: Int
        var minutes: Int

        init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
                let hours = Int(parts[0]), let minutes = Int(parts[1]),
                (0..<24).contains(hours), (0..<60).contains(minutes)
            else { return nil }
            (self.hours, self.minutes) = (hours, minutes)
        }

        var text: String {
            (hours < 10 ? "0" : "") + "\(hours):" + (minutes < 10 ? "0" : "") + "\(minutes)"
        }
    }

    struct File {
        var name: String
        /// Where it belongs.
        var place: String
        var text: String
    }

    private static let state = "/var/lib/stsaudit"

    /// The audit that both run: each night a new one. (`--resume` would take yesterday's finished
    /// run of an unchanged portfolio for done.)
    private var words: [String] {
        var words = [program, "audit", portfolio]
        if let config { words += ["--config", config] }
        words += ["--store", Self.state + "/stsaudit.sqlite", "--output", Self.state + "/reports"]
        return words + ["--prometheus", Self.state + "/stsaudit.prom"]
    }

    var service: File {
        // The state folder belongs to a user that exists only while the service runs, and nobody
        // else may look into it: metrics are handed over with full rights, whole or not at all.
        let handOver = prometheus.map { path in
            let script =
                "cp \(Self.state)/stsaudit.prom \(Shell.quoted(path + ".new")) "
                + "&& mv \(Shell.quoted(path + ".new")) \(Shell.quoted(path))"
            return "ExecStopPost=-+/bin/sh -c \(Self.systemdWord(script))\n"
        }
        return File(
            name: "stsaudit.service", place: "/etc/systemd/system/stsaudit.service",
            text: """
                [Unit]
                Description=Audit of the MTA-STS posture of a portfolio
                Wants=network-online.target
                After=network-online.target nss-lookup.target

                [Service]
                Type=oneshot
                ExecStart=\(words.map(Self.systemdWord).joined(separator: " "))
                \(handOver ?? "")# 1: findings, with --fail-on. 2 (the audit failed) and 130 (interrupted) are failures.
                SuccessExitStatus=1
                TimeoutStartSec=infinity
                # An interrupted audit commits what it has for 5 seconds.
                TimeoutStopSec=30
                Nice=10

                DynamicUser=yes
                StateDirectory=stsaudit
                WorkingDirectory=\(Self.state)
                UMask=0027
                NoNewPrivileges=yes
                ProtectSystem=strict
                ProtectHome=read-only
                PrivateTmp=yes
                PrivateDevices=yes
                ProtectClock=yes
                ProtectControlGroups=yes
                ProtectHostname=yes
                ProtectKernelLogs=yes
                ProtectKernelModules=yes
                ProtectKernelTunables=yes
                ProtectProc=invisible
                CapabilityBoundingSet=
                LockPersonality=yes
                MemoryDenyWriteExecute=yes
                RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
                RestrictNamespaces=yes
                RestrictRealtime=yes
                RestrictSUIDSGID=yes
                SystemCallArchitectures=native
                SystemCallFilter=@system-service
                SystemCallFilter=~@privileged @resources
                SystemCallErrorNumber=EPERM

                """)
    }

    var timer: File {
        File(
            name: "stsaudit.timer", place: "/etc/systemd/system/stsaudit.timer",
            text: """
                [Unit]
                Description=Nightly audit of the MTA-STS posture of a portfolio

                [Timer]
                OnCalendar=*-*-* \(hour.text):00
                # Not everybody at the same minute: resolvers and providers see all of us.
                RandomizedDelaySec=30min
                # A night in which the machine was off is made up for.
                Persistent=yes

                [Install]
                WantedBy=timers.target

                """)
    }

    var crontab: File {
        let line = words.map(Shell.quoted).joined(separator: " ")
        let handOver = prometheus.map { path in
            "; cp stsaudit.prom \(Shell.quoted(path + ".new"))"
                + " && mv \(Shell.quoted(path + ".new")) \(Shell.quoted(path))"
        }
        // A per cent sign ends the command of a crontab.
        let command =
            "cd \(Self.state) && { \(line) --progress none >summary.txt\(handOver ?? ""); }"
            .replacing("%", with: "\\%")
        return File(
            name: "stsaudit", place: "/etc/cron.d/stsaudit",
            text: """
                # As a user stsaudit that owns \(Self.state). A second run on the same store is refused, so
                # a long night needs no lock of its own; cron mails what is said on standard error.
                SHELL=/bin/sh
                \(hour.minutes) \(hour.hours) * * * stsaudit \(command)

                """)
    }

    /// A word of an Exec line: quoted for systemd.service(5), without specifiers and variables.
    static func systemdWord(_ word: String) -> String {
        let plain = word.replacing("%", with: "%%").replacing("$", with: "$$")
        let isSafe = plain.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            case 0x24, 0x25, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x3D, 0x40, 0x5F: true
            default: false
            }
        }
        if isSafe, !plain.isEmpty { return plain }
        return "\"" + plain.unicodeScalars.map(systemdCharacter).joined() + "\""
    }

    /// systemd ends a line of a unit at a carriage return and at NUL as well.
    private static func systemdCharacter(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\\", "\"": return "\\\(scalar)"
        case "\u{0}"..<" ", "\u{7F}":
            let digits = String(scalar.value, radix: 16)
            return "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits
        default: return String(scalar)
        }
    }
}
