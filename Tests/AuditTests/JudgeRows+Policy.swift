import Audit
import Evidence

extension JudgeRow {
    static let policy: [JudgeRow] = [
        text(.policyEmpty, "an empty file", serving: ""),
        JudgeRow(.policyNotAPolicy, "the type of a web page is the same broken thing") {
            $0.serve("<!DOCTYPE html><html><body>Hi</body></html>", contentType: "text/html")
        },
        text(
            .policyNotAPolicy, "YAML: no missing fields on top", disputed: true,
            serving: "version: STSv1\nmode: enforce\nmx:\n  - mx1.example.net\nmax_age: 604800\n"),
        text(.policyVersion, "left out", disputed: true, serving: Sound.policy(version: nil)),
        text(
            .policyVersion, "another one", disputed: true,
            serving: Sound.policy(version: "version: STSv2")),
        text(.policyModeMissing, "left out", serving: Sound.policy(mode: nil)),
        text(
            .policyModeMissing, "names are case-sensitive", disputed: true,
            serving: Sound.policy(mode: "Mode: enforce")),
        text(
            .policyModeInvalid, "and not missing as well",
            serving: Sound.policy(mode: "mode: enforced")),
        text(.policyMaxAgeMissing, "left out", disputed: true, serving: Sound.policy(maxAge: nil)),
        text(
            .policyMaxAgeInvalid, "separators", disputed: true,
            serving: Sound.policy(maxAge: "max_age: 604,800")),
        text(
            .policyMaxAgeOverLimit, "above a year", disputed: true,
            serving: Sound.policy(maxAge: "max_age: 31557601")),
        text(.policyMXMissing, "enforce needs one", disputed: true, serving: Sound.policy(mx: [])),
        text(
            .policyMXInvalid, "a list", disputed: true,
            serving: Sound.policy(mx: ["mx: mx1.example.net, mx2.example.net"])),
        text(
            .policyMXInvalid, "a final dot", disputed: true,
            serving: Sound.policy(mx: ["mx: mx1.example.net", "mx: mx2.example.net."])),
        text(
            .policyMXInvalid, "an address fits the grammar and covers nothing", .enforced,
            disputed: true,
            serving: Sound.policy(extra: ["mx: 192.0.2.1"])),
        text(.policySyntax, "a blank line", disputed: true, serving: Sound.policy(extra: [""])),
        text(.policySyntax, "no colon", disputed: true, serving: Sound.policy(extra: ["npm"])),
        text(
            .policyEncoding, "a byte order mark", disputed: true, serving: "\u{FEFF}" + Sound.policy
        ),
        text(
            .policyLineEnds, "CR alone", disputed: true,
            serving: Sound.policy.replacing("\r\n", with: "\r")),
        text(
            .policyDuplicateField, "the first counts", .enforced, disputed: true,
            serving: Sound.policy(extra: ["mode: testing"])),
        text(
            .policyMaxAgeZero, "never cached", .enforced, disputed: true,
            serving: Sound.policy(maxAge: "max_age: 0")),
        text(
            .policyMaxAgeShort, "a second below a day", .enforced,
            serving: Sound.policy(maxAge: "max_age: 86399")),
        text(
            .policySenderDisagreement, "maddy cuts a line at each colon", .enforced,
            serving: Sound.policy(extra: ["contact: mailto:a@example.com"])),
        JudgeRow(.policySenderDisagreement, "KumoMTA compares the type by case", .enforced) {
            $0.serve(Sound.policy, contentType: "Text/Plain")
        },
        JudgeRow(
            .policySenderDisagreement, "chasquid and Stalwart want an mx in mode none too",
            .disabled, with: [.modeNone]
        ) { $0.serve(Sound.policy(mode: "mode: none", mx: [])) },
    ]

    static let mode: [JudgeRow] = [
        text(
            .modeTesting, "the first step", .testing, serving: Sound.policy(mode: "mode: testing")),
        text(.modeNone, "the way out", .disabled, serving: Sound.policy(mode: "mode: none")),
        text(
            .modeNone, "a short max_age is right then, and stale mx are nobody's", .disabled,
            serving: Sound.policy(mode: "mode: none", mx: ["mx: *.com"], maxAge: "max_age: 60")),
        JudgeRow(
            .modeUnexpected, "the owner believes that it enforces", .testing, with: [.modeTesting],
            expecting: [.enforce]
        ) { $0.serve(Sound.policy(mode: "mode: testing")) },
        JudgeRow(.modeUnexpected, "somebody went ahead", .enforced, expecting: [.testing]) { _ in },
        JudgeRow(
            .modeUnexpected, "rows disagree: one is wrong", .enforced, expecting: [.enforce, .none]
        ) { _ in },
        JudgeRow(
            .modeUnexpected, "nothing is published where enforce is expected", .absent,
            expecting: [.enforce]
        ) { $0.withdraw() },
    ]
}
