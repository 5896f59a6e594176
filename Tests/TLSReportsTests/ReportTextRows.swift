import TLSReports

extension ReportTextTests {
    static let reportRows: [Row] = [
        .init(
            Sample.report(["contact-info": "null"]), .read([.contactMissing]),
            why: "nobody to ask, and a report all the same"),
        .init(
            Sample.report(["contact-info": nil]), .read([.contactMissing]),
            why: "contact not given at all"),
        .init(
            Sample.report(["contact-info": #"{"email":"a@b.example"}"#]),
            .read([.fieldDropped, .contactMissing]), why: "contact of a wrong type"),
        .init(
            Sample.report(["future": #"{"a":[1,{"b":null}]}"#]), .read([]),
            why: "fields may be added later"),
        .init(
            "\u{FEFF}" + Sample.report(), .read([.byteOrderMark]),
            why: "RFC 8259 §8.1 lets a reader ignore the mark"),
        .init("  \r\n\t" + Sample.report() + "\n", .read([]), why: "white space around JSON"),
        .init(
            Sample.report(["report-id": "20260301"]), .read([.numberForText]),
            why: "an id of digits alone is one all the same"),
        .init(
            Sample.report(["report-id": #""  ""#]), .refused(.invalid(.reportID)),
            why: "duplicates are told by the id"),
        .init(
            Sample.report(["report-id": #"["r-1"]"#]), .refused(.invalid(.reportID)),
            why: "an id of a wrong type is none"),
        .init(
            Sample.report(["organization-name": "\"\(String(repeating: "x", count: 2_000))\""]),
            .refused(.invalid(.organizationName)), why: "a name cut off would be another one's"),
        .init(
            Sample.report(["organization-name": "null", "policies": nil]),
            .refused(.missing([.organizationName, .policies])), why: "all that is missing is said"),
        .init(
            Sample.report(["policies": "[]"]), .read([.policiesEmpty]),
            why: "nothing to report is a report"),
        .init(
            Sample.report(["policies": Sample.policy()]), .read([.listIsObject]),
            why: "RFC 8460 §4: MUST be an array, even of one"),
        .init(
            Sample.report(["policies": "[\(Sample.policy()),7]"]), .read([.elementDropped]),
            why: "one bad element does not spoil the others"),
        .init(
            Sample.report(["policies": "[7,null]"]), .refused(.invalid(.policies)),
            why: "no element is a policy"),
        .init(
            Sample.report(["policies": #""none""#]), .refused(.invalid(.policies)),
            why: "no list at all"),
        .init(
            "[\(Sample.report())]", .refused(.json(.notAnObject)), why: "RFC 8460 §4.4: one object"),
        .init(Sample.report() + "x", .refused(.json(.syntax(detail: ""))), why: "text after JSON"),
        .init(
            String(Sample.report().dropLast(9)), .refused(.json(.syntax(detail: ""))),
            why: "cut off"),
        // Times.
        .init(
            Sample.report(
                range:
                    #"{"start-datetime":"2026-03-01T00:00:00","end-datetime":"2026-03-02T00:00:00"}"#
            ),
            .read([.timeWithoutZone]), why: "Microsoft left the zone out for years"),
        .init(
            Sample.report(range: #"{"start-datetime":"1772323200","end-datetime":1772409599}"#),
            .read([.timeIsEpoch]), why: "seconds since 1970, as text or number"),
        .init(
            Sample.report(range: #"{"start-datetime":"2026-03-01","end-datetime":"2026-03-01"}"#),
            .read([.timeWithoutClock]), why: "a day alone is a whole day"),
        .init(
            Sample.report(
                range:
                    #"{"start-datetime":"2026-03-02T00:00:00Z","end-datetime":"2026-03-01T00:00:00Z"}"#
            ),
            .read([.rangeReversed]), why: "ends before it starts"),
        .init(
            Sample.report(
                range:
                    #"{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-07T23:59:59Z"}"#
            ),
            .read([.rangeLongerThanADay]), why: "RFC 8460 §4.1: SHOULD cover a day"),
        .init(
            Sample.report(range: #"{"start-datetime":"2026-03-01T00:00:00Z"}"#),
            .refused(.missing([.end])), why: "half a range is none"),
        .init(
            Sample.report(
                range: #"{"start-datetime":"yesterday","end-datetime":"2026-03-01T00:00:00Z"}"#),
            .refused(.invalid(.start)), why: "no time"),
        .init(
            Sample.report(range: #""2026-03-01/2026-03-02""#), .refused(.invalid(.dateRange)),
            why: "a range of a wrong type"),
    ]

    static let policyRows: [Row] = [
        row(["mx-host": #""*.rcpt.example""#], [.mxHostIsText], why: "as RFC 8460 first had it"),
        row(["mx-host": "[]"], [.mxHostEmpty], why: "no pattern applies to DANE"),
        row(["mx-host": nil], [], why: "optional for other policies than STS"),
        row(["mx-host": "{}"], [.fieldDropped], why: "patterns of a wrong type"),
        row(["mx-host": #"["a.example",{}]"#], [.fieldDropped], why: "one pattern of a wrong type"),
        row(
            ["mx-host": #"["mx: a.example"]"#], [.mxHostHasKey], why: "the policy's line as pattern"
        ),
        row(["policy-string": #""v: 1""#], [.policyStringIsText], why: "a line alone"),
        row(["policy-string": "null"], [], why: "no policy was found"),
        row(
            ["policy-string": #"["[\"3 1 1 AB\"]"]"#], [.policyStringHoldsJSON],
            why: "as Microsoft gives TLSA records"),
        row(["policy-string": #"["[3 1 1"]"#], [], why: "a bracket alone is no JSON"),
        row(["policy-type": #""sts-v2""#], [.policyTypeUnknown], why: "a type of another day"),
        row(["policy-type": nil], [.policyTypeMissing], why: "the domain says what it is about"),
        row(["policy-domain": nil], [.policyDomainMissing], why: "the MX host says it"),
        row(
            ["policy-domain": #""b\u00fccher.example""#], [.policyDomainInvalid],
            why: "RFC 8460 §4.4: MUST be A-labels"),
        .init(
            Sample.report([
                "policies":
                    "[\(Sample.policy(fields: ["policy-domain": nil, "mx-host": nil, "policy-type": #""x""#]))]"
            ]),
            .refused(.noUsablePolicy), why: "nothing says what it is about"),
        .init(
            Sample.report(policy: [
                "policy": nil, "policy-type": #""sts""#, "policy-domain": #""rcpt.example""#,
            ]), .read([.policyFieldsFlat]), why: "fields beside the object they belong in"),
        .init(
            Sample.report(["policies": "[\(Sample.policy()),\(Sample.policy(["policy": nil]))]"]),
            .read([.policyMissing, .policyTypeMissing, .policyDomainMissing]),
            why: "one of two policies says what it is about"),
        .init(
            Sample.report(policy: ["policy": "7"]), .refused(.noUsablePolicy),
            why: "the only policy is of a wrong type"),
    ]

    static let countRows: [Row] = [
        .init(
            Sample.report(policy: ["summary": nil]),
            .read([.summaryMissing, .successCountMissing, .failureCountMissing]),
            why: "the rows have the sums"),
        .init(
            Sample.report(policy: ["summary": #"{"total-successful-session-count":1}"#]),
            .read([.failureCountMissing]), why: "half a summary"),
        .init(
            Sample.report(policy: [
                "summary": #"{"total-successful-session-count":1,"total-failure-session-count":2}"#
            ]), .read([.failureSumDiffers]), why: "RFC 8460 §4: counts may overlap"),
        .init(
            Sample.report(policy: ["failure-details": nil]), .read([]),
            why: "failures without details: the total stands"),
        .init(
            Sample.report(policy: ["failure-details": "null"]), .read([]), why: "the same, as null"),
        .init(
            Sample.report(policy: ["failure-details": Sample.row()]), .read([.listIsObject]),
            why: "one row that is no list"),
        .init(
            Sample.report(policy: ["failure-details": #""many""#]), .read([.fieldDropped]),
            why: "details of a wrong type"),
        .init(
            Sample.report(row: ["failed-session-count": #""3""#]), .read([.countIsText]),
            why: "digits in quotes"),
        .init(
            Sample.report(row: ["failed-session-count": "true"]),
            .read([.countInvalid, .rowCountMissing, .failureSumDiffers]), why: "true is no number"),
        .init(
            Sample.report(row: ["failed-session-count": "-3"]),
            .read([.countInvalid, .failureSumDiffers]), why: "fewer than none"),
        .init(
            Sample.report(row: ["failed-session-count": "99999999999999999999999"]),
            .read([.countInvalid, .failureSumDiffers]), why: "beyond 64 bits"),
        .init(
            Sample.report(row: ["failed-session-count": "1e999"]),
            .read([.countInvalid, .rowCountMissing, .failureSumDiffers]),
            why: "beyond what Foundation can hold"),
        .init(
            Sample.report(row: ["failed-session-count": #""nan""#]),
            .read([.countIsText, .countInvalid, .rowCountMissing, .failureSumDiffers]),
            why: "text that is a number to C and none to us"),
        .init(
            Sample.report(row: ["result-type": nil]), .read([.resultTypeMissing]),
            why: "that it failed is known"),
        .init(
            Sample.report(row: ["result-type": #""sts-webpki-expired""#]),
            .read([.resultTypeUnknown]), why: "the registry may grow (RFC 8460 §6.6)"),
        .init(
            Sample.report(row: [
                "sending-mta-ip": nil, "receiving-mx-hostname": "null", "receiving-ip": #""""#,
            ]),
            .read([.rowWithoutSendingMTA, .rowWithoutReceivingMX, .rowWithoutReceivingIP]),
            why: "a policy that could not be fetched has no MX"),
        .init(
            Sample.report(row: ["receiving-ip": #"["192.0.2.1"]"#]),
            .read([.fieldDropped, .rowWithoutReceivingIP]), why: "an address of a wrong type"),
    ]

    private static func row(
        _ fields: Sample.Changes, _ expected: [TLSReportObservation], why: String
    ) -> Row {
        Row(
            Sample.report(["policies": "[\(Sample.policy(fields: fields))]"]), .read(expected),
            why: why)
    }
}
