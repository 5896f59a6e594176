internal import Synchronization

/// Raised once by a signal; whoever comes later learns at once that it is raised.
final class StopSwitch: Sendable {
    private struct State {
        var isRaised = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Somebody acts on it when it is raised.
    var isArmed: Bool { state.withLock { $0.action != nil } }

    var isRaised: Bool { state.withLock(\.isRaised) }

    func raise() {
        let action = state.withLock { state in
            state.isRaised = true
            return state.action
        }
        action?()
    }

    /// Calls `action` when the switch is raised, or now when it is.
    func onRaise(_ action: @escaping @Sendable () -> Void) {
        let isRaised = state.withLock { state in
            state.action = action
            return state.isRaised
        }
        if isRaised { action() }
    }
}
