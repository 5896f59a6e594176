internal import GRDB

extension Row {
    /// The value of a column that is never NULL.
    ///
    /// - Throws: when it is of another kind than the schema says. SQLite does not hold a damaged
    ///   file to that, and GRDB's own subscript would end the process.
    func stored<Value: DatabaseValueConvertible>(_ column: String) throws(Damage) -> Value {
        let found: DatabaseValue = self[column]
        guard let value = Value.fromDatabaseValue(found) else {
            throw Damage(detail: "a value of another kind in column \(column)")
        }
        return value
    }

    /// The value of a column that may be NULL.
    func storedIfAny<Value: DatabaseValueConvertible>(_ column: String) throws(Damage) -> Value? {
        let found: DatabaseValue = self[column]
        return found.isNull ? nil : try stored(column)
    }
}
