import CCurl
import COpenSSL
import Evidence
import Testing

@testable import Fetch

@Suite("Dialogue with an MX host: RFC 5321 §4.2, RFC 3207 §4")
struct MailDialogueTests {
    struct Row: Sendable {
        /// With CRLF put after each; the last one decides.
        var lines: [String]
        var step: MailDialogue.Step
        var failure: MailProbeFailure?
        var why: String
    }

    static let hello = ["220 mx ESMTP", "250-mx", "250-STARTTLS", "250 SIZE"]

    static let rows: [Row] = [
        Row(lines: ["220 mx ESMTP"], step: .goOn, failure: nil, why: "EHLO is next"),
        Row(lines: ["220-one", "220 two"], step: .goOn, failure: nil, why: "a greeting of two"),
        Row(lines: ["220"], step: .goOn, failure: nil, why: "§4.2: text may be left out"),
        Row(lines: ["HTTP/1.1 400 No"], step: .drop, failure: .notSMTP, why: "HTTP"),
        Row(lines: ["SSH-2.0-x"], step: .drop, failure: .notSMTP, why: "SSH"),
        Row(lines: ["* OK IMAP"], step: .drop, failure: .notSMTP, why: "IMAP"),
        Row(lines: [""], step: .drop, failure: .notSMTP, why: "an empty line"),
        Row(lines: ["2200 x"], step: .drop, failure: .notSMTP, why: "four digits"),
        Row(lines: ["020 x"], step: .drop, failure: .notSMTP, why: "§4.2: from 2 to 5"),
        Row(lines: ["620 x"], step: .drop, failure: .notSMTP, why: "§4.2: from 2 to 5"),
        Row(
            lines: ["220-mx", "who is it", "220 mx"], step: .goOn, failure: nil,
            why: "senders pass over words between the lines of a reply"),
        Row(lines: ["421 busy"], step: .quit, failure: .refused(code: 421), why: "4xx"),
        Row(lines: ["554-no", "554 no"], step: .quit, failure: .refused(code: 554), why: "5xx"),
        Row(
            lines: ["220 mx", "250 mx"], step: .quit, failure: .startTLSMissing,
            why: "no extensions at all"),
        Row(
            lines: ["220 mx", "250-STARTTLS", "250 SIZE"], step: .quit,
            failure: .startTLSMissing,
            why: "RFC 5321 §4.1.1.1: the first line is the host's name"),
        Row(
            lines: ["220 mx", "250-mx", "250 STARTTLSX"], step: .quit, failure: .startTLSMissing,
            why: "another keyword"),
        Row(
            lines: ["220 mx", "250-mx", "250-XXXXXXXA", "250 SIZE"], step: .quit,
            failure: .startTLSMissing, why: "overwritten by a firewall"),
        Row(
            lines: ["220 mx", "502 what"], step: .quit, failure: .startTLSMissing,
            why: "RFC 5321 §3.2: HELO is next, and HELO has no STARTTLS"),
        Row(
            lines: ["220 mx", "550 not you"], step: .quit, failure: .refused(code: 550),
            why: "this client is refused, which says nothing of TLS"),
        Row(lines: hello, step: .goOn, failure: nil, why: "STARTTLS is next"),
        Row(
            lines: ["220 mx", "250-mx", "250 starttls"], step: .goOn, failure: nil,
            why: "RFC 5321 §2.4: in any case"),
        Row(
            lines: hello + ["454 not now"], step: .quit, failure: .startTLSRefused(code: 454),
            why: "RFC 3207 §4"),
        Row(
            lines: hello + ["250 ok"], step: .quit, failure: .startTLSRefused(code: 250),
            why: "RFC 3207 §4: 220 and nothing else"),
        Row(lines: hello + ["220 go"], step: .goOn, failure: nil, why: "TLS is next"),
        Row(
            lines: hello + ["220 go", "250 and more"], step: .drop, failure: .tls(.notTLS),
            why: "in the clear after the 220"),
    ]

    @Test("before TLS", arguments: rows) func clear(row: Row) {
        var dialogue = MailDialogue()
        var step = MailDialogue.Step.goOn
        for line in row.lines {
            #expect(step == .goOn, "\(row.why): ended before '\(line)'")
            step = dialogue.read(Array((line + "\r\n").utf8), isSecure: false)
        }
        #expect(step == row.step, "\(row.why)")
        #expect(dialogue.failure == row.failure, "\(row.why)")
    }

