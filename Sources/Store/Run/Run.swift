public import Audit
public import Evidence

/// One audit of a portfolio, as the store knows it.
public struct Run: Hashable, Sendable, Identifiable {
    public var id: Int64
    /// The name under which this portfolio's runs follow one another.
    public var portfolio: String
    /// The run of the same portfolio before this one; nil for its first, or the first that is left.
    public var previous: Int64?
    public var kind: Kind
    public var state: State
    public var startedAt: Timestamp
    /// Nil when the portfolio was not read to its end.
    public var ingestedAt: Timestamp?
    public var finishedAt: Timestamp?
    public var fingerprint: String
    /// JSON, as given by whoever started the run.
    public var options: String
    public var toolVersion: String
    /// The portfolio's columns; empty until it was read to its end.
    public var header: PortfolioHeader
    /// Portfolio rows, sound or not.
    public var rowCount: Int
    public var invalidCount: Int
    /// Distinct domains.
    public var domainCount: Int
    /// The part of the portfolio that it is about; nil for the whole. Counts are those of the part.
    public var shard: Shard?

    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case audit
        case demo
        /// Stored evidence judged again by today's rules; nothing was looked up.
        case rejudge
    }

    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// Under way, or its process died: whoever gets the lock knows which.
        case running
        case interrupted
        case finished
        case failed
    }
}

/// What was to be said once of a run.
public struct RunNote: Hashable, Sendable {
    public var code: String
    public var detail: String

    public init(code: String, detail: String) {
        self.code = code
        self.detail = detail
    }
}

/// What a new run is to be.
public struct RunRequest: Hashable, Sendable {
    /// A name that stays the same from night to night. Rows and states are compared with those of
    /// the last run of the same name.
    public var portfolio: String
    /// Anything that changes when the portfolio's content does (see `ContentFingerprint`).
    public var fingerprint: String
    public var kind: Run.Kind
    /// A JSON object, kept with the run and shown with it.
    public var options: String
    public var toolVersion: String
    /// Only this part of the portfolio; nil for the whole.
    public var shard: Shard?

    public init(
        portfolio: String, fingerprint: String, kind: Run.Kind = .audit, options: String = "{}",
        toolVersion: String, shard: Shard? = nil
    ) {
        self.portfolio = portfolio
        self.fingerprint = fingerprint
        self.kind = kind
        self.options = options
        self.toolVersion = toolVersion
        self.shard = shard
    }
}

/// A short name for the content of a portfolio, fed as the content is read.
///
/// It tells a changed portfolio from an unchanged one; it is no protection against somebody who
/// builds two portfolios with the same name on purpose.
public struct ContentFingerprint: Sendable {
    private var hash: SipHash
    private var count = 0

    public init() { hash = SipHash(key: SipHash.Key(first: 0, second: 0)) }

    public mutating func combine(_ bytes: some Collection<UInt8>) {
        hash.combine(bytes)
        count += bytes.count
    }

    /// 32 hexadecimal digits and the length in bytes.
    public var description: String {
        hash.finish().hex + "-\(count)"
    }
}

extension SipHash.Value {
    /// 32 hexadecimal digits.
    var hex: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
