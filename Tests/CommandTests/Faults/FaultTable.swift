import Foundation

/// The table of what was measured, written where `STSAUDIT_FAULTS` names a file to be.
enum FaultTable {
    private static let path = ProcessInfo.processInfo.environment["STSAUDIT_FAULTS"]

    static var isWanted: Bool { path != nil }

    static let header = "fault,status,seconds,peak_kib,message\r\n"

    /// - Parameter message: what standard error had; its first line is kept.
    static func add(
        _ name: String, status: Int32, message: String, _ cost: MeasuredProcess.Outcome
    ) throws {
        guard let path else { return }
        if !FileManager.default.fileExists(atPath: path) {
            try header.write(toFile: path, atomically: true, encoding: .utf8)
        }
        // Ports and folders of one run say nothing.
        let line = message.split(separator: "\n").first.map(String.init) ?? ""
        let cells = [
            name, "\(status)", String(format: "%.1f", cost.seconds), "\(cost.peakKilobytes)", line,
        ]
        let row = cells.map {
            $0.contains(where: { ",\"".contains($0) })
                ? "\"" + $0.replacing("\"", with: "\"\"") + "\"" : $0
        }.joined(separator: ",")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data((row + "\r\n").utf8))
        try file.close()
    }
}
