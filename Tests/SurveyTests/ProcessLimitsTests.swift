import Evidence
import Resolve
import Testing

@testable import Survey

@Suite("Limits of the process")
struct ProcessLimitsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var files: Int?
        var inUse = 10
        var servers = 1
        var probes = false
        var reactors: Int
        var channels: Int
        var fetches: Int
        var why: String
        var testDescription: String { why }
    }

    private static func configuration(_ row: Row) -> SurveyConfiguration {
        var configuration = SurveyConfiguration(reactors: 2)
        configuration.resolver.channels = 8
        configuration.resolver.servers = (0..<row.servers).compactMap {
            Endpoint("192.0.2.\($0 + 1):53")
        }
        configuration.fetchesInFlight = 256
        configuration.examiner.probesMX = row.probes
        configuration.probes.inFlight = 64
        return configuration
    }

    private static func limits(_ row: Row) -> ProcessLimits {
        ProcessLimits(files: row.files, filesInUse: row.inUse, addressSpace: nil, cores: 2)
    }

    /// Two reactors of 5 + 2 x 8 x 2 descriptors, 16 beside them, 10 in use, and the connections.
    static let rows: [Row] = [
        .init(files: nil, reactors: 2, channels: 8, fetches: 256, why: "no limit"),
        .init(files: 356, reactors: 2, channels: 8, fetches: 256, why: "just enough"),
        .init(files: 355, reactors: 2, channels: 8, fetches: 255, why: "one too few"),
        .init(files: 116, reactors: 2, channels: 8, fetches: 16, why: "few, and all channels"),
        .init(files: 115, reactors: 2, channels: 2, fetches: 63, why: "channels go first"),
        .init(files: 68, reactors: 2, channels: 2, fetches: 16, why: "the least for two reactors"),
        .init(files: 67, reactors: 1, channels: 2, fetches: 28, why: "then reactors"),
        .init(files: 54, reactors: 1, channels: 1, fetches: 19, why: "one of each"),
        .init(files: 37, reactors: 1, channels: 1, fetches: 2, why: "the least there is"),
        .init(
            files: 376, inUse: 30, reactors: 2, channels: 8, fetches: 256,
            why: "what is open already counts"),
        .init(
            files: 388, servers: 2, reactors: 2, channels: 8, fetches: 256,
            why: "a socket of each channel for each server"),
        .init(
            files: 420, servers: 0, reactors: 2, channels: 8, fetches: 256,
            why: "of the system's servers there may be three"),
        .init(
            files: 419, servers: 0, reactors: 2, channels: 8, fetches: 255,
            why: "and all three are counted"),
    ]

    @Test("fewer connections at a time where there are fewer descriptors", arguments: rows)
    func fitted(_ row: Row) throws {
        let fitted = try Self.limits(row).fitted(Self.configuration(row))
        #expect(fitted.reactors == row.reactors)
        #expect(fitted.resolver.channels == row.channels)
        #expect(fitted.fetchesInFlight == row.fetches)
        // What it was fitted to holds.
        if let files = row.files { #expect(Self.limits(row).files(for: fitted) <= files) }
    }

    @Test("fetches and probes share as they would without a limit")
    func probes() throws {
        var row = Row(files: 180, reactors: 2, channels: 8, fetches: 0, why: "")
        row.probes = true
        let fitted = try Self.limits(row).fitted(Self.configuration(row))
        #expect(fitted.fetchesInFlight == 64)
        #expect(fitted.probes.inFlight == 16)
    }

    @Test("too few for anything: the limit and what is needed")
    func tooFew() throws {
        let row = Row(files: 36, reactors: 0, channels: 0, fetches: 0, why: "")
        #expect(throws: SurveyFailure.tooFewFiles(limit: 36, needed: 37)) {
            try Self.limits(row).fitted(Self.configuration(row))
        }
    }

    @Test("address space: more threads reserve more")
    func addressSpace() throws {
        let limits = ProcessLimits(files: nil, filesInUse: 0, addressSpace: 768 << 20, cores: 2)
        try limits.checkAddressSpace(for: SurveyConfiguration(reactors: 2))
        #expect(
            throws: SurveyFailure.addressSpace(
                limitBytes: 768 << 20, neededBytes: 832 << 20)
        ) {
            try limits.checkAddressSpace(for: SurveyConfiguration(reactors: 3))
        }
        var unlimited = limits
        unlimited.addressSpace = nil
        try unlimited.checkAddressSpace(for: SurveyConfiguration(reactors: 256))
    }
}
