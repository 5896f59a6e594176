import Audit

extension SenderRow {
    private static let sound = "version: STSv1\nmode: enforce\nmx: mx.example.net\nmax_age: 86400\n"

    /// The sound policy with one line exchanged.
    private static func with(_ line: String, for old: String) -> String {
        sound.replacing(old, with: line)
    }

    private static let everybody = SenderName.allCases
    private static func everybody(but others: SenderName...) -> [SenderName] {
        SenderName.allCases.filter { !others.contains($0) }
    }

    static let policyForm: [SenderRow] = [
        policy(
            "LF", sound, strict: .enforces, enforces: everybody, why: "the ordinary case"),
        policy(
            "CRLF", sound.replacing("\n", with: "\r\n"), strict: .enforces, enforces: everybody,
            why: "the ordinary case"),
        policy(
            "mixed line ends", "version: STSv1\r\nmode: enforce\nmx: mx.example.net\r\nmax_age: 1",
            strict: .enforces, enforces: everybody,
            why: "mox, KumoMTA and mailpiece test it; the others cut at LF"),
        policy(
            "CR alone", sound.replacing("\n", with: "\r"), strict: .ignores,
            enforces: [.mimecast, .resolver], ignores: everybody(but: .mimecast, .resolver),
            why: "LineInputStream of Mimecast, splitlines() of Python"),
        policy(
            "blank line", with("\nmode: enforce", for: "mode: enforce"), strict: .ignores,
            enforces: [.mailpiece, .kumo, .resolver, .chasquid, .mailauth, .mailauthStrict],
            ignores: [.tlspol, .maddy, .mox], why: "tests of mailpiece and tlspol, else code"),
        policy(
            "blank last line", sound + "\n", strict: .ignores,
            enforces: [.mailpiece, .kumo, .resolver, .chasquid, .mailauth, .stalwart, .mimecast],
            ignores: [.maddy, .tlspol, .mox], why: "Mimecast's requireCRLF is off by default"),
        policy(
            "line of a space", sound + " \n", strict: .ignores, enforces: [.chasquid, .stalwart],
            ignores: [.kumo, .maddy, .tlspol, .mox], why: "KumoMTA skips an empty line only"),
        policy(
            "no colon", sound + "this line says nothing\n", strict: .ignores,
            enforces: [
                .mailpiece, .mailauth, .mailauthStrict, .chasquid, .resolver, .halon, .mimecast,
            ],
            ignores: [.mox, .maddy, .tlspol, .kumo], why: "tested by mailpiece and tlspol"),
        policy(
            "no colon before mode", with("junk\nmode: enforce", for: "mode: enforce"),
            strict: .ignores, enforces: [.mailpiece, .halon], off: [.stalwart],
            why: "Stalwart cuts at the colon first: junk is part of the name, the mode is lost"),
        policy(
            "mode without colon", with("mode none", for: "mode: enforce"), strict: .ignores,
            ignores: [.maddy, .mimecast, .mox], why: "go-mtasts and Mimecast test it"),
        policy(
            "indented", sound.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"),
            strict: .ignores,
            enforces: [.chasquid, .mailpiece, .kumo, .stalwart, .mailauth, .halon],
            ignores: [.maddy, .resolver, .mailauthStrict, .mox, .tlspol],
            why: "chasquid's tests are all indented; Python and go-mtasts keep the spaces"),
        policy(
            "space before the colon", with("mode : enforce", for: "mode: enforce"),
            strict: .ignores, enforces: [.mailauth, .chasquid, .kumo, .stalwart],
            ignores: [.mailauthStrict, .mox, .tlspol, .maddy, .resolver],
            why: "mailauth tests both modes"),
        policy(
            "BOM", "\u{FEFF}" + sound, strict: .ignores,
            enforces: [.mailauth, .kumo, .stalwart],
            ignores: [.mailauthStrict, .mox, .maddy, .chasquid, .resolver, .tlspol],
            why: "trim() of JavaScript and text() of reqwest drop it; Stalwart needs no version"),
        policy(
            "non-ASCII extension", sound + "comment: caf\u{E9}\n", strict: .enforces,
            enforces: [.tlspol, .mox, .stalwart], ignores: [.resolver],
            why: "tlspol tests it; the resolver decodes as ASCII without a charset"),
        policy(
            "non-ASCII extension, charset", sound + "comment: caf\u{E9}\n",
            contentType: "text/plain; charset=\"UTF-8\"", strict: .enforces, enforces: everybody,
            why: "with a declared charset all can read it"),
        policy(
            "content type", sound, contentType: "text/html", strict: .enforces,
            enforces: [.mailpiece, .mailauth, .halon, .mox, .stalwart, .mimecast],
            ignores: [.resolver, .tlspol, .chasquid, .mailauthStrict, .maddy, .kumo],
            why: "RFC 8461 §3.2: a sender SHOULD look at it"),
        policy(
            "no content type", sound, contentType: nil, strict: .enforces,
            enforces: [.mailauth, .mox], ignores: [.resolver, .tlspol, .chasquid, .kumo],
            why: "the same rule"),
        policy(
            "content type in capitals", sound, contentType: "TEXT/PLAIN", strict: .enforces,
            enforces: everybody(but: .kumo), ignores: [.kumo], why: "ct != \"text/plain\""),
        policy(
            "long", sound + "padding: " + String(repeating: "x", count: 65_000), strict: .enforces,
            enforces: everybody, why: "whoever cuts has the fields by then"),
        policy(
            "long before the fields",
            "padding: " + String(repeating: "x", count: 11_000) + "\n"
                + sound, strict: .enforces, enforces: everybody(but: .chasquid),
            ignores: [.chasquid], why: "chasquid reads 10 KiB"),
    ]

