internal import Dispatch
internal import Glibc

/// Turns SIGINT, SIGTERM and SIGHUP into calls, so that a run can stop in good order.
final class Interrupts {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter onSignal: called on a dispatch thread with 1 for the first signal, 2 for the
    ///   second, and so on.
    init(onSignal: @escaping @Sendable (Int) -> Void) {
        let counter = Counter()
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
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
        for number in [SIGINT, SIGTERM, SIGHUP] { _ = signal(number, SIG_DFL) }
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
