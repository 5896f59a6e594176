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
        var used = rusage()
        getrusage(RUSAGE_SELF, &used)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        let cpu = seconds(used.ru_utime) + seconds(used.ru_stime)
        return """
            {"domains": \(domains), "lost": \(lost), "queries": \(queries), \
            "timeouts": \(timeouts), "records": \(records), "fetches": \(fetches), \
            "policies": \(policies), "wall_s": \(wall / .seconds(1)), "cpu_s": \(cpu)}
            """
    }
}