    @Test("a line is bounded, and so is the place where a keyword is looked for") func longLine() {
        let long = Array("250-STARTTLS".utf8) + [UInt8](repeating: 0x41, count: 100_000)
        #expect(ReplyLine(long)?.isKeyword("STARTTLS") == false)
        #expect(ReplyLine(long)?.code == 250)
    }
}

@Suite("Outcome of a probe")
struct MailOutcomeTests {
    struct Row: Sendable {
        var record: TransferRecord
        var result: CURLcode
        var outcome: MailProbe.Outcome
        var why: String
    }

    /// What was seen when these lines had come.
    static func heard(
        _ lines: [String], _ change: (inout TransferRecord) -> Void = { _ in }
    ) -> TransferRecord {
        var record = TransferRecord()
        record.isConnected = true
        for line in lines { _ = record.dialogue.read(Array((line + "\r\n").utf8), isSecure: false) }
        change(&record)
        return record
    }

    static let ready = MailDialogueTests.hello + ["220 go"]

    static func shaken(_ change: (inout TransferRecord) -> Void = { _ in }) -> TransferRecord {
        heard(ready) {
            $0.handshakeBegan = true
            $0.handshakeDone = true
            change(&$0)
        }
    }

    static let rows: [Row] = [
        Row(
            record: TransferRecord(), result: CURLE_OPERATION_TIMEDOUT,
            outcome: .failed(.connectTimeout), why: "TCP was not up"),
        Row(
            record: heard([]), result: CURLE_OPERATION_TIMEDOUT, outcome: .failed(.silent),
            why: "TCP was up"),
        Row(
            record: heard(["220 mx"]), result: CURLE_RECV_ERROR,
            outcome: .failed(.connectionLost), why: "lost before STARTTLS: of any meaning"),
        Row(
            record: heard(["220 mx"]) { $0.peerIsThere = true }, result: CURLE_RECV_ERROR,
            outcome: .failed(.notSMTP),
            why: "not lost: libcurl refuses replies beyond limits of its own"),
        Row(
            record: heard(MailDialogueTests.hello), result: CURLE_RECV_ERROR,
            outcome: .failed(.tls(.reset)), why: "STARTTLS was said, and the host hung up"),
        Row(
            record: heard(MailDialogueTests.hello), result: CURLE_OPERATION_TIMEDOUT,
            outcome: .failed(.tlsTimeout), why: "STARTTLS was said, and not answered"),
        Row(
            record: heard(MailDialogueTests.hello), result: CURLE_USE_SSL_FAILED,
            outcome: .failed(.local(code: 64)),
            why: "libcurl looks for STARTTLS in capitals only: its fault, not the host's"),
        Row(
            record: heard(ready) { $0.handshakeBegan = true }, result: CURLE_OPERATION_TIMEDOUT,
            outcome: .failed(.tlsTimeout), why: "in the handshake"),
        Row(
            record: shaken { $0.alert = 116 }, result: CURLE_RECV_ERROR,
            outcome: .failed(.tls(.alert(116))),
            why: "TLS 1.3: certificate_required comes after our side is done"),
        Row(
            record: shaken {
                _ = $0.dialogue.read(Array("250 mx\r\n".utf8), isSecure: true)
                $0.alert = 80
            }, result: CURLE_RECV_ERROR, outcome: .verified,
            why: "an alert after it spoke within TLS"),
        Row(
            record: shaken(), result: CURLE_OPERATION_TIMEDOUT, outcome: .verified,
            why: "the handshake is the proof, not what follows"),
        Row(
            record: shaken {
                $0.verifyErrors = [.init(code: X509_V_ERR_CERT_HAS_EXPIRED, depth: 0)]
            }, result: CURLE_OK, outcome: .failed(.certificate([.expired])),
            why: "a recorded problem is failure whatever libcurl says"),
        Row(
            record: shaken { $0.headerOverLimit = true }, result: CURLE_ABORTED_BY_CALLBACK,
            outcome: .verified, why: "endless words within TLS"),
        Row(
            record: heard(ready) {
                $0.handshakeBegan = true
                $0.headerOverLimit = true
            }, result: CURLE_ABORTED_BY_CALLBACK, outcome: .failed(.tls(.notTLS)),
            why: "a handshake of more than 256 KiB is none"),
        Row(
            record: TransferRecord(), result: CURLE_OUT_OF_MEMORY,
            outcome: .failed(.local(code: 27)), why: "ours, and no statement about the host"),
    ]

    @Test("from record and result code", arguments: rows) func outcome(row: Row) {
        #expect(
            row.record.mailOutcome(result: row.result, systemError: 0) == row.outcome, "\(row.why)")
    }
}
