/// A seeded generator (SplitMix64), so that a failing property names the same case every time.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func text(_ length: ClosedRange<Int>, of alphabet: String) -> String {
        let letters = Array(alphabet)
        return String(
            (0..<Int.random(in: length, using: &self)).compactMap { _ in
                letters.randomElement(using: &self)
            })
    }

    /// A label of letters and digits, hyphens inside.
    mutating func label() -> String {
        let alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789"
        return text(1...4, of: alphanumeric) + text(0...3, of: alphanumeric + "-")
            + text(1...4, of: alphanumeric)
    }

    mutating func domain() -> String {
        (0..<Int.random(in: 1...4, using: &self)).map { _ in label() }.joined(separator: ".")
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