    static let policyFields: [SenderRow] = [
        policy(
            "missing max_age", with("", for: "max_age: 86400\n"), strict: .ignores,
            enforces: [.mimecast, .stalwart, .halon],
            ignores: [
                .mox, .maddy, .tlspol, .mailpiece, .mailauth, .mailauthStrict, .resolver, .kumo,
            ], why: "Mimecast tests its minimum; Stalwart has a default"),
        policy(
            "empty max_age", with("max_age:", for: "max_age: 86400"), strict: .ignores,
            enforces: [.mimecast, .mailauth, .stalwart],
            ignores: [.maddy, .mailauthStrict, .resolver, .kumo], why: "Number(\"\") is 0"),
        policy(
            "max_age 0", with("max_age: 0", for: "max_age: 86400"), strict: .enforces,
            enforces: [.mox, .mailpiece, .mailauth, .mailauthStrict, .maddy, .resolver],
            ignores: [.chasquid], why: "TestCheckPolicy of chasquid"),
        policy(
            "max_age above the limit", with("max_age: 31557601", for: "max_age: 86400"),
            strict: .ignores,
            enforces: [.mimecast, .maddy, .kumo, .mox, .stalwart, .halon, .tlspol],
            ignores: [.resolver, .mailpiece, .mailauth, .mailauthStrict, .chasquid],
            why: "no limit, a limit of 32 bits, or moved to the limit"),
        policy(
            "max_age beyond 32 bits", with("max_age: 9999999999", for: "max_age: 86400"),
            strict: .ignores, enforces: [.maddy, .kumo, .stalwart, .tlspol],
            ignores: [.mox, .mimecast], why: "ParseInt of 32 bits, Integer.parseInt"),
        policy(
            "max_age 604_800", with("max_age: 604_800", for: "max_age: 86400"), strict: .ignores,
            enforces: [.resolver, .stalwart],
            ignores: [.mailauth, .mailauthStrict, .chasquid, .maddy, .kumo, .mailpiece, .mox],
            why: "int() of Python takes it; Stalwart keeps its default"),
        policy(
            "max_age +5", with("max_age: +5", for: "max_age: 86400"), strict: .ignores,
            enforces: [.resolver, .chasquid, .maddy, .kumo, .mimecast, .mailauth],
            ignores: [.mailauthStrict, .mailpiece, .mox, .tlspol], why: "a sign is no digit"),
        policy(
            "max_age -1", with("max_age: -1", for: "max_age: 86400"), strict: .ignores,
            enforces: [.maddy, .mimecast],
            ignores: [.mailpiece, .resolver, .chasquid, .kumo, .mailauth],
            why: "go-mtasts has no range, Mimecast raises it"),
        policy(
            "max_age 0x10", with("max_age: 0x10", for: "max_age: 86400"), strict: .ignores,
            enforces: [.mailauth, .stalwart], ignores: [.mailauthStrict, .mailpiece, .resolver],
            why: "Number() of JavaScript"),
        policy(
            "max_age 1e3", with("max_age: 1e3", for: "max_age: 86400"), strict: .ignores,
            enforces: [.mailauth], ignores: [.mailauthStrict, .resolver, .kumo],
            why: "Number() of JavaScript"),
        policy(
            "max_age 12.5", with("max_age: 12.5", for: "max_age: 86400"), strict: .ignores,
            enforces: [.mailauth], ignores: [.mailauthStrict, .maddy], why: "Number() too"),
        policy(
            "max_age of eleven digits", with("max_age: 00000000060", for: "max_age: 86400"),
            strict: .ignores, enforces: [.mailauth, .mailpiece, .resolver, .chasquid],
            ignores: [.mailauthStrict, .mox, .tlspol], why: "1*10(DIGIT)"),
        policy(
            "none without mx", "version: STSv1\nmode: none\nmax_age: 86400\n", strict: .off,
            off: [.mox, .resolver, .maddy, .tlspol, .mailauth, .mailpiece, .kumo],
            ignores: [.stalwart, .chasquid, .mimecast], why: "mx is asked for in every mode"),
        policy(
            "none with mx", with("mode: none", for: "mode: enforce"), strict: .off,
            off: everybody(but: .mimecast), ignores: [.mimecast],
            why: "isValid of Mimecast's library is false for none"),
        policy(
            "duplicate mode", with("mode: enforce\nmode: testing", for: "mode: enforce"),
            strict: .enforces,
            enforces: [.mimecast, .mailauth, .mailauthStrict, .mailpiece, .mox, .tlspol],
            tests: [.resolver, .maddy, .chasquid, .stalwart, .halon], ignores: [.kumo],
            why: "the first, the last or none counts"),
        policy(
            "later mode is bad", with("mode: testing\nmode: enforced", for: "mode: enforce"),
            strict: .tests, tests: [.mimecast, .mailauth, .mailauthStrict, .tlspol, .mailpiece],
            ignores: [.mox, .resolver, .maddy, .chasquid, .stalwart, .kumo],
            why: "mox parses every duplicate"),
        policy(
            "later version is bad", sound + "version: STSv2\n", strict: .enforces,
            enforces: [.mimecast, .mailauth, .mailauthStrict, .tlspol],
            ignores: [.mox, .resolver, .maddy, .chasquid, .stalwart, .kumo, .halon],
            why: "the same for the version"),
        policy(
            "unknown field", sound + "extension: whatever\n", strict: .enforces,
            enforces: everybody, why: "no sender of the table minds"),
        policy(
            "unknown field with a colon", sound + "contact: mailto:a@example.com\n",
            strict: .enforces, enforces: everybody(but: .maddy), ignores: [.maddy],
            why: "go-mtasts cuts at every colon"),
        policy(
            "field name", sound + "_comment: ok\n", strict: .ignores,
            enforces: [.chasquid, .kumo, .mailauthStrict], ignores: [.tlspol, .mox],
            why: "tlspol tests it"),
        policy(
            "empty value", sound + "ext:\n", strict: .ignores, enforces: [.chasquid, .mailauth],
            ignores: [.mox, .tlspol], why: "mox tests it"),
        policy(
            "version last", "mode: enforce\nmx: mx.example.net\nmax_age: 1\nversion: STSv1\n",
            strict: .enforces, enforces: everybody, why: "order is free"),
        policy(
            "name and mode case", "Version: STSv1\nMode: Enforce\nMX: a.example\nMax_Age: 1\n",
            strict: .ignores, enforces: [.mailpiece, .mailauth],
            ignores: [.mailauthStrict, .mox, .maddy, .resolver, .kumo], why: "case counts"),
        policy(
            "mode case", with("mode: ENFORCE", for: "mode: enforce"), strict: .ignores,
            enforces: [.mailpiece, .mailauth, .mimecast], ignores: [.mailauthStrict, .stalwart],
            why: "StsMode of Mimecast compares without case"),
        policy(
            "version case", with("version: stsv1", for: "version: STSv1"), strict: .ignores,
            enforces: [.mailpiece, .stalwart], ignores: [.mailauth, .mailauthStrict, .mox],
            why: "tests of mailpiece, code of Stalwart"),
        policy(
            "missing version", with("", for: "version: STSv1\n"), strict: .ignores,
            enforces: [.stalwart, .mimecast],
            ignores: everybody(but: .stalwart, .mimecast), why: "absence is never checked"),
        policy(
            "missing mode", with("", for: "mode: enforce\n"), strict: .ignores,
            off: [.stalwart, .halon], ignores: everybody(but: .stalwart, .halon),
            why: "the default is none"),
        policy(
            "final dot", with("mx: mx.example.net.", for: "mx: mx.example.net"), strict: .ignores,
            enforces: [.mailpiece, .chasquid, .mailauth, .tlspol],
            ignores: [.mailauthStrict, .mox], why: "IsDNSName of tlspol lets it pass"),
        policy(
            "U-label", with("mx: m\u{FC}nchen.example", for: "mx: mx.example.net"),
            strict: .ignores, enforces: [.mailpiece, .stalwart, .maddy, .chasquid],
            ignores: [.mox, .mailauthStrict, .tlspol], why: "converted, by their tests"),
        policy(
            "IP address", with("mx: 192.0.2.1", for: "mx: mx.example.net"), strict: .enforces,
            enforces: everybody(but: .tlspol), ignores: [.tlspol],
            why: "fits the grammar; refused by tlspol since 1.8.15"),
        policy(
            "wildcard below a TLD", with("mx: *.com", for: "mx: mx.example.net"),
            strict: .enforces, enforces: everybody, why: "KumoMTA and chasquid test it"),
        policy(
            "wildcard inside a label", with("mx: foo*.example.com", for: "mx: mx.example.net"),
            strict: .ignores, enforces: [.mailauth],
            ignores: [.mimecast, .mailauthStrict, .mox, .tlspol], why: "kept, and never matches"),
        policy(
            "empty mx", with("mx:", for: "mx: mx.example.net"), strict: .ignores,
            enforces: [.resolver, .chasquid, .kumo],
            ignores: [.mox, .tlspol, .stalwart, .mimecast, .mailpiece, .mailauthStrict],
            why: "an empty pattern is a pattern to some, and covers no host"),
    ]
}
