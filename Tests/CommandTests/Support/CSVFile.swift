import Foundation

/// A CSV file read by the letter of RFC 4180, so that ours are held to it: CRLF line ends, quotes
/// only around whole fields, as many fields in every row as in the header, UTF-8.
struct CSVFile {
    var header: [String]
    var rows: [[String: String]]
    /// Every field of every row, the header's included, without its quotes.
    var cells: [String]

    enum Problem: Error {
        case notUTF8
        case strayQuote(row: Int)
        case bareLineEnd(row: Int)
        case unfinished
        case fields(row: Int, count: Int)
    }

    init(_ bytes: Data) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Problem.notUTF8 }
        var reader = Reader(rest: Array(text.unicodeScalars)[...])
        let records = try reader.records()
        header = records.first ?? []
        cells = records.flatMap { $0 }
        rows = []
        for (index, record) in records.enumerated().dropFirst() {
            guard record.count == header.count else {
                throw Problem.fields(row: index, count: record.count)
            }
            rows.append(Dictionary(uniqueKeysWithValues: zip(header, record)))
        }
    }

    private struct Reader {
        var rest: ArraySlice<Unicode.Scalar>
        var row = 0

        mutating func records() throws -> [[String]] {
            var records: [[String]] = []
            while !rest.isEmpty {
                records.append(try record())
                row += 1
            }
            return records
        }

        private mutating func record() throws -> [String] {
            var record = [try field()]
            while true {
                switch rest.popFirst() {
                case ",": record.append(try field())
                case "\r":
                    guard rest.popFirst() == "\n" else { throw Problem.bareLineEnd(row: row) }
                    return record
                case nil: throw Problem.unfinished
                default: throw Problem.strayQuote(row: row)
                }
            }
        }

        private mutating func field() throws -> String {
            var field = String.UnicodeScalarView()
            if rest.first == "\"" {
                rest.removeFirst()
                while let scalar = rest.popFirst() {
                    if scalar == "\"" {
                        // A doubled quote is one quote; a single one is the end.
                        guard rest.first == "\"" else { return String(field) }
                        rest.removeFirst()
                    }
                    field.append(scalar)
                }
                throw Problem.unfinished
            }
            while let scalar = rest.first, scalar != ",", scalar != "\r" {
                if scalar == "\"" { throw Problem.strayQuote(row: row) }
                if scalar == "\n" { throw Problem.bareLineEnd(row: row) }
                field.append(scalar)
                rest.removeFirst()
            }
            return String(field)
        }
    }
}
