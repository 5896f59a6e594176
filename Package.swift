// swift-tools-version: 6.2
import PackageDescription

// CI sets STSAUDIT_STRICT so that a warning there is an error; a newer compiler's new
// warning must not break a user's build.
let isStrict = Context.environment["STSAUDIT_STRICT"] != nil

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .strictMemorySafety(),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

/// A library target of this package. Lower targets never import upper ones; see the
/// architecture page for the layers.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func system(_ name: String, _ pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// For the nested packages (fuzz targets, benchmarks) of this repository, which set
/// STSAUDIT_INTERNALS: the modules that are no product for anybody else.
let internals: [Product] =
    Context.environment["STSAUDIT_INTERNALS"] == nil
    ? []
    : [
        .library(
            name: "StsauditInternals",
            targets: [
                "Loop", "Resolve", "Fetch", "Survey", "Store", "Report", "Audit", "Evidence",
                "DNSMessage", "Lab", "TLSReports", "ConfigText",
            ])
    ]

let package = Package(
    name: "stsaudit",
    products: [
        .library(name: "MTASTS", targets: ["MTASTS"]),
        .executable(name: "stsaudit", targets: ["stsaudit"]),
    ] + internals,
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // C libraries: a module map and typed inline wrappers, nothing else.
        .systemLibrary(name: "CLinux"),
        system("CCares", "libcares", apt: "libc-ares-dev"),
        system("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
        system("COpenSSL", "openssl", apt: "libssl-dev"),
        system("CIDN2", "libidn2", apt: "libidn2-dev"),
        system("CZlib", "zlib", apt: "zlib1g-dev"),
        system("CPSL", "libpsl", apt: "libpsl-dev"),
        system("CGMime", "gmime-3.0", apt: "libgmime-3.0-dev"),

        // Pure: no input or output, no Foundation.
        module("MTASTS"),
        module("DNSMessage"),
        module("Evidence", ["MTASTS", "DNSMessage"]),
        module("Audit", ["Evidence", "MTASTS"]),

        // Observing.
        module("Loop", ["CLinux"]),
        module("Resolve", ["Loop", "Evidence", "DNSMessage", "MTASTS", "CCares", "CLinux"]),
        module("Fetch", ["Loop", "Evidence", "CCurl", "COpenSSL", "CLinux"]),
        module(
            "Survey",
            [
                "Resolve", "Fetch", "Audit", "Evidence", "MTASTS", "Loop", "CLinux", "CIDN2",
                "CZlib",
            ]),

        // TLS reports from files and mail.
        module("TLSReports", ["MTASTS", "CGMime", "CZlib"]),

        // Recording and reporting.
        module(
            "Store",
            [
                "Audit", "Evidence", "MTASTS",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        module("Report", ["Store", "Audit", "Evidence", "MTASTS", "CZlib", "CPSL"]),

        // The file of options.
        module("ConfigText", ["Report", .product(name: "TOMLKit", package: "TOMLKit")]),

        // A simulated Internet on loopback, for the demo and the tests.
        module("Lab", ["Loop", "DNSMessage", "COpenSSL", "CLinux"]),

        .executableTarget(
            name: "stsaudit",
            dependencies: [
                "Survey", "Store", "Report", "Lab", "Audit", "Evidence", "MTASTS", "Loop",
                "Resolve", "Fetch", "TLSReports", "ConfigText",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Documentation.docc"],
            swiftSettings: settings),

        // Measurements, run by the scripts in benchmarks.
        .executableTarget(
            name: "history-benchmark",
            dependencies: ["Store", "Audit", "Evidence", "MTASTS", "Survey"],
            path: "benchmarks/history/Sources",
            swiftSettings: settings),
        .executableTarget(
            name: "tlsrpt-benchmark",
            dependencies: ["Store", "Audit", "Evidence", "MTASTS", "Lab"],
            path: "benchmarks/tlsrpt/Sources",
            swiftSettings: settings),

        .executableTarget(
            name: "hostile-benchmark",
            dependencies: [
                "Survey", "Store", "Report", "Lab", "Audit", "Evidence", "Fetch", "MTASTS",
                "Resolve", "CLinux",
            ],
            path: "benchmarks/hostile/Sources",
            swiftSettings: settings),

        // What several test targets share.
        .target(name: "LoopbackPorts", path: "Tests/LoopbackPorts", swiftSettings: settings),

        tests("MTASTSTests", ["MTASTS"]),
        tests("DNSMessageTests", ["DNSMessage"]),
        tests("EvidenceTests", ["Evidence", "MTASTS", "DNSMessage"]),
        tests("AuditTests", ["Audit", "Evidence", "MTASTS"], exclude: ["Goldens"]),
        tests("LoopTests", ["Loop", "CLinux"]),
        tests(
            "ResolveTests", ["Resolve", "Loop", "Evidence", "DNSMessage", "LoopbackPorts"]),
        tests(
            "FetchTests",
            [
                "Fetch", "Lab", "Loop", "Evidence", "DNSMessage", "CCurl", "COpenSSL",
                "LoopbackPorts",
            ]),
        tests("TLSReportsTests", ["TLSReports", "MTASTS"], exclude: ["Goldens"]),
        tests("LabTests", ["Lab", "Loop", "DNSMessage", "COpenSSL", "LoopbackPorts"]),
        tests("SurveyTests", ["Survey", "Audit", "Evidence", "MTASTS", "Loop"]),
        tests(
            "StoreTests",
            [
                "Store", "Audit", "Evidence", "MTASTS",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests("ReportTests", ["Report", "Store", "Audit", "Evidence", "MTASTS"]),
        tests(
            "CommandTests",
            [
                "stsaudit", "Lab", "Loop", "Survey", "Audit", "Evidence", "MTASTS", "Store",
                "Report", "TLSReports", "ConfigText", "Fetch", "DNSMessage", "LoopbackPorts",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
