public import Store

/// Why a report could not be written.
public enum ReportError: Error, Hashable, Sendable {
    case store(StoreError)
    /// A file could not be made, written or renamed: the system's error number.
    case cannotWrite(path: String, errno: Int32)
    /// zlib did not start.
    case outOfMemory
    /// Whoever read our output has closed it: an end, not a failure.
    case closedPipe
}

extension ReportError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .store(let error): error.description
        case .cannotWrite(let path, let number):
            "\(path) cannot be written: \(OutputFile.message(number))."
        case .outOfMemory: "There is not enough memory to compress the report."
        case .closedPipe: "The output was closed."
        }
    }
}
