/// How gently MX hosts are probed, over all reactors of a survey.
///
/// Each host is probed once in a run, however many domains name it; these limits are for what
/// many hosts have in common, their provider's addresses.
public struct ProbeLimits: Hashable, Sendable {
    /// Probes in flight in all.
    public var inFlight: Int
    /// Probes in flight to one address.
    public var perAddress: Int
    /// New connections to one address in a second.
    public var perSecond: Int
    /// Hosts whose result is kept for the domains that name them later: those asked for last, at
    /// 1.4 KB each, or 4.4 KB where every certificate has 32 names. In a run with more hosts than
    /// this, one that nobody asked for in a long time may be probed again.
    public var hostsKept: Int

    public init(
        inFlight: Int = 64, perAddress: Int = 4, perSecond: Int = 10, hostsKept: Int = 16_384
    ) {
        self.inFlight = inFlight
        self.perAddress = perAddress
        self.perSecond = perSecond
        self.hostsKept = hostsKept
    }
}
