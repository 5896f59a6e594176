import Evidence
import Glibc
import Loop
import Testing

@testable import Fetch

@Suite("Trust store")
struct TrustStoreTests {
    @Test("a chosen file is never fallen past") func chosen() {
        #expect(throws: FetcherFailure.unusableTrustStore(path: "/nowhere.pem")) {
            try TrustStore.find(chosen: "/nowhere.pem", environment: nil)
        }
        #expect(throws: FetcherFailure.unusableTrustStore(path: "/nowhere.pem")) {
            try TrustStore.find(chosen: nil, environment: "/nowhere.pem")
        }
        // A directory opens and does not read; an empty file reads and holds nothing.
        for path in ["/", "/dev/null"] {
            #expect(throws: FetcherFailure.unusableTrustStore(path: path)) {
                try TrustStore.find(chosen: path, environment: nil)
            }
        }
    }

    @Test("with none, the places that were tried are named") func none() {
        let places = ["/nowhere/a.pem", "/nowhere/b.pem"]
        #expect(throws: FetcherFailure.noTrustStore(tried: places)) {
            try TrustStore.find(chosen: nil, environment: "", places: places)
        }
        #expect(FetcherFailure.noTrustStore(tried: places).description.contains("/nowhere/b.pem"))
    }

    @Test("a fetcher says so when it is made, not per fetch") func fetcher() async throws {
        let loop = try Loop.start(name: "trust")
        #expect(throws: FetcherFailure.unusableTrustStore(path: "/nowhere.pem")) {
            try PolicyFetcher(loop: loop, configuration: FetchConfiguration(caFile: "/nowhere.pem"))
        }
        await loop.stop()
    }
}
