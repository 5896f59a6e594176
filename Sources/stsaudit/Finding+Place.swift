internal import Audit

extension Finding {
    /// Where in the policy text, to stand before the detail; empty for what has no place there.
    /// The column counts bytes, as editors do in ASCII text.
    var place: String {
        guard let line else { return "" }
        return column.map { "line \(line), column \($0): " } ?? "line \(line): "
    }
}
