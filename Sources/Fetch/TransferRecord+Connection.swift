internal import CCurl
internal import COpenSSL
internal import Evidence
internal import Glibc

/// What policy hosts and MX hosts have in common, up to the end of the handshake.
extension TransferRecord {
    /// What keeps any protocol from being spoken inside TLS; nil when that was not reached or
    /// not prevented.
    func connectionFailure(result: CURLcode) -> ConnectionFailure? {
        if wasGuarded { return .guarded }
        if socketError != 0 { return Self.connectFailure(socketError) }
        // Recorded problems are failure whatever libcurl's result.
        if let problems = certificateProblems(result: result) { return .certificate(problems) }
        return handshakeBegan && !handshakeDone ? failureInHandshake(result) : nil
    }

    // MARK: - TCP

    /// Why TCP did not come up.
    func failureConnecting(_ result: CURLcode, _ systemError: Int32) -> ConnectionFailure {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_COULDNT_CONNECT where systemError != 0: Self.connectFailure(systemError)
        default: .local(Int(result.rawValue))
        }
    }

    private static func connectFailure(_ error: Int32) -> ConnectionFailure {
        switch error {
        case ECONNREFUSED, ECONNRESET: .refused
        case ETIMEDOUT: .timeout
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EAFNOSUPPORT, EACCES,
            EPERM:
            .unreachable
        default: .local(-Int(error))
        }
    }

    // MARK: - TLS

    private func failureInHandshake(_ result: CURLcode) -> ConnectionFailure {
        if result == CURLE_OPERATION_TIMEDOUT { return .tlsTimeout }
        // As OpenSSL says of a chain beyond its own limit.
        if receivedOverLimit { return .tls(.other(Int(SSL_R_EXCESSIVE_MESSAGE_SIZE))) }
        if let alert { return .tls(Self.problem(ofAlert: alert)) }
        switch handshakeReason {
        case 0, SSL_R_UNEXPECTED_EOF_WHILE_READING:
            // No complaint of OpenSSL's: the socket ended, in order or not.
            return result == CURLE_SSL_CONNECT_ERROR || socketFailed
                ? .tls(.reset) : .local(Int(result.rawValue))
        // We offer 1.2 and 1.3: the server chose something lower.
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW:
            return .tls(.oldVersion)
        // The first bytes are no TLS record.
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST:
            return .tls(.notTLS)
        case let reason:
            return .tls(.other(Int(reason)))
        }
    }

    // RFC 8446 §6.2: protocol_version means that no version we offered is supported.
    static func problem(ofAlert alert: Int) -> TLSProblem {
        alert == Int(SSL_AD_PROTOCOL_VERSION) ? .oldVersion : .alert(alert)
    }

    private func certificateProblems(result: CURLcode) -> [CertificateProblem]? {
        var problems: [CertificateProblem] = []
        for error in verifyErrors {
            let problem = self.problem(error)
            if !problems.contains(problem) { problems.append(problem) }
        }
        guard problems.isEmpty else { return problems }
        // libcurl's own check of the name, which ours covers: never seen.
        return result == CURLE_PEER_FAILED_VERIFICATION ? [.nameMismatch] : nil
    }

    private func problem(_ error: VerifyError) -> CertificateProblem {
        switch error.code {
        case X509_V_ERR_CERT_HAS_EXPIRED: .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH:
            // RFC 8461 §3.3: a dNSName is needed, a common name does not do.
            chain.first?.dnsNameCount == 0 ? .noSubjectAlternativeName : .nameMismatch
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: .untrusted
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            // Nothing but the server's own certificate and an unknown issuer: the intermediate
            // was left out. With an intermediate there, what lacks is a root we trust, which
            // servers need not send.
            error.depth == 0 ? .chainIncomplete : .untrusted
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK:
            .weak
        default: .other(Int(error.code))
        }
    }
}
