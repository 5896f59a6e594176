internal import GRDB

/// Migration "7 shards": runs over a part of a portfolio, and stores that were merged from such.
extension Schema {
    static func addShards(_ db: Database) throws {
        try db.execute(
            sql: """
                -- i/n: only this part of the portfolio; NULL: the whole of it.
                ALTER TABLE run ADD COLUMN shard TEXT;
                CREATE TABLE merged_run (
                    -- Of a run that was merged from runs of shards: which they were.
                    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                    shard INTEGER NOT NULL,         -- from 1 to shard_count
                    shard_count INTEGER NOT NULL,
                    source TEXT NOT NULL,           -- the store's own name, whatever its file's
                    source_run INTEGER NOT NULL,    -- the run's number there
                    path TEXT NOT NULL,             -- the file it was merged from
                    stale INTEGER NOT NULL,         -- 1: it had no run of this night; the one before
                    PRIMARY KEY (run_id, shard)
                ) WITHOUT ROWID;
                """)
    }

    /// Migration "8 merged moments": a run of a shard is told by when it began, too.
    static func addMergedMoments(_ db: Database) throws {
        try db.execute(
            sql: """
                -- When source_run began: its number comes again after a restore. NULL: not noted.
                ALTER TABLE merged_run ADD COLUMN source_started_at INTEGER
                """)
    }
}
