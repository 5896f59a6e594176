internal import MTASTS

extension TLSReportReader {
    /// The next report of the message at hand; nil when there is none left in it.
    mutating func nextOfMessage() -> Result<FoundReport, TLSReportFailure>? {
        guard let header = message?.header else { return nil }
        var source = TLSReportSource(path: path, message: mailbox?.count, mail: header)
        while let attachment = message?.next() ?? nil {
            source.attachment = attachment.name
            if let result = read(attachment, source) {
                hasResult = true
                return result
            }
        }
        message = nil
        defer { hasResult = false }
        source.attachment = nil
        return hasResult ? nil : .failure(TLSReportFailure(source: source, reason: .noReport))
    }

    /// Goes on to the next message of the mailbox at hand.
    ///
    /// - Returns: why there is no message to go on with; nil when there is one, or no more.
    mutating func nextOfMailbox() -> Result<FoundReport, TLSReportFailure>? {
        let item: Mailbox.Item?
        do throws(TLSReportFailure.Reason) {
            item = try mailbox?.next() ?? nil
        } catch {
            // It cannot be read on; what was in it before stands.
            let source = TLSReportSource(path: path, message: mailbox?.count)
            mailbox = nil
            return .failure(TLSReportFailure(source: source, reason: error))
        }
        do throws(TLSReportFailure.Reason) {
            switch item {
            case .message(let bytes): message = try MailMessage(bytes, limits: limits)
            case .tooLarge: throw .message(.tooLarge(limit: limits.messageBytes))
            case nil: mailbox = nil
            }
            return nil
        } catch {
            let source = TLSReportSource(path: path, message: mailbox?.count)
            return .failure(TLSReportFailure(source: source, reason: error))
        }
    }

    /// - Returns: nil for a part that is no report, and is not said to be one.
    private func read(
        _ attachment: MailMessage.Attachment, _ source: TLSReportSource
    ) -> Result<FoundReport, TLSReportFailure>? {
        // The text that says what is attached has no claim, and needs to be nothing.
        let isDeclared = attachment.isDeclared
        let isClaimed = attachment.claim >= (isDeclared ? .fileExtension : .fileName)
        var kind = ContentKind.unknown
        do throws(TLSReportFailure.Reason) {
            var content = try ByteSource.bytes(attachment.bytes, limits: limits)
            if content.isCompressed { kind = .json }
            kind = try Self.kind(&content)
            switch kind {
            case .json: break
            case .mail, .mbox, .unknown: if !isClaimed { return nil }
            case .archive(let archive): throw .archive(archive)
            case .notUTF8: throw .json(.notUTF8)
            case .empty: throw .empty
            }
            var (report, observations) = try Self.report(&content, limits: limits)
            if attachment.claim < .type { observations.note(.otherMediaType) }
            return .success(
                FoundReport(report: report, observations: observations, source: source))
        } catch {
            if !isClaimed, !(isDeclared && Self.mayBeReport(kind)) { return nil }
            return .failure(TLSReportFailure(source: source, reason: error))
        }
    }

    private static func mayBeReport(_ kind: ContentKind) -> Bool {
        switch kind {
        case .json, .archive: true
        case .mail, .mbox, .notUTF8, .empty, .unknown: false
        }
    }
}
