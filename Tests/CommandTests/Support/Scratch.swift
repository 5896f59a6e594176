import Foundation
import Synchronization

/// A folder of its own for each test, removed with the value.
final class Scratch: Sendable {
    let folder: String
    private let count = Mutex(0)

    init() throws {
        folder = NSTemporaryDirectory() + "command-tests-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path(name)))
    }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func csv(_ name: String) throws -> CSVFile { try CSVFile(bytes(name)) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Numbers the processes that run here.
    func nextNumber() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
