/// One connection to a policy host: a handshake, a request, a response.
final class PolicyConnection: HostConnection {
    private let world: any World
    private let tally: PolicyTally
    // Known from the ClientHello on.
    private var serverName = ""
    private var behaviour = ResponseBehaviour.empty
    private var request = PolicyRequest()

    init?(
        desk: HostDesk, descriptor: Int32, address: String, world: any World, tally: PolicyTally
    ) {
        self.world = world
        self.tally = tally
        super.init(desk: desk, descriptor: descriptor, address: address, speaksFirst: false)
    }

    override func handshake(for serverName: String?) -> HandshakeBehaviour {
        guard let serverName else {
            behaviour = .reply(status: 404, body: Array("No server name, no policy.\n".utf8))
            return .certificate(CertificateRecipe())
        }
        self.serverName = serverName
        let host = world.policyHost(serverName, at: address)
        behaviour = host.response
        return host.handshake
    }

    override func receive(_ bytes: ArraySlice<UInt8>) {
        switch request.append(bytes) {
        case .incomplete: return
        case .policy: send(Outgoing(tally.settle(behaviour, for: serverName)))
        case .refused(let status):
            tally.note(serverName)
            send(Outgoing(.reply(status: status, body: [])))
        }
        request = PolicyRequest()
    }

    override var plainWords: [UInt8] {
        let body = "This port speaks plain HTTP.\n"
        let text =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n" + body
        return Array(text.utf8)
    }
}
