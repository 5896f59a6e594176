import CCurl
import COpenSSL
import Evidence
import Testing

@testable import Fetch

/// What the Lab cannot easily do on the wire, from the record of a transfer.
@Suite("Outcome of a transfer")
struct OutcomeTests {
    struct Row: Sendable {
        var record: TransferRecord
        var result: CURLcode
        var failure: FetchFailure?
        var why: String
    }

    static func connected(_ change: (inout TransferRecord) -> Void = { _ in }) -> TransferRecord {
        var record = TransferRecord()
        record.handshakeBegan = true
        change(&record)
        return record
    }

    static func answered(_ change: (inout TransferRecord) -> Void = { _ in }) -> TransferRecord {
        connected {
            $0.handshakeDone = true
            $0.status = 200
            $0.headerDone = true
            change(&$0)
        }
    }

    static let rows: [Row] = [
        Row(
            record: answered { $0.closeNotifyReceived = true }, result: CURLE_OK, failure: nil,
            why: "no length, and close_notify says that this is all"),
        Row(
            record: answered(), result: CURLE_OK, failure: .brokenResponse(.truncated),
            why: "no length and no close_notify: anyone on the path may have cut it"),
        Row(
            record: answered { $0.announcedLength = 5 }, result: CURLE_OK, failure: nil,
            why: "the length was reached, so a missing close_notify hides nothing"),
        Row(
            record: answered { $0.isChunked = true }, result: CURLE_OK, failure: nil,
            why: "the last chunk came"),
        Row(
            record: answered {
                $0.isChunked = true; $0.socketFailed = true
            },
            result: CURLE_RECV_ERROR, failure: .connectionLost, why: "a reset between chunks"),
        Row(
            record: connected {
                $0.handshakeDone = true; $0.alert = 116
            }, result: CURLE_RECV_ERROR,
            failure: .tls(.alert(116)),
            why: "TLS 1.3: certificate_required comes after our side is done"),
        Row(
            record: connected { $0.alert = 70 }, result: CURLE_SSL_CONNECT_ERROR,
            failure: .tls(.oldVersion), why: "RFC 8446 §6.2: protocol_version"),
        Row(
            record: connected { $0.alert = 40 }, result: CURLE_SSL_CONNECT_ERROR,
            failure: .tls(.alert(40)), why: "handshake_failure says no more than that"),
        Row(
            record: connected { $0.handshakeReason = SSL_R_UNSUPPORTED_PROTOCOL },
            result: CURLE_SSL_CONNECT_ERROR, failure: .tls(.oldVersion),
            why: "the server chose a version below ours"),
        Row(
            record: connected { $0.handshakeReason = SSL_R_DH_KEY_TOO_SMALL },
            result: CURLE_SSL_CONNECT_ERROR, failure: .tls(.other(Int(SSL_R_DH_KEY_TOO_SMALL))),
            why: "kept as OpenSSL's reason"),
        Row(
            record: connected(), result: CURLE_SSL_CONNECT_ERROR, failure: .tls(.reset),
            why: "closed without a word"),
        Row(
            record: TransferRecord(), result: CURLE_OPERATION_TIMEDOUT, failure: .connectTimeout,
            why: "TCP was not up"),
        Row(
            record: connected(), result: CURLE_OPERATION_TIMEDOUT, failure: .tlsTimeout,
            why: "TCP was up"),
        Row(
            record: answered {
                $0.verifyErrors = [.init(code: X509_V_ERR_CERT_HAS_EXPIRED, depth: 0)]
            },
            result: CURLE_OK, failure: .certificate([.expired]),
            why: "a recorded problem is failure whatever libcurl says"),
        Row(
            record: connected {
                $0.verifyErrors = [
                    .init(code: X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, depth: 0),
                    .init(code: X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, depth: 0),
                ]
            }, result: CURLE_PEER_FAILED_VERIFICATION, failure: .certificate([.chainIncomplete]),
            why: "two complaints, one problem"),
        Row(
            record: connected {
                $0.verifyErrors = [
                    .init(code: X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, depth: 1)
                ]
            }, result: CURLE_PEER_FAILED_VERIFICATION, failure: .certificate([.untrusted]),
            why: "the intermediate is there and its root is not ours"),
        Row(
            record: connected {
                $0.verifyErrors = [.init(code: X509_V_ERR_CERT_REVOKED, depth: 0)]
            }, result: CURLE_PEER_FAILED_VERIFICATION, failure: .certificate([.other(23)]),
            why: "kept as OpenSSL's code"),
        Row(
            record: TransferRecord(), result: CURLE_OUT_OF_MEMORY, failure: .local(code: 27),
            why: "ours, and no statement about the host"),
    ]

