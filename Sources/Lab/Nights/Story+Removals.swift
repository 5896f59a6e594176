/// Leaving MTA-STS (RFC 8461 §8.3), and going from one mode to another.
extension Story {
    private static let outlives = "cached-policy-outlives-removal"

    static let removals: [Story] = [
        Story(
            "removed", why: "record, policy and reports gone in one night, without mode none",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) }, .from(6) { $0.withdrawSTS() },
            ],
            truth: [
                .init(0...5, .enforced), .init(6...12, .absent, .warning, [outlives], until: 13),
                .init(13...29, .absent),
            ]),
        Story(
            "removed-and-unread", why: "after a removal, SERVFAIL may hide that it was undone",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) }, .from(6) { $0.withdrawSTS() },
            ],
            disturbed: [8, 15], by: { $0.record = DNSNode(fault: .serverFailure) },
            truth: [
                .init(0...5, .enforced), .init(6...7, .absent, .warning, [outlives], until: 13),
                .init(
                    8, .unmeasured, .advice, ["record-lookup-failed", "recheck-after"], until: 13),
                .init(9...12, .absent, .warning, [outlives], until: 13),
                .init(13...14, .absent),
                .init(15, .unmeasured, .unmeasured, ["record-lookup-failed"]),
                .init(16...29, .absent),
            ]),
        Story(
            "removed-record", why: "the policy stays where nobody looks for it",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) }, .from(6) { $0.record = nil },
            ],
            truth: [
                .init(0...5, .enforced),
                .init(6...12, .absent, .error, [outlives, "record-missing"], until: 13),
                .init(13...29, .absent, .error, ["record-missing"]),
            ]),
        Story(
            "removed-policy-host", why: "the record stays and leads nowhere",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) }, .from(6) { $0.policyHost = nil },
            ],
            truth: [
                .init(0...5, .enforced),
                .init(6...12, .ineffective, .error, [outlives, "policy-host-missing"], until: 13),
                .init(13...29, .ineffective, .error, ["policy-host-missing"]),
            ]),
        Story(
            "removed-at-provider", why: "the provider's host is gone and the CNAME stays",
            published: [
                .from(0) {
                    $0.publish(id: "1", days: 7)
                    $0.policyHost?.aliases = ["{domain}.sts.provider.example"]
                },
                .from(6) {
                    $0.policyHost = DNSNode(
                        aliases: ["{domain}.sts.gone.example"], isDangling: true)
                },
            ],
            truth: [
                .init(0...5, .enforced),
                .init(6...12, .ineffective, .error, [outlives, "policy-host-dangling"], until: 13),
                .init(13...29, .ineffective, .error, ["policy-host-dangling"]),
            ]),
        Story(
            "removed-policy-file", why: "the host stays and answers 404",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) },
                .from(6) {
                    $0.host.response = .reply(
                        status: 404, contentType: "text/html", body: Scenario.Page.notFound)
                },
            ],
            truth: [
                .init(0...5, .enforced),
                .init(6...12, .ineffective, .error, [outlives, "policy-status"], until: 13),
                .init(13...29, .ineffective, .error, ["policy-status"]),
            ]),
        Story(
            "removed-by-the-book", why: "mode none until the last enforcing copy has expired",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(6) { $0.publish(id: "2", .none, days: 1) },
                .from(12) { $0.withdrawSTS() },
            ],
            truth: [
                .init(0...5, .enforced),
                .init(6...10, .disabled, .advice, ["mode-none", "recheck-after"], until: 11),
                .init(11...11, .disabled, .advice, ["mode-none"]), .init(12...29, .absent),
            ]),
        Story(
            "removed-too-early", why: "mode none for two nights: copies from before live on",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(6) { $0.publish(id: "2", .none, days: 1) },
                .from(8) { $0.withdrawSTS() },
            ],
            truth: [
                .init(0...5, .enforced),
                .init(6...7, .disabled, .advice, ["mode-none", "recheck-after"], until: 11),
                .init(8...10, .absent, .advice, ["recheck-after"], until: 11),
                .init(11...29, .absent),
            ]),
        Story(
            "removed-over-a-longer-copy",
            why: "the wait goes by the last policy alone, and an older one had a longer max_age",
            published: [
                .from(0) { $0.publish(id: "1", days: 10) },
                .from(6) { $0.publish(id: "2", days: 3) },
                .from(8) { $0.publish(id: "3", .none, days: 1) },
                .from(12) { $0.withdrawSTS() },
            ],
            // RFC 8461 §8.3: "policies older than the previously published policy may have been
            // served with a greater max_age": the first until night 6 + 10.
            truth: [
                .init(0...7, .enforced),
                .init(8...11, .disabled, .advice, ["mode-none", "recheck-after"], until: 16),
                .init(12...15, .absent, .advice, ["recheck-after"], until: 16),
                .init(16...29, .absent),
            ]),
        Story(
            "removed-after-lowering",
            why: "removed without mode none: the older copies outlive the last one (§8.3)",
            published: [
                .from(0) { $0.publish(id: "1", days: 10) },
                .from(6) { $0.publish(id: "2", days: 3) }, .from(8) { $0.withdrawSTS() },
            ],
            truth: [
                .init(0...7, .enforced), .init(8...15, .absent, .warning, [outlives], until: 16),
                .init(16...29, .absent),
            ]),
        Story(
            "removed-from-testing", why: "nothing is enforced by copies in testing mode",
            published: [
                .from(0) { $0.publish(id: "1", .testing, days: 5) },
                .from(6) { $0.withdrawSTS() },
            ],
            truth: [
                .init(0...5, .testing, .advice, ["mode-testing"]),
                .init(6...10, .absent, .advice, ["recheck-after"], until: 11),
                .init(11...29, .absent),
            ]),
    ]

    static let modes: [Story] = [
        Story(
            "testing-to-enforce", why: "some senders go on testing until their copy has expired",
            published: [
                .from(0) { $0.publish(id: "1", .testing, days: 4) },
                .from(7) { $0.publish(id: "2", days: 4) },
            ],
            truth: [
                .init(0...6, .testing, .advice, ["mode-testing"]),
                .init(7...10, .enforced, .advice, ["recheck-after"], until: 11),
                .init(11...29, .enforced),
            ]),
        Story(
            "enforce-to-testing", why: "and some go on enforcing",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(7) { $0.publish(id: "2", .testing, days: 5) },
            ],
            truth: [
                .init(0...6, .enforced),
                .init(7...11, .testing, .advice, ["mode-testing", "recheck-after"], until: 12),
                .init(12...29, .testing, .advice, ["mode-testing"]),
            ]),
    ]
}
