/// What a publish kit does for a domain.
public enum KitStanding: Hashable, Sendable {
    /// Senders find what they need, or it is the owner's choice that they do not.
    case sound
    /// There is something to publish.
    case publish
    /// Nothing is to be published before something else is done.
    case blocked(KitObstacle)

    public var code: String {
        switch self {
        case .sound: "sound"
        case .publish: "publish"
        case .blocked: "blocked"
        }
    }
}

/// Why a kit publishes nothing.
public enum KitObstacle: Hashable, Sendable {
    case noDomain
    case noMail
    /// The name of the STS record or of the policy host would be longer than DNS allows.
    case nameTooLong
    /// Record and policy say what they should; senders are stopped by something else.
    case elsewhere
    case plan(PlanObstacle)

    /// Stable.
    public var code: String {
        switch self {
        case .noDomain: "no-domain"
        case .noMail: "no-mail"
        case .nameTooLong: "name-too-long"
        case .elsewhere: "elsewhere"
        case .plan(let obstacle): obstacle.rawValue
        }
    }

    public var explanation: String {
        switch self {
        case .noDomain: "The domain does not exist: there is nowhere to publish."
        case .noMail: "The domain takes no mail, so there is nothing to protect."
        case .nameTooLong: "_mta-sts. or mta-sts. before this name is longer than DNS allows."
        case .elsewhere: "What can be published is not what is broken."
        case .plan(let obstacle): obstacle.explanation
        }
    }
}
