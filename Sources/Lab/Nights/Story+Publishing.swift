/// The moves that stories are made of.
extension DomainSpecification {
    /// Patterns or hosts of the domain's own mail service, the default.
    static let ownHosts = ["mx1.{domain}", "mx2.{domain}"]
    /// Of the provider that mail is moved to.
    static let newHosts = ["in1.provider.example", "in2.provider.example"]
    /// Of one more provider.
    static let thirdHosts = ["a.mail.provider.example", "b.mail.provider.example"]

    /// Record and policy, both anew. An id says nothing: "1" is as good as a date.
    mutating func publish(
        id: String, _ mode: STSMode = .enforce, mx: [String] = ownHosts, days: Int
    ) {
        setID(id)
        serve(
            PolicyText(
                mode: "mode: \(mode.rawValue)", mx: mx.map { "mx: " + $0 },
                maxAge: "max_age: \(days * NightWorld.secondsPerNight)"))
    }

    /// The record alone.
    mutating func setID(_ id: String) { record?.texts = [["v=STSv1; id=\(id);"]] }

    /// Mail goes to these hosts from now on, the first preferred.
    mutating func moveMail(to hosts: [String]) {
        mx = hosts.enumerated().map { MailExchange(UInt16(10 + 10 * $0.offset), $0.element) }
    }

    enum STSMode: String { case enforce, testing, none }
}
