/// Mail moves to other hosts while senders hold a policy that names the old ones (RFC 8461 §5.1).
extension Story {
    private typealias Hosts = DomainSpecification
    private static let blocked: Set<String> = ["cached-policy-blocks-mx"]

    static let migrations: [Story] = [
        Story(
            "mx-migration", why: "MX and policy move in one night: the held policy covers no host",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(8) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "2", mx: Hosts.newHosts, days: 5)
                },
            ],
            truth: [
                .init(0...7, .enforced), .init(8...12, .enforced, .error, blocked, until: 13),
                .init(13...29, .enforced),
            ]),
        Story(
            "mx-migration-partial", why: "one of the old hosts stays: mail has a way",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(8) {
                    let hosts = [Hosts.ownHosts[0], Hosts.newHosts[0]]
                    $0.moveMail(to: hosts)
                    $0.publish(id: "2", mx: hosts, days: 5)
                },
            ],
            truth: [
                .init(0...7, .enforced), .init(8...12, .enforced, .warning, blocked, until: 13),
                .init(13...29, .enforced),
            ]),
        Story(
            "mx-migration-union",
            why: "a policy of both, a wait, the move, the new list: no trouble",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(5) { $0.publish(id: "2", mx: Hosts.ownHosts + Hosts.newHosts, days: 5) },
                .from(10) { $0.moveMail(to: Hosts.newHosts) },
                .from(11) { $0.publish(id: "3", mx: Hosts.newHosts, days: 5) },
            ],
            truth: [
                .init(0...4, .enforced),
                .init(5...10, .enforced, .advice, ["mx-pattern-unused"]),
                .init(11...29, .enforced),
            ]),
        Story(
            "mx-migration-hurried", why: "a policy of both, and no patience",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(5) { $0.publish(id: "2", mx: Hosts.ownHosts + Hosts.newHosts, days: 5) },
                .from(7) { $0.moveMail(to: Hosts.newHosts) },
                .from(11) { $0.publish(id: "3", mx: Hosts.newHosts, days: 5) },
            ],
            truth: [
                .init(0...4, .enforced), .init(5...6, .enforced, .advice, ["mx-pattern-unused"]),
                .init(
                    7...9, .enforced, .error, ["cached-policy-blocks-mx", "mx-pattern-unused"],
                    until: 10),
                .init(10...10, .enforced, .advice, ["mx-pattern-unused"]),
                .init(11...29, .enforced),
            ]),
        Story(
            "mx-migration-policy-late",
            why: "the policy follows two nights later; the old one may be fetched until then",
            published: [
                .from(0) { $0.publish(id: "1", days: 4) },
                .from(6) { $0.moveMail(to: Hosts.newHosts) },
                .from(8) { $0.publish(id: "2", mx: Hosts.newHosts, days: 4) },
            ],
            truth: [
                .init(0...5, .enforced), .init(6...7, .bouncing, .error, ["mx-all-uncovered"]),
                .init(8...11, .enforced, .error, blocked, until: 12),
                .init(12...29, .enforced),
            ]),
        Story(
            "mx-migration-twice", why: "the first of two earlier policies is held longest",
            published: [
                .from(0) { $0.publish(id: "1", days: 10) },
                .from(5) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "2", mx: Hosts.newHosts, days: 3)
                },
                .from(7) {
                    $0.moveMail(to: Hosts.thirdHosts)
                    $0.publish(id: "3", mx: Hosts.thirdHosts, days: 3)
                },
            ],
            truth: [
                .init(0...4, .enforced), .init(5...14, .enforced, .error, blocked, until: 15),
                .init(15...29, .enforced),
            ]),
        Story(
            "mx-away-and-back", why: "back home, it is the policy of the journey that blocks",
            published: [
                .from(0) { $0.publish(id: "1", days: 8) },
                .from(6) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "2", mx: Hosts.newHosts, days: 8)
                },
                .from(9) {
                    $0.moveMail(to: Hosts.ownHosts)
                    $0.publish(id: "3", days: 8)
                },
            ],
            truth: [
                .init(0...5, .enforced), .init(6...8, .enforced, .error, blocked, until: 14),
                .init(9...16, .enforced, .error, blocked, until: 17),
                .init(17...29, .enforced),
            ]),
        Story(
            "provider-move", why: "MX, policy host and its address in one night",
            published: [
                .from(0) { $0.publish(id: "1", days: 6) },
                .from(10) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "2", mx: Hosts.newHosts, days: 6)
                    $0.policyHost = DNSNode(
                        addresses: [LabAddress.second],
                        aliases: ["{domain}.sts.provider.example"])
                },
            ],
            truth: [
                .init(0...9, .enforced), .init(10...15, .enforced, .error, blocked, until: 16),
                .init(16...29, .enforced),
            ]),
        Story(
            "move-in-the-dark",
            why: "the record cannot be read on the night of the move: the old policy may have "
                + "been there until it could",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(8) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "2", mx: Hosts.newHosts, days: 5)
                },
            ],
            disturbed: [8, 9], by: { $0.record?.fault = .serverFailure },
            truth: [
                .init(0...7, .enforced),
                .init(8...9, .unmeasured, .unmeasured, ["record-lookup-failed"]),
                .init(10...14, .enforced, .error, blocked, until: 15),
                .init(15...29, .enforced),
            ]),
        Story(
            "mx-migration-testing", why: "testing mode does not help against what is held",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(6) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "2", .testing, mx: Hosts.newHosts, days: 5)
                },
            ],
            truth: [
                .init(0...5, .enforced),
                .init(
                    6...10, .testing, .error, ["cached-policy-blocks-mx", "mode-testing"],
                    until: 11),
                .init(11...29, .testing, .advice, ["mode-testing"]),
            ]),
        Story(
            "mx-migration-switched-off", why: "nor does mode none in the same night",
            published: [
                .from(0) { $0.publish(id: "1", days: 5) },
                .from(6) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "2", .none, days: 1)
                },
            ],
            truth: [
                .init(0...5, .enforced),
                .init(
                    6...10, .disabled, .error, ["cached-policy-blocks-mx", "mode-none"], until: 11),
                .init(11...29, .disabled, .advice, ["mode-none"]),
            ]),
        Story(
            "max-age-lowered-too-late",
            why: "the policy with the short max_age expires before the one that it replaced",
            published: [
                .from(0) { $0.publish(id: "1", days: 10) },
                .from(6) { $0.publish(id: "2", days: 3) },
                .from(12) {
                    $0.moveMail(to: Hosts.newHosts)
                    $0.publish(id: "3", mx: Hosts.newHosts, days: 3)
                },
            ],
            // The first until night 6 + 10, the second until night 12 + 3.
            truth: [
                .init(0...11, .enforced), .init(12...15, .enforced, .error, blocked, until: 16),
                .init(16...29, .enforced),
            ]),
    ]
}
