internal import Audit

/// One bar, shared by the verdicts.
enum VerdictChart {
    private static let width = 1000
    private static let height = 34

    static func svg(_ counts: [Verdict: Int]) -> String {
        let total = counts.values.reduce(0, +)
        guard total > 0 else { return "" }
        var text = """
            <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="Share of each verdict; \
            the table has the numbers" preserveAspectRatio="none">

            """
        var sum = 0
        for verdict in Verdict.allCases {
            guard let count = counts[verdict], count > 0 else { continue }
            let start = sum * width / total
            sum += count
            // At least a hair, so that a few bouncing domains among a million can be seen.
            let length = max(2, sum * width / total - start)
            text += """
                <rect class="v-\(verdict.rawValue)" x="\(start)" y="0" width="\(length)" \
                height="\(height)"><title>\(verdict.rawValue): \(HTMLText.number(count))</title></rect>

                """
        }
        return text + "</svg>\n"
    }
}
