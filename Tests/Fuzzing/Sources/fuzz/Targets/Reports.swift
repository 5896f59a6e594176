internal import CFuzzer
internal import Glibc
internal import MTASTS
@testable internal import TLSReports

/// Lower than the defaults, so that inputs of a few kilobytes meet them.
private let limits = {
    var limits = TLSReportLimits()
    limits.reportBytes = 1 << 20
    limits.jsonDepth = 8
    limits.jsonValues = 1_000
    limits.textBytes = 64
    limits.identityBytes = 64
    limits.policyLines = 8
    limits.messageBytes = 1 << 20
    limits.mimeDepth = 4
    limits.mimeParts = 16
    return limits
}()

func fuzzReport(_ bytes: [UInt8]) {
    guard let (report, observations) = try? TLSReportReader.report(bytes, limits: limits) else {
        return
    }
    check(report)
    for item in observations.items { require(item.example.utf8.count <= 64, "a long example") }
    // The default limits let through what lower ones do.
    require((try? TLSReportReader.report(bytes)) != nil, "refused by a higher limit")
}

private func check(_ report: TLSReport) {
    for identity in [report.organization, report.id] {
        require(!identity.isEmpty && identity.utf8.count <= limits.identityBytes, "no identity")
        require(!identity.utf8.contains(0), "a zero byte")
    }
    let times = [report.start, report.end]
    require(times.allSatisfy { (-86_400...253_402_387_199).contains($0) }, "no time")
    let counts = 0...1_000_000_000_000
    for policy in report.policies {
        require(counts.contains(policy.successfulSessions), "no count")
        require(counts.contains(policy.failedSessions), "no count")
        require(policy.strings.count <= limits.policyLines, "too many policy-string lines")
        require(policy.mxHosts.count <= limits.policyLines, "too many patterns")
        for failure in policy.failures {
            require(counts.contains(failure.sessions), "no count")
            for text in [
                failure.resultType, failure.sendingMTA, failure.receivingMX,
                failure.receivingHELO, failure.receivingIP, failure.additionalInformation,
                failure.reasonCode,
            ] {
                require((text?.utf8.count ?? 0) <= limits.textBytes, "a long text")
                require(text?.utf8.contains(0) != true, "a zero byte")
            }
        }
    }
}

/// Through a file, since that is the way in: what kind it is of is told by its content.
func fuzzMail(_ bytes: [UInt8]) {
    let file = unsafe memfd_create("fuzz", 0)
    require(file >= 0, "no memory file")
    defer { close(file) }
    let written = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    require(written == bytes.count, "a short write")
    var reader = TLSReportReader(["/proc/self/fd/\(file)"], limits: limits)
    var results = 0
    while let result = reader.next() {
        results += 1
        require(results <= bytes.count + 1, "more results than bytes")
        switch result {
        case .success(let found): check(found.report)
        case .failure(let failure): require(!failure.description.isEmpty, "no words")
        }
    }
    require(results > 0, "a file without a result")
}
