internal import Audit
internal import MTASTS
internal import Survey

func fuzzPortfolio(_ bytes: [UInt8]) {
    read(bytes, PortfolioLimits())
    // So low that inputs of a few hundred bytes meet them.
    read(bytes, PortfolioLimits(fieldBytes: 24, rowBytes: 64))
}

private func read(_ bytes: [UInt8], _ limits: PortfolioLimits) {
    guard var reader = try? PortfolioReader.open(.bytes(bytes), limits: limits) else { return }
    let carried = reader.header.carried.count
    var line = 0
    while let item = (try? reader.next()) ?? nil {
        switch item {
        case .note(let note): require(note.line == line, "a note on another row")
        case .row(let row):
            require(row.line > line, "rows out of order")
            line = row.line
            require((row.domain == nil) == (row.problem != nil), "neither sound nor broken")
            require(row.carried.count == carried, "columns out of step")
            if let domain = row.domain {
                require((try? DomainName(domain.description)) == domain, "another domain")
            }
        }
    }
}
