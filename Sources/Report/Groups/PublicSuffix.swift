internal import CPSL

/// Registrable domains by the Public Suffix List that libpsl carries.
enum PublicSuffix {
    /// `example.co.uk` of `mx1.example.co.uk`; nil for a public suffix itself and for no name.
    ///
    /// - Parameter host: A-labels in lower case, without a final dot.
    static func registrableDomain(_ host: String) -> String? {
        guard let list = unsafe psl_builtin() else { return nil }
        return unsafe host.withCString { name in
            guard let start = unsafe psl_registrable_domain(list, name) else { return nil }
            return unsafe String(cString: start)
        }
    }
}
