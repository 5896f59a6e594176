public import Loop

/// Why the lab's policy hosts or its mail hosts could not start. Nothing is left behind after a failure.
public enum HostServerFailure: Error, Hashable, Sendable {
    /// Someone else listens at this address and port.
    case addressInUse(address: String, port: UInt16)
    case socket(call: SocketCall, code: Int32)
    case loop(Loop.StartFailure)
    /// OpenSSL refused a step it has no reason to refuse (no memory, a provider switched off).
    case openSSL(MintFailure)
    /// The folder or the PEM file of the lab root could not be written.
    case caFile(code: Int32)
    /// Connections to the hanging address are accepted however many are opened.
    case nothingHangs

    public enum SocketCall: String, Hashable, Sendable {
        case socket, bind, listen, getsockname, connect
    }
}

/// The step of key generation, minting or TLS set-up that failed.
public enum MintFailure: String, Error, Hashable, Sendable {
    case key, certificate, subject, validity, extensions, signature, context, session
}
