/// What a transfer is for.
enum Errand {
    /// A GET of the policy (RFC 8461 §3.3).
    case policy
    /// EHLO, STARTTLS, EHLO, NOOP, QUIT and no mail (RFC 3207, RFC 8461 §4.2).
    case mail
}
