// What each implementation does by its own code and tests, as cited. What they do not show
// follows the strict reading. Defaults are meant everywhere: an option that a site may set is
// not looked at.

extension SenderProfile {
    static let postfixMTASTSResolver = SenderProfile(
        name: "postfix-mta-sts-resolver",
        sources: [
            "Snawoot/postfix-mta-sts-resolver: postfix_mta_sts_resolver/utils.py "
                + "(parse_mta_sts_record, parse_mta_sts_policy: the last of duplicates counts; "
                + "a later version takes the first)",
            "Snawoot/postfix-mta-sts-resolver: postfix_mta_sts_resolver/resolver.py "
                + "(startswith v=STSv1, Content-Type, charset or ascii, int(), 0...31557600)",
            "Snawoot/postfix-mta-sts-resolver: tests/test_utils.py, tests/test_resolver.py",
        ],
        record: RecordBehaviour(
            choice: .sole(.version),
            contents: .fields(FieldBehaviour(laterVersions: .replaces, id: .present)),
            discardsNonASCII: true),
        policy: PolicyBehaviour(
            contentType: .textPlain, body: .refused(above: 65_536),
            encoding: .asciiUnlessDeclared, lineEnds: .any, blankLines: .skipped,
            linesWithoutColon: .skipped, names: .asWritten, whiteSpace: .unicode,
            checksUnknownFields: false, repetition: .last, maxAgeRepetition: .last,
            maxAge: MaxAgeRule(spelling: .python), mx: .any))

    static let postfixTLSPol = SenderProfile(
        name: "postfix-tlspol",
        sources: [
            "Zuplu/postfix-tlspol 1.8.15 and later: internal/mta-sts.go "
                + "(isValidMtaStsTXTRecord, parseLine, isValidMtaStsPolicyMediaType)",
            "Zuplu/postfix-tlspol: internal/utils/valid/valid.go (IsDNSName: a final dot passes, "
                + "an IP address does not)",
            "Zuplu/postfix-tlspol: internal/mta-sts_test.go",
        ],
        record: RecordBehaviour(),
        policy: PolicyBehaviour(
            contentType: .textPlain, body: .refused(above: 65_536),
            maxAge: MaxAgeRule(isClamped: true), mx: .hostName))

    static let mox = SenderProfile(
        name: "mox",
        sources: [
            "mjl-/mox: mtasts/parse.go (ParseRecord: a second id is left over; ParsePolicy: every "
                + "duplicate is parsed; xmaxage: 10 digits, 32 bits)",
            "mjl-/mox: mtasts/mtasts.go (Content-Type is not looked at; 64 KiB)",
            "mjl-/mox: mtasts/parse_test.go, mtasts/mtasts_test.go",
        ],
        record: RecordBehaviour(contents: .grammar(repeatedID: .refused)),
        policy: PolicyBehaviour(
            body: .refused(above: 65_536), encoding: .any, repetition: .firstAllChecked,
            maxAgeRepetition: .firstAllChecked,
            maxAge: MaxAgeRule(highest: Int(Int32.max))))

    static let maddy = SenderProfile(
        name: "maddy",
        sources: [
            "foxcpp/go-mtasts and foxcpp/maddy internal/mtasts: mtasts.go (readDNSRecord, "
                + "readPolicy: exactly one colon a line, strconv.Atoi without range)",
            "foxcpp/go-mtasts: cache.go (number of TXT records must be one; Content-Type)",
            "foxcpp/go-mtasts: mtasts_test.go",
        ],
        record: RecordBehaviour(
            choice: .alone,
            contents: .fields(
                FieldBehaviour(
                    fieldsWithoutEquals: .refused, requiresPlainFields: true,
                    laterVersions: .checked, id: .nonEmpty))),
        policy: PolicyBehaviour(
            contentType: .textPlain, encoding: .any, names: .asWritten, whiteSpace: .unicode,
            colonsInValues: .refused, checksUnknownFields: false, repetition: .lastAllChecked,
            maxAgeRepetition: .lastAllChecked,
            maxAge: MaxAgeRule(spelling: .go, lowest: .min, highest: .max), mx: .any,
            dropsFinalDot: true))

