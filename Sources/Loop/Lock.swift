internal import Glibc

/// A value and the lock that guards it.
///
/// Over `pthread_mutex_t` instead of `Synchronization.Mutex`, which ThreadSanitizer knows nothing
/// of where two threads meet at one: it takes what they do under it for a race.
@safe package final class Lock<Value>: @unchecked Sendable {
    // @unchecked Sendable: `value` is touched by `withLock` alone, which holds the mutex. The mutex
    // has one address for as long as the object lives.

    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init(_ value: sending Value) {
        self.value = value
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe self.mutex = unsafe mutex
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// - Parameter body: short; must not call this again.
    package func withLock<Result>(
        _ body: (inout sending Value) throws -> sending Result
    ) rethrows -> sending Result {
        // Of a mutex of the default kind that exists, neither can fail.
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
