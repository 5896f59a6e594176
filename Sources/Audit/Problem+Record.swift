import MTASTS

// What the parsers found in a record, as causes and in words.

extension STSRecordProblem.Kind {
    var cause: Cause {
        switch self {
        case .version: .recordVersion
        case .idMissing: .recordIDMissing
        case .idInvalid: .recordIDInvalid
        case .syntax: .recordSyntax
        }
    }

    var phrase: String {
        switch self {
        case .version(let problem): problem.phrase(version: "v=STSv1")
        case .idMissing: "there is no id field"
        case .idInvalid(.empty): "the id is empty"
        case .idInvalid(.tooLong(let bytes)): "the id has \(bytes) characters, 32 are the most"
        case .idInvalid(.character(let byte)): "the id has \(byte.phrase), not a letter or digit"
        case .syntax(let problem): problem.phrase
        }
    }
}

extension TLSRPTRecordProblem.Kind {
    var cause: Cause {
        switch self {
        case .version, .ruaMissing, .syntax: .tlsrptSyntax
        case .ruaInvalid: .tlsrptRUAInvalid
        }
    }

    var phrase: String {
        switch self {
        case .version(let problem): problem.phrase(version: "v=TLSRPTv1")
        case .ruaMissing: "there is no rua field"
        case .ruaInvalid(let problem): problem.phrase
        case .syntax(let problem): problem.phrase
        }
    }
}

extension RecordVersionProblem {
    fileprivate func phrase(version: String) -> String {
        switch self {
        case .wrongCase: "the version is not \(version) in exactly this case"
        case .leadingWhiteSpace: "white space stands before \(version)"
        case .whiteSpaceAroundEquals: "white space stands around the = of the version"
        case .quoted: "quotation marks are part of the text"
        case .notFirst: "\(version) is not the first field"
        case .other: "the version is not \(version)"
        case .missing: "there is no \(version) at the start"
        }
    }
}

extension RecordSyntaxProblem {
    fileprivate var phrase: String {
        switch self {
        case .missingDelimiter: "a semicolon is missing between two fields"
        case .escapedDelimiter: "a backslash stands before a semicolon"
        case .emptyField: "there is nothing between two semicolons"
        case .trailingWhiteSpace: "white space stands at the end without a semicolon"
        case .noEquals: "a field has no ="
        case .whiteSpaceAroundEquals: "white space stands around an ="
        case .fieldName: "a field name is not 1 to 32 letters, digits, _, - and ."
        case .emptyValue: "a field has no value"
        case .character(let byte): "a value has \(byte.phrase)"
        case .discardedAmongOthers:
            "white space before the first semicolon, which only a record alone at its name may have"
        }
    }
}

extension RUAProblem {
    fileprivate var phrase: String {
        switch self {
        case .empty: "an entry of rua is empty"
        case .noScheme: "an entry of rua does not begin with mailto: or https:"
        case .scheme: "an entry of rua is neither mailto: nor https:"
        case .noHost: "an https entry of rua has no host"
        case .noAddress: "a mailto entry of rua has no address"
        case .whiteSpace: "an entry of rua has white space in it"
        case .percentEncoding: "an entry of rua has a % without two hexadecimal digits"
        case .character(let byte): "an entry of rua has \(byte.phrase), which must be encoded"
        }
    }
}

extension UInt8 {
    /// A byte by its look if it has one, by its number otherwise.
    var phrase: String {
        (0x21...0x7E).contains(self)
            ? "the character \(Unicode.Scalar(self))" : "the byte 0x\(String(self, radix: 16))"
    }
}
