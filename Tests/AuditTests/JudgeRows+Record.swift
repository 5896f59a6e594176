import Audit
import Evidence

extension JudgeRow {
    static let record: [JudgeRow] = [
        JudgeRow(.domainMissing, "NXDOMAIN ends it", .noDomain) {
            $0.mx = Lookup(.nameMissing)
            $0.record = Lookup(.failed(.timeout))
        },
        JudgeRow(.recordMissing, "the policy is served, the name does not exist", .absent) {
            $0.record = Lookup(.nameMissing)
        },
        JudgeRow(.recordMissing, "the name exists without a TXT", .absent) {
            $0.record = Lookup(.noData)
        },
        JudgeRow(.recordMissing, "the only TXT is some other product's", .absent) {
            $0.publish(["site-verification=0f8a"])
        },
        JudgeRow(.recordMisplaced, "and not record-missing as well", .absent) {
            $0.record = Lookup(.nameMissing)
            $0.misplacedRecords = [MisplacedRecord(place: .underscore, record: "v=STSv1; id=1;")]
        },
        JudgeRow(.recordMultiple, "two records with the version", with: [.recordSenderDisagreement])
        {
            $0.publish(["v=STSv1; id=1;", "v=STSv1; id=2;"])
        },
        JudgeRow(.recordVersion, "another version") { $0.publish(["v=STSv2; id=1;"]) },
        JudgeRow(.recordVersion, "the version is case-sensitive", with: [.recordSenderDisagreement])
        {
            $0.publish(["v=stsv1; id=1;"])
        },
        JudgeRow(.recordIDMissing, "the version alone", with: [.recordSenderDisagreement]) {
            $0.publish(["v=STSv1;"])
        },
        JudgeRow(.recordIDInvalid, "a hyphen", with: [.recordSenderDisagreement]) {
            $0.publish(["v=STSv1; id=2026-11-01;"])
        },
        JudgeRow(.recordIDInvalid, "33 characters", with: [.recordSenderDisagreement]) {
            $0.publish(["v=STSv1; id=0123456789abcdef0123456789abcdef0;"])
        },
        JudgeRow(.recordSyntax, "two semicolons", with: [.recordSenderDisagreement]) {
            $0.publish(["v=STSv1; id=1;;"])
        },
        JudgeRow(.recordSyntax, "several escaped semicolons are one finding") {
            $0.publish(["v=STSv1\\; id=1\\; a=b\\;"])
        },
        JudgeRow(
            .recordSyntax, "among several, white space before the ; discards the record",
            with: [.recordSenderDisagreement]
        ) {
            $0.publish(["hello", "v=STSv1 ; id=1;"])
        },
        JudgeRow(
            .recordUnrelatedText, "discarded, and some senders stumble", .enforced,
            with: [.recordSenderDisagreement]
        ) {
            $0.publish(["hello", "v=STSv1; id=1;"])
        },
        JudgeRow(.recordSenderDisagreement, "valid alone, and not `v=STSv1;`", .enforced) {
            $0.publish(["v=STSv1 ; id=1;"])
        },
        JudgeRow(.recordSenderDisagreement, "a second id is an extension", .enforced) {
            $0.publish(["v=STSv1; id=1; id=2;"])
        },
        JudgeRow(.recordWildcard, "a random name answers with an STS record", .enforced) {
            $0.wildcardProbe = Lookup(.found(["v=STSv1; id=1;"]))
        },
        JudgeRow(.recordAliasDangling, "the CNAME's target is gone") {
            $0.record = Lookup(.nameMissing, aliases: ["a.gone.example", "b.gone.example"])
        },
        JudgeRow(.recordLookupFailed, "SERVFAIL is never absence", .unmeasured) {
            $0.record = Lookup(.failed(.serverFailure))
        },
        JudgeRow(.recordLookupFailed, "nor is a lost answer", .unmeasured) {
            $0.record = Lookup(.failed(.timeout))
        },
        JudgeRow(.recordLookupFailed, "without mail the verdict does not need it", .noMail) {
            $0.mx = Lookup(.found([MXRecord(preference: 0, host: "")]))
            $0.record = Lookup(.failed(.serverFailure))
        },
    ]
}
