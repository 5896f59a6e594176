internal import Audit
internal import Evidence
internal import Store

/// The verdicts of the runs so far, as stacked bars: one for each run.
enum TrendChart {
    private static let width = 1000
    private static let height = 220
    private static let bottom = 24

    static func svg(_ runs: [RunVerdicts]) -> String {
        let greatest = runs.map { $0.domains.values.reduce(0, +) }.max() ?? 0
        guard runs.count > 1, greatest > 0 else { return "" }
        let plot = height - bottom
        let step = width / runs.count
        let bar = min(48, max(3, step * 4 / 5))
        var text = """
            <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="Verdicts of the last \
            \(runs.count) runs; the table below has the numbers">
            <line class="grid" x1="0" y1="\(plot)" x2="\(width)" y2="\(plot)"/>

            """
        for (index, run) in runs.enumerated() {
            let x = index * step + (step - bar) / 2
            var y = plot
            for verdict in Verdict.allCases {
                guard let count = run.domains[verdict], count > 0 else { continue }
                let length = max(1, count * (plot - 8) / greatest)
                y -= length
                text += """
                    <rect class="v-\(verdict.rawValue)" x="\(x)" y="\(y)" width="\(bar)" \
                    height="\(length)"><title>\(run.startedAt.day), \(verdict.rawValue): \
                    \(HTMLText.number(count))</title></rect>

                    """
            }
        }
        text += label(runs[0].startedAt.day, x: 0, anchor: "start")
        text += label(runs[runs.count - 1].startedAt.day, x: width, anchor: "end")
        return text + "</svg>\n"
    }

    private static func label(_ text: String, x: Int, anchor: String) -> String {
        "<text x=\"\(x)\" y=\"\(height - 6)\" text-anchor=\"\(anchor)\">\(text)</text>\n"
    }
}
