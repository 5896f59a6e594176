import Audit

extension SenderRow {
    private static func everybody(but others: SenderName...) -> [SenderName] {
        SenderName.allCases.filter { !others.contains($0) }
    }

    static let record: [SenderRow] = [
        record(
            "ordinary", ["v=STSv1; id=20160831085700Z;"], isValid: true,
            uses: SenderName.allCases, why: "the RFC's example"),
        record(
            "without the last semicolon", ["v=STSv1;id=abc"], isValid: true,
            uses: SenderName.allCases, why: "the other ordinary form"),
        record(
            "trailing space", ["v=STSv1; id=policy1 "], isValid: false,
            uses: [.resolver, .mailpiece, .mailauth, .maddy, .kumo, .stalwart],
            ignores: [.tlspol, .mailauthStrict, .mox], why: "*WSP stands beside a ; only"),
        record(
            "space behind the last semicolon", ["v=STSv1; id=abc; "], isValid: true,
            uses: everybody(but: .kumo), ignores: [.kumo],
            why: "KumoMTA skips an empty field, not a blank one"),
        record(
            "repeated semicolons", ["v=STSv1; id=20160831085700Z;;;"], isValid: false,
            uses: [.resolver, .maddy, .kumo], ignores: [.mox, .mailauthStrict, .tlspol],
            why: "tests of the resolver and of mox"),
        record(
            "empty field", ["v=STSv1; ; id=abc"], isValid: false, uses: [.resolver, .maddy],
            ignores: [.mailauthStrict, .kumo, .mox], why: "mailauth tests it"),
        record(
            "leading space", ["  v=STSv1; id=abc"], isValid: false,
            uses: [.mailauth, .maddy, .kumo, .stalwart, .mimecast],
            ignores: [.mailpiece, .mailauthStrict, .resolver, .chasquid, .halon],
            why: "the record MUST begin with the version"),
        record(
            "space before the semicolon", ["v=STSv1 ; id=foo"], isValid: true,
            uses: [.maddy, .tlspol, .mailauthStrict, .mox, .resolver],
            ignores: [.halon, .chasquid, .mailpiece], why: "valid by the grammar alone"),
        record(
            "space before the semicolon, among others", ["v=STSv1 ; id=foo", "x=1"],
            isValid: false, uses: [.tlspol, .mailauthStrict, .mox, .resolver],
            ignores: [.halon, .chasquid, .mailpiece, .maddy],
            why: "discarded by RFC 8461 §3.1; mox says why it keeps it"),
        record(
            "duplicate id", ["v=STSv1; id=first; id=second"], isValid: true,
            uses: [.mailauth, .mailauthStrict, .resolver, .kumo, .maddy, .tlspol],
            ignores: [.mailpiece, .mox], why: "which id counts differs, and some refuse two"),
        record(
            "duplicate version", ["v=STSv1; v=STSv1; id=abc"], isValid: true,
            uses: everybody(), why: "an extension to most"),
        record(
            "another version behind", ["v=STSv1; id=abc; v=STSv2"], isValid: true,
            uses: [.mox, .tlspol, .mailauth, .mailauthStrict],
            ignores: [.resolver, .maddy, .kumo, .stalwart, .mimecast],
            why: "some read every v, or the last"),
        record(
            "unknown extension", ["v=STSv1; id=a; ext=value"], isValid: true,
            uses: everybody(), why: "ignored by all"),
        record(
            "space in an extension", ["v=STSv1; id=a; note=has space;"], isValid: false,
            uses: [.resolver, .kumo], ignores: [.tlspol, .maddy, .mox, .mailauthStrict],
            why: "tlspol tests it"),
        record(
            "id alphabet", ["v=STSv1; id=2024-01-01"], isValid: false,
            uses: [.stalwart, .mailauth, .resolver, .maddy, .kumo],
            ignores: [.mox, .tlspol, .mailpiece, .mailauthStrict], why: "ALPHA and DIGIT only"),
        record(
            "id length", ["v=STSv1; id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"], isValid: false,
            uses: [.mailauth], ignores: [.mox, .mailpiece, .mailauthStrict, .tlspol],
            why: "33 characters"),
        record(
            "empty id", ["v=STSv1; id=;"], isValid: false, uses: [.resolver, .kumo, .chasquid],
            ignores: [.mox, .maddy, .mimecast, .mailauth, .mailauthStrict],
            why: "present is enough for some"),
        record(
            "no id", ["v=STSv1;"], isValid: false, uses: [.chasquid, .halon],
            ignores: [.mox, .mailpiece, .mimecast, .maddy, .mailauth, .resolver, .kumo],
            why: "the prefix is all that chasquid and Halon look at"),
        record(
            "no id and no semicolon", ["v=STSv1"], isValid: false, ignores: everybody(),
            why: "not even the prefix"),
        record(
            "version case", ["v=stsv1; id=abc"], isValid: false,
            uses: [.mailauth, .stalwart, .mimecast],
            ignores: [.mailauthStrict, .mailpiece, .mox, .chasquid], why: "%s\"v=STSv1\""),
        record(
            "name case", ["V=STSv1; id=abc"], isValid: false, uses: [.mailauth, .stalwart],
            ignores: [.mailauthStrict, .mimecast, .kumo], why: "mailauth tests it"),
        record(
            "version not first", ["id=abc; v=STSv1"], isValid: false,
            uses: [.maddy, .kumo, .stalwart, .mimecast],
            ignores: [.mailauth, .mailauthStrict, .resolver, .mox, .tlspol, .mailpiece],
            why: "fields of a map have no order"),
        record(
            "spaces around =", ["v = STSv1; id = abc"], isValid: false, uses: [.kumo, .stalwart],
            ignores: [.mailpiece, .maddy, .resolver, .mox], why: "trimmed by KumoMTA"),
        record(
            "no semicolon between", ["v=STSv1 id=abc"], isValid: false, uses: [.mimecast],
            ignores: everybody(but: .mimecast), why: "its tokens end at spaces too"),
        record(
            "quotation marks", ["\"v=STSv1; id=abc;\""], isValid: false, uses: [.mimecast],
            ignores: everybody(but: .mimecast), why: "all of them are taken out"),
        record(
            "field without =", ["v=STSv1; id=abc; bogus"], isValid: false,
            uses: [.resolver, .mailauth, .mailpiece, .stalwart, .mimecast],
            ignores: [.maddy, .kumo, .mox, .tlspol, .mailauthStrict], why: "skipped or refused"),
        record(
            "field without = before the id", ["v=STSv1; bogus; id=abc"], isValid: false,
            uses: [.resolver, .mailauth], ignores: [.stalwart],
            why: "mail-auth goes on with the key it has begun"),
        record(
            "unrelated text", ["v=STSv1; id=1", "bogus"], isValid: true,
            uses: [.mox, .tlspol, .mailauth, .mailauthStrict, .mailpiece, .stalwart, .resolver],
            ignores: [.maddy, .kumo], why: "go-mtasts counts all, KumoMTA joins all"),
        record(
            "two records", ["v=STSv1; id=1", "v=STSv1; id=2"], isValid: false,
            uses: [.chasquid, .stalwart],
            ignores: [.mox, .tlspol, .mailauth, .mailauthStrict, .mailpiece, .resolver],
            why: "any one is enough, or the first that can be read"),
        record(
            "two records with final semicolons", ["v=STSv1; id=1;", "v=STSv1; id=2;"],
            isValid: false, uses: [.kumo, .chasquid], ignores: [.mox, .maddy],
            why: "joined they are one record to KumoMTA"),
        record(
            "decoy", ["v=STSv10; id=a", "v=STSv1; id=good"], isValid: true,
            uses: [.mailauth, .mailauthStrict, .mox, .tlspol], ignores: [.resolver, .maddy],
            why: "the resolver looks for v=STSv1 without the semicolon"),
        record(
            "not ASCII", ["v=STSv1; id=abc; ext=\u{FC}"], isValid: false, uses: [.kumo, .maddy],
            ignores: [.resolver, .mailauthStrict, .tlspol], why: "filter_text of the resolver"),
        record(
            "other text", ["bogus", "more"], isValid: false, ignores: everybody(),
            why: "nothing to find"),
    ]
}