    static let chasquid = SenderProfile(
        name: "chasquid",
        sources: [
            "albertito/chasquid: internal/sts/sts.go (hasSTSRecord: the prefix v=STSv1; of any "
                + "record; parsePolicy; Check: max_age above 0, mx always; 10 KiB are read)",
            "albertito/chasquid: internal/sts/sts_test.go (TestCheckPolicy, TestMatchDomain)",
        ],
        record: RecordBehaviour(choice: .any(.versionSemicolon), contents: .unread),
        policy: PolicyBehaviour(
            contentType: .textPlain, body: .cut(at: 10_240), encoding: .any,
            blankLines: .skipped, linesWithoutColon: .skipped, names: .trimmed,
            whiteSpace: .unicode, checksUnknownFields: false, repetition: .last,
            maxAgeRepetition: .last, maxAge: MaxAgeRule(spelling: .go, lowest: 1), mx: .any,
            mxNeed: .always, dropsFinalDot: true))

    static let kumoMTA = SenderProfile(
        name: "KumoMTA",
        sources: [
            "KumoCorp/kumomta: crates/mta-sts/src/dns.rs (all TXT joined, fields of a map)",
            "KumoCorp/kumomta: crates/mta-sts/src/policy.rs (one version, mode and max_age; u64)",
            "KumoCorp/kumomta: crates/mta-sts/src/lib.rs (Content-Type; text() of reqwest "
                + "drops a byte order mark)",
        ],
        record: RecordBehaviour(
            choice: .joined,
            contents: .fields(
                FieldBehaviour(
                    emptyFields: .skippedWhenEmpty, fieldsWithoutEquals: .refused,
                    spaceAroundEquals: .dropped, laterVersions: .replaces, id: .present))),
        policy: PolicyBehaviour(
            contentType: .textPlainExactly, encoding: .any, dropsByteOrderMark: true,
            blankLines: .skippedWhenEmpty, names: .trimmed, whiteSpace: .unicode,
            checksUnknownFields: false, repetition: .refused, maxAgeRepetition: .refused,
            maxAge: MaxAgeRule(spelling: .rust, highest: .max), mx: .any))

    static let stalwart = SenderProfile(
        name: "Stalwart",
        sources: [
            "stalwartlabs/mail-server: crates/smtp/src/outbound/mta_sts/parse.rs (version checked "
                + "when present, max_age 86400 unless it parses, mx needed in every mode)",
            "stalwartlabs/stalwart: crates/smtp/src/outbound/mta_sts/lookup.rs (1 MiB, UTF-8)",
            "stalwartlabs/mail-auth: src/mta_sts/parse.rs, src/common/parse.rs (names and version "
                + "in any case), src/common/resolver.rs (the first TXT that parses)",
        ],
        record: RecordBehaviour(
            choice: .firstReadable,
            contents: .fields(
                FieldBehaviour(
                    fieldsWithoutEquals: .joinedToNext, spaceAroundEquals: .dropped,
                    ignoresNameCase: true, ignoresVersionCase: true, laterVersions: .checked,
                    id: .present))),
        policy: PolicyBehaviour(
            blankLines: .skipped, linesWithoutColon: .joinedToNext, names: .trimmed,
            whiteSpace: .unicode, checksUnknownFields: false, version: .checkedWhenPresent,
            ignoresVersionCase: true, missingMode: .off, repetition: .lastAllChecked,
            maxAgeRepetition: .last,
            maxAge: MaxAgeRule(
                spelling: .rust, missing: 86_400, unreadable: 86_400, highest: .max),
            mx: .emptySkipped, mxNeed: .always))

    static let halon = SenderProfile(
        name: "Halon",
        sources: [
            "halon-extras/mta-sts: mta-sts.hsl (the first 8 bytes are v=STSv1;, the version is "
                + "the only field that is checked, the last of duplicates counts)",
            "halon-extras/mta-sts: README.md (what is not mode enforce has no effect)",
        ],
        record: RecordBehaviour(choice: .sole(.versionSemicolon), contents: .unread),
        policy: PolicyBehaviour(
            body: .refused(above: 65_536), encoding: .any, blankLines: .skipped,
            linesWithoutColon: .skipped, names: .trimmed, whiteSpace: .ascii,
            checksUnknownFields: false, missingMode: .off, unknownMode: .off, repetition: .last,
            maxAgeRepetition: .last,
            maxAge: MaxAgeRule(spelling: .unread), mx: .any, mxNeed: .never))

