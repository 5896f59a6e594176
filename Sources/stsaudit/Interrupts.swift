internal import Dispatch
internal import Glibc

/// Turns SIGINT, SIGTERM and SIGHUP into calls, so that a run can stop in good order.
///
/// A SIGHUP that was ignored when the process started stays so: that is what `nohup` asks for.
final class Interrupts {
    private let sources: [any DispatchSourceSignal]
    private let numbers: [Int32]

    /// - Parameter onSignal: called on a dispatch thread with 1 for the first signal, 2 for the
    ///   second, and so on.
    init(onSignal: @escaping @Sendable (Int) -> Void) {
        let counter = Counter()
        numbers = Self.isHangUpIgnored ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
        sources = numbers.map { number in
            // The default action would end the process before the source sees it.
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: counter.queue)
            source.setEventHandler { onSignal(counter.next()) }
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in numbers { _ = signal(number, SIG_DFL) }
    }

    private static var isHangUpIgnored: Bool {
        var action = sigaction()
        guard unsafe sigaction(SIGHUP, nil, &action) == 0 else { return false }
        // A function pointer that is a small number: SIG_DFL is 0, SIG_IGN is 1.
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Counts on one serial queue, which all sources share.
    private final class Counter: @unchecked Sendable {
        // @unchecked Sendable: `count` is touched on `queue` only.
        let queue = DispatchQueue(label: "stsaudit.signals")
        private var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }
}
