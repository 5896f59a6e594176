internal import Fetch
internal import Lab
internal import Report
internal import Store
internal import Survey

/// What to do about a failure, in a sentence; nil where its own text says it.
enum NextStep {
    static func of(_ failure: PortfolioFailure) -> String? {
        switch failure {
        case .cannotOpen: "Check the path; - is standard input."
        case .cannotRead: "Check the disk or the program that writes it, and run the same again."
        case .utf16, .notText: nil
        case .gzip(.outOfMemory, _, _): "Free some memory and run the same again."
        case .gzip: "Compress the file anew, or give it uncompressed."
        }
    }

    static func of(_ failure: FetcherFailure) -> String? {
        switch failure {
        case .noTrustStore: "Install ca-certificates, or give a bundle with --ca-file."
        case .unusableTrustStore: "Give a file of PEM certificates with --ca-file."
        case .foreignTLSLibrary: "Install libcurl with OpenSSL (Debian: libcurl4)."
        case .invalidEHLOName: "Give another name with --ehlo."
        case .optionRefused, .startFailed: "Update libcurl; version 7.85 is the oldest that works."
        }
    }

    static func of(_ failure: StoreError) -> String? {
        switch failure {
        case .notFound(let path):
            path == StoreOptions.standard
                ? "Make one with stsaudit audit PORTFOLIO, or name yours with --store."
                : "Check --store, or make it: stsaudit audit PORTFOLIO --store \(Shell.quoted(path))"
        case .noSuchRun: "stsaudit runs lists the runs there are."
        case .database:
            "Check the disk, the rights of the file and the limit of its size (ulimit -f), and run "
                + "the same again."
        case .cannotOpen: "--store takes the path of a file."
        case .notAStore, .newerSchema, .runInProgress, .busy, .readOnly, .diskFull, .damaged,
            .nothingToResume, .portfolioChanged, .otherShard, .merged, .cannotMerge,
            .cannotRejudge:
            nil
        }
    }

    static func of(_ failure: ReportError) -> String? {
        switch failure {
        case .store(let failure): of(failure)
        case .cannotWrite:
            "Check that its folder exists and may be written to, and that the disk is not full; "
                + "stsaudit report writes reports again from the store."
        case .outOfMemory: "Free some memory and run stsaudit report."
        case .closedPipe: nil
        }
    }

    static func of(_ failure: LabFailure) -> String? {
        switch failure {
        case .dns, .policyHosts, .mailHosts:
            "It needs free ports and the addresses 127.0.0.0/8 of a Linux loopback; end other "
                + "demos and try again."
        }
    }

    static func of(_ failure: SurveyFailure) -> String? {
        switch failure {
        case .loop, .tooFewFiles:
            "Raise the limit of open files (ulimit -n, LimitNOFILE= in a unit)."
        case .addressSpace:
            "Raise it, or limit the memory itself: MemoryMax= in a unit; 256M is plenty."
        case .fetcher(let failure): of(failure)
        case .resolver, .resolverUnavailable, .alreadyRunning, .closed: nil
        }
    }
}