    @Test(
        "through a proxy, only what the host's own TLS vouches for is the host's",
        arguments: [
            (.failed(.connectRefused), true, "by whom?"),
            (.failed(.connectTimeout), true, "the proxy is not reached, or waits"),
            (.failed(.unreachable), true, "no route to the proxy"),
            (.failed(.tlsTimeout), true, "bytes that do not come"),
            (.failed(.tls(.reset)), true, "a tunnel that ends"),
            (.failed(.tls(.notTLS)), true, "the proxy's own page"),
            (.failed(.tls(.alert(49))), true, "access_denied, by a firewall"),
            (.failed(.tls(.oldVersion)), true, "nobody has vouched for that alert"),
            (.failed(.responseTimeout), true, "bytes that do not come"),
            (.failed(.connectionLost), true, "a tunnel that ends"),
            (.failed(.brokenResponse(.truncated)), true, "a cut"),
            (.failed(.brokenResponse(.empty)), true, "a cut"),
            (.failed(.local(code: 56)), true, "libcurl's word for a refused CONNECT"),
            (.failed(.local(code: 27)), false, "no memory left here"),
            (.failed(.local(code: -24)), false, "no descriptor left here"),
            (.failed(.guarded), false, "our own guard"),
            (.failed(.certificate([.expired])), false, "the host's certificate"),
            (.failed(.tooLarge(limitBytes: 1)), false, "read within TLS"),
            (.failed(.brokenResponse(.badHeader)), false, "read within TLS"),
            (.failed(.proxy(status: 403)), false, "known already"),
        ] as [(Fetch.Outcome, Bool, String)])
    func proxy(outcome: Fetch.Outcome, isDoubtful: Bool, why: String) {
        #expect(TransferRecord().leavesDoubt(outcome) == isDoubtful, "\(why)")
    }

    @Test("and so is an alert behind the handshake")
    func behindProxy() {
        let record = Self.connected { $0.handshakeDone = true }
        #expect(!record.leavesDoubt(.failed(.tls(.alert(116)))))
    }

    @Test("a cut that the host itself announced is no proxy's doing")
    func announcedCut() {
        var record = TransferRecord()
        record.closeNotifyReceived = true
        #expect(!record.leavesDoubt(.failed(.brokenResponse(.truncated))))
    }

    @Test("from record and result code", arguments: rows) func outcome(row: Row) {
        let outcome = row.record.outcome(result: row.result, systemError: 0, limitBytes: 65_536)
        switch outcome {
        case .response: #expect(row.failure == nil, "\(row.why)")
        case .failed(let failure): #expect(failure == row.failure, "\(row.why)")
        }
    }

    @Test(
        "errno of a connect",
        arguments: [
            (111, .connectRefused), (110, .connectTimeout), (101, .unreachable),
            (113, .unreachable),
            (97, .unreachable), (99, .unreachable), (24, .local(code: -24)),
        ] as [(Int32, FetchFailure)])
    func systemErrors(error: Int32, failure: FetchFailure) {
        let outcome = TransferRecord().outcome(
            result: CURLE_COULDNT_CONNECT, systemError: error, limitBytes: 65_536)
        #expect(outcome == .failed(failure))
    }
}
