import Evidence
import Testing

@testable import Survey

@Suite("Port watch: whether SMTP gets out at all")
struct PortWatchTests {
    /// Notes failures of hosts `from`... at addresses of their own.
    static func fail(_ watch: inout PortWatch, _ numbers: Range<Int>) throws {
        for number in numbers {
            let address = try #require(IPAddress("192.0.33.\(number)"))
            watch.note("mx\(number)", at: address, hasConnected: false)
        }
    }

    static func connect(_ watch: inout PortWatch) throws {
        let address = try #require(IPAddress("192.0.33.200"))
        watch.note("sound", at: address, hasConnected: true)
    }

    @Test("five hosts at five addresses make the suspicion; a few trials go on")
    func suspicion() throws {
        var watch = PortWatch()
        watch.beginPass(isLast: false)
        try Self.fail(&watch, 0..<4)
        try Self.fail(&watch, 0..<4)
        let shared = try #require(IPAddress("192.0.33.0"))
        watch.note("mx9", at: shared, hasConnected: false)
        #expect(watch.permit(for: "a") == .probe, "four hosts twice, and a fifth at one's address")
        try Self.fail(&watch, 4..<5)
        #expect(watch.isPointless)
        #expect((0..<5).map { watch.permit(for: "b\($0)") } == Array(repeating: .trial, count: 5))
        #expect(watch.permit(for: "c") == .skip)
        watch.endTrial()
        #expect(watch.permit(for: "c") == .trial)
        try Self.connect(&watch)
        #expect(watch.permit(for: "d") == .probe)
        try Self.fail(&watch, 10..<100)
        #expect(!watch.isPointless, "once open, open")
    }

    @Test("the last pass decides before it tells: five failures again")
    func decision() throws {
        var watch = PortWatch()
        watch.beginPass(isLast: false)
        try Self.fail(&watch, 0..<7)
        watch.beginPass(isLast: true)
        #expect(watch.isUndecided)
        #expect(watch.permit(for: "mx3") == .wait, "it failed before and proves little")
        #expect(watch.permit(for: "new") == .trial)
        try Self.fail(&watch, 20..<24)
        #expect(watch.isUndecided)
        try Self.fail(&watch, 24..<25)
        #expect(watch.isBlocked && !watch.isUndecided)
        #expect(watch.permit(for: "new") == .blocked)
    }

    @Test("in doubt, nobody left to try: blocked; one connection: not")
    func doubt() throws {
        var blocked = PortWatch()
        blocked.beginPass(isLast: false)
        try Self.fail(&blocked, 0..<5)
        blocked.beginPass(isLast: true)
        var open = blocked
        blocked.giveUp()
        #expect(blocked.isBlocked)
        try Self.connect(&open)
        #expect(open.permit(for: "mx3") == .probe)
        open.giveUp()
        #expect(!open.isBlocked)
    }

    @Test("a last pass that follows nothing decides by itself; a single pass never does")
    func withoutFirstPass() throws {
        var resumed = PortWatch()
        resumed.beginPass(isLast: false)
        resumed.beginPass(isLast: true)
        try Self.fail(&resumed, 0..<4)
        #expect(resumed.isUndecided)
        var few = resumed
        few.giveUp()
        #expect(few.permit(for: "a") == .probe && !few.isUndecided)
        try Self.fail(&resumed, 4..<5)
        #expect(resumed.isBlocked)

        var single = PortWatch()
        single.beginPass(isLast: true)
        #expect(!single.isUndecided)
        try Self.fail(&single, 0..<50)
        #expect(single.permit(for: "a") == .probe)
    }
}
