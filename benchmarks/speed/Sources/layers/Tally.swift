import Foundation

/// What was done and found, with the names that `floor` gives it.
struct Tally: Sendable {
    var domains = 0
    var lost = 0
    var queries = 0
    var timeouts = 0
    var records = 0
    var fetches = 0
    var policies = 0

    static func += (a: inout Tally, b: Tally) {
        a.domains += b.domains
        a.lost += b.lost
        a.queries += b.queries
        a.timeouts += b.timeouts
        a.records += b.records
        a.fetches += b.fetches
        a.policies += b.policies
    }

    func json(wall: Duration) -> String {
        var used = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
        let cpu = Double(used.tv_sec) + Double(used.tv_nsec) / 1e9
        return """
            {"domains": \(domains), "lost": \(lost), "queries": \(queries), \
            "timeouts": \(timeouts), "records": \(records), "fetches": \(fetches), \
            "policies": \(policies), "wall_s": \(wall / .seconds(1)), "cpu_s": \(cpu)}
            """
    }
}
