/// Names with letters outside ASCII as DNS has them (RFC 5890 §2.3.2.1), for suggestions.
enum ALabel {
    /// The name with every U-label as `xn--`; nil where that takes more than lower case: letters
    /// that a mapping replaces (`ß` in the older standard), marks that may have to be composed.
    ///
    /// - Complexity: O(*n*²) in the length of the name, which is bounded by its caller.
    static func name(_ text: some StringProtocol) -> String? {
        var labels: [String] = []
        for label in text.lowercased().split(separator: ".", omittingEmptySubsequences: false) {
            let scalars = Array(label.unicodeScalars)
            if scalars.allSatisfy(\.isASCII) {
                labels.append(String(label))
            } else if scalars.allSatisfy(isPlain) {
                labels.append("xn--" + punycode(scalars.map { Int($0.value) }))
            } else {
                return nil
            }
        }
        return labels.joined(separator: ".")
    }

    /// The same in every version of IDNA, and in every normal form.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar == "-" || ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
        }
        // Hangul's single letters compose to syllables.
        guard !(0x1100...0x11FF).contains(scalar.value),
            !scalar.properties.changesWhenNFKCCaseFolded
        else { return false }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter: return true
        default: return false
        }
    }

    /// RFC 3492 §6.3, with the parameters of §5.
    private static func punycode(_ points: [Int]) -> String {
        let basic = points.filter { $0 < 0x80 }
        var output = basic.map { UInt8($0) }
        if !basic.isEmpty { output.append(0x2D) }
        var (next, delta, bias, handled) = (0x80, 0, 72, basic.count)
        while let point = points.filter({ $0 >= next }).min() {
            delta += (point - next) * (handled + 1)
            next = point
            for other in points {
                if other < next { delta += 1 }
                guard other == next else { continue }
                output += digits(delta, bias: bias)
                bias = adapted(delta, count: handled + 1, isFirst: handled == basic.count)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func digits(_ delta: Int, bias: Int) -> [UInt8] {
        var output: [UInt8] = []
        var rest = delta
        var weight = 36
        while true {
            let threshold = min(max(weight - bias, 1), 26)
            if rest < threshold { return output + [digit(rest)] }
            output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
            rest = (rest - threshold) / (36 - threshold)
            weight += 36
        }
    }

    /// 0 to 25 are `a` to `z`, 26 to 35 are `0` to `9`.
    private static func digit(_ value: Int) -> UInt8 {
        UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26)
    }

    private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var bias = 0
        while delta > 455 {
            delta /= 35
            bias += 36
        }
        return bias + 36 * delta / (delta + 38)
    }
}
