internal import Glibc
internal import Lab

/// Inputs to begin with, all of them made here: from the lab's scenarios and by hand.
enum Seeds {
    /// Writes the seeds of a target as files into `folder/TARGET`.
    static func write(_ target: Target, under folder: String) {
        _ = unsafe mkdir(folder, 0o755)
        let place = "\(folder)/\(target.rawValue)"
        _ = unsafe mkdir(place, 0o755)
        // A repeated seed is of no use.
        var seen: Set<[UInt8]> = []
        for bytes in all(target) where seen.insert(bytes).inserted {
            let path = "\(place)/seed-\(seen.count)"
            guard let file = unsafe fopen(path, "w") else { fail("cannot write \(path)") }
            unsafe fwrite(bytes, 1, bytes.count, file)
            unsafe fclose(file)
        }
        require(!seen.isEmpty, "no seeds for \(target)")
    }

    private static func all(_ target: Target) -> [[UInt8]] {
        switch target {
        case .dns: dns
        case .record: records(\.record)
        case .policy: policies
        case .tlsrpt: records(\.reporting)
        case .report: reports
        case .mail: mails
        case .portfolio: portfolios
        case .certificate: certificates
        case .config: bytes(configs)
        case .profile: bytes(profiles)
        case .names: bytes(names)
        case .dialogue: bytes(dialogues)
        case .evidence: evidence
        }
    }

    private static func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }
}