    static let mimecast = SenderProfile(
        name: "Mimecast mta-sts",
        sources: [
            "mimecast/mta-sts: assets/StsPolicy.java (no check of the version; max_age is raised "
                + "and lowered to its limits; isValid is false for mode none)",
            "mimecast/mta-sts: assets/StsPolicyValidator.java, config/Config.java (CRLF and "
                + "text/plain are not required by default), util/Pair.java, StsMode.java",
            "mimecast/mta-sts: stream/LineInputStream.java (CR alone ends a line), "
                + "client/OkHttpsResponse.java (64,000 bytes are read)",
            "mimecast/mta-sts: assets/StsDnsTxt.java, client/XBillDnsRecordClient.java",
            "mimecast/mta-sts: StsPolicyTest.java",
        ],
        record: RecordBehaviour(
            choice: .soleVersioned,
            contents: .fields(
                FieldBehaviour(
                    spaceSeparates: true, ignoresVersionCase: true, laterVersions: .replaces,
                    id: .nonEmpty)),
            dropsQuotes: true),
        policy: PolicyBehaviour(
            body: .cut(at: 64_000), encoding: .any, lineEnds: .any, blankLines: .skipped,
            linesWithoutColon: .skipped, names: .trimmed, whiteSpace: .ascii,
            colonsInValues: .lineSkipped, skipsEmptyValues: true, checksUnknownFields: false,
            version: .unchecked, ignoresModeCase: true, repetition: .first,
            maxAgeRepetition: .lastAllChecked,
            maxAge: MaxAgeRule(
                spelling: .java, missing: 0, lowest: 86_400, lowestEnforced: 604_800,
                isClamped: true),
            mx: .emptyAndInnerStarSkipped, mxNeed: .always, refusesNone: true))

    /// Its default mode.
    static let mailauth = SenderProfile(
        name: "mailauth",
        sources: [
            "postalsys/mailauth: lib/mta-sts.js (parseTxtRecordLax, parsePolicyFile; trim() of "
                + "JavaScript takes U+FEFF off, Number() reads max_age)",
            "postalsys/mailauth: test/mta-sts/txt-record-test.js, policy-test.js (lax mode)",
        ],
        record: RecordBehaviour(
            choice: .sole(.looseVersionSpaceSemicolon),
            contents: .fields(
                FieldBehaviour(
                    spaceAroundEquals: .dropped, ignoresNameCase: true, ignoresVersionCase: true,
                    id: .nonEmpty, repeatedID: .first))),
        policy: PolicyBehaviour(
            body: .refused(above: 65_536), encoding: .any, blankLines: .skipped,
            linesWithoutColon: .skipped, names: .trimmed, ignoresNameCase: true,
            whiteSpace: .unicodeAndMark, checksUnknownFields: false, ignoresModeCase: true,
            maxAge: MaxAgeRule(spelling: .javaScript), mx: .any, dropsFinalDot: true))

    static let mailauthStrict = SenderProfile(
        name: "mailauth (strict)",
        sources: [
            "postalsys/mailauth: lib/mta-sts.js (parseTxtRecordStrict, parsePolicyFile; a line "
                + "that is no field is passed over, blank ones too)",
            "postalsys/mailauth: test/mta-sts/txt-record-test.js, policy-test.js (strict mode)",
        ],
        record: RecordBehaviour(),
        policy: PolicyBehaviour(
            contentType: .textPlain, body: .refused(above: 65_536), encoding: .any,
            blankLines: .skipped, linesWithoutColon: .skipped, names: .asWritten,
            checksUnknownFields: false))

    static let mailpiece = SenderProfile(
        name: "mailpiece",
        sources: [
            "mailpiece/mta_sts: lib/mta_sts.rb (v=STSv1; literally, exactly one id)",
            "mailpiece/mta_sts: lib/mta_sts/policy.rb, lib/mta_sts/fetcher.rb (text/plain is "
                + "reported, not required)",
            "mailpiece/mta_sts: test/policy_test.rb, test/lookup_test.rb",
        ],
        record: RecordBehaviour(
            choice: .sole(.versionSemicolon),
            contents: .fields(FieldBehaviour(repeatedID: .refused))),
        policy: PolicyBehaviour(
            body: .refused(above: 65_536), blankLines: .skipped, linesWithoutColon: .skipped,
            names: .trimmed, ignoresNameCase: true, whiteSpace: .ascii,
            checksUnknownFields: false, ignoresVersionCase: true, ignoresModeCase: true,
            maxAge: MaxAgeRule(spelling: .digits(atMost: .max)), mx: .nonEmpty,
            dropsFinalDot: true))
}
