// swift-tools-version: 6.2
import PackageDescription

// The outer package ignores this one; `run` builds it, with the sanitizers and with
// STSAUDIT_INTERNALS set, without which the outer package has no product of that name.
let package = Package(
    name: "fuzzing",
    dependencies: [.package(name: "stsaudit", path: "../..")],
    targets: [
        .systemLibrary(name: "CFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CFuzzer",
                .product(name: "StsauditInternals", package: "stsaudit"),
                .product(name: "MTASTS", package: "stsaudit"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .strictMemorySafety(),
            ],
            // It comes with the toolchain; gold falls over so much debug information.
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])]),
    ],
    swiftLanguageModes: [.v6]
)
