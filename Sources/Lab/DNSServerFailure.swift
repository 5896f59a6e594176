public import Loop

/// Why the lab's DNS server could not start. Nothing is left behind after a failure.
public enum DNSServerFailure: Error, Hashable, Sendable {
    /// Someone else has this port, for UDP or TCP.
    case portInUse(UInt16)
    case socket(call: Call, code: Int32)
    case loop(Loop.StartFailure)

    public enum Call: String, Hashable, Sendable {
        case socket, bind, listen, getsockname
    }
}
