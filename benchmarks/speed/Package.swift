// swift-tools-version: 6.2
import PackageDescription

// The outer package shows its modules only where STSAUDIT_INTERNALS is set.
let package = Package(
    name: "speed",
    dependencies: [.package(name: "stsaudit", path: "../..")],
    targets: [
        .executableTarget(
            name: "floor",
            linkerSettings: ["cares", "curl", "ssl", "crypto"].map { .linkedLibrary($0) }),
        .executableTarget(
            name: "layers",
            dependencies: [
                .product(name: "StsauditInternals", package: "stsaudit"),
                .product(name: "MTASTS", package: "stsaudit"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
