public import Evidence

/// One DNS record to publish, or to take away.
public struct RecordChange: Hashable, Sendable {
    public enum Action: String, Hashable, Sendable, CaseIterable {
        /// Nothing of this type is at the name.
        case add
        /// Takes the place of all records of this type at the name, together with the others
        /// that do.
        case replace
        /// This one record goes.
        case delete
    }

    public enum Value: Hashable, Sendable {
        /// One TXT record, its strings joined.
        case text(Octets)
        /// CNAME, without the final dot.
        case alias(String)
        case address(IPAddress)

        public var type: String {
            switch self {
            case .text: "TXT"
            case .alias: "CNAME"
            case .address(let address): address.family == .v4 ? "A" : "AAAA"
            }
        }
    }

    public var action: Action
    /// Lower case, without the final dot; may have labels that begin with an underscore.
    public var owner: String
    public var value: Value
    /// In seconds.
    public var ttl: Int
    /// One line for the person who publishes it: why, or what else is to be seen to.
    public var note: String
    /// The records that a replacement ends; as received.
    public var replaced: [Value]

    init(
        _ action: Action, _ owner: String, _ value: Value, ttl: Int, note: String,
        replaced: [Value] = []
    ) {
        self.action = action
        self.owner = owner
        self.value = value
        self.ttl = ttl
        self.note = note
        self.replaced = replaced
    }

    public var type: String { value.type }
}
