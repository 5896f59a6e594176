/// The record's id, by which senders know whether to fetch anew (RFC 8461 §3.1, §8.1).
extension Story {
    private typealias Hosts = DomainSpecification
    private static let wildcard = ["*.{domain}"]
    /// Another text of the same meaning.
    private static let reversed = Array(DomainSpecification.ownHosts.reversed())

    static let ids: [Story] = [
        Story(
            "steady", why: "thirty nights without a change",
            published: [.from(0) { $0.publish(id: "1", days: 7) }],
            truth: [.init(0...29, .enforced)]),
        Story(
            "id-forgotten", why: "another text under the same id, until the last copy has expired",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) },
                .from(10) { $0.publish(id: "1", mx: wildcard, days: 7) },
            ],
            truth: [
                .init(0...9, .enforced),
                .init(10...16, .enforced, .warning, ["id-unchanged"], until: 17),
                .init(17...29, .enforced),
            ]),
        Story(
            "id-forgotten-mended", why: "the id follows three nights later: senders fetch anew",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) },
                .from(10) { $0.publish(id: "1", mx: wildcard, days: 7) },
                .from(13) { $0.setID("2") },
            ],
            truth: [
                .init(0...9, .enforced),
                .init(10...12, .enforced, .warning, ["id-unchanged"], until: 17),
                .init(13...29, .enforced),
            ]),
        Story(
            "id-forgotten-twice", why: "two earlier texts under the id: the later one counts",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) },
                .from(5) { $0.publish(id: "1", mx: wildcard, days: 7) },
                .from(8) { $0.publish(id: "1", mx: reversed, days: 7) },
            ],
            truth: [
                .init(0...4, .enforced),
                .init(5...7, .enforced, .warning, ["id-unchanged"], until: 12),
                .init(8...14, .enforced, .warning, ["id-unchanged"], until: 15),
                .init(15...29, .enforced),
            ]),
        Story(
            "id-forgotten-with-mx",
            why: "mail moves under the old id; a new id ends only the one half of it",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(8) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "1", mx: Hosts.newHosts, days: 5)
                },
                .from(10) { $0.setID("2") },
            ],
            truth: [
                .init(0...7, .enforced),
                .init(
                    8...9, .enforced, .error, ["cached-policy-blocks-mx", "id-unchanged"],
                    until: 13),
                .init(10...12, .enforced, .error, ["cached-policy-blocks-mx"], until: 13),
                .init(13...29, .enforced),
            ]),
        Story(
            "id-churn", why: "a new id every night over the same text",
            published: [.from(0) { $0.publish(id: "night0", days: 3) }]
                + (1..<nights).map { night in .from(night) { $0.setID("night\(night)") } },
            truth: [.init(0...1, .enforced), .init(2...29, .enforced, .advice, ["id-churn"])]),
        Story(
            "id-churn-brief", why: "three needless changes are remembered for thirty days",
            published: [
                .from(0) { $0.publish(id: "1", days: 3) }, .from(5) { $0.setID("2") },
                .from(6) { $0.setID("3") }, .from(7) { $0.setID("4") },
            ],
            truth: [.init(0...5, .enforced), .init(6...29, .enforced, .advice, ["id-churn"])]),
        Story(
            "id-changed-once", why: "one needless change is nobody's trouble",
            published: [
                .from(0) { $0.publish(id: "1", days: 7) }, .from(10) { $0.setID("2") },
            ],
            truth: [.init(0...29, .enforced)]),
        Story(
            "id-reused", why: "an id comes back over a third text while the first is still held",
            published: [
                .from(0) { $0.publish(id: "1", days: 10) },
                .from(5) { $0.publish(id: "2", mx: wildcard, days: 10) },
                .from(8) { $0.publish(id: "1", mx: reversed, days: 10) },
            ],
            truth: [
                .init(0...7, .enforced),
                .init(8...14, .enforced, .warning, ["id-reused"], until: 15),
                .init(15...29, .enforced),
            ]),
        Story(
            "id-rollback", why: "the earlier id with its earlier text: whoever holds it is right",
            published: [
                .from(0) { $0.publish(id: "1", days: 10) },
                .from(6) { $0.publish(id: "2", mx: wildcard, days: 10) },
                .from(9) { $0.publish(id: "1", days: 10) },
            ],
            truth: [.init(0...29, .enforced)]),
    ]
}
