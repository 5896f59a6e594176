public import Evidence
internal import GRDB
internal import MTASTS

extension AuditStore {
    /// Keeps a batch of TLS reports, all or nothing.
    ///
    /// A report is known by its organization and id (RFC 8460 §4.4): one that is there already is
    /// counted and left, so that any number of imports of the same files gives the same. Nobody
    /// vouches for either name: of two reports with the same ones the first to come is kept.
    ///
    /// Needs no run lock: a run and an import may go on at the same time. Cost: about 5 µs for
    /// each failure row; some hundreds of reports make a good batch.
    public func add(
        _ reports: [ReceivedReport], at now: Timestamp
    ) async throws(StoreError) -> ReportImportSummary {
        let key = key
        return try await write { db in
            var writer = try TLSReportWriter(db, key: key, now: now)
            for report in reports { try writer.write(report) }
            return writer.summary
        }
    }
}
