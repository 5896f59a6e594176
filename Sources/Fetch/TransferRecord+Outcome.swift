internal import CCurl
internal import COpenSSL
internal import Evidence
internal import Glibc

extension TransferRecord {
    /// What to tell the judge: libcurl's `result` read in the light of what was seen.
    ///
    /// - Parameter systemError: errno of a failed connect, 0 when unknown.
    func outcome(result: CURLcode, systemError: Int32, limitBytes: Int) -> Fetch.Outcome {
        if wasGuarded { return .failed(.guarded) }
        if socketError != 0 { return .failed(Self.connectFailure(socketError)) }
        // Recorded problems are failure whatever libcurl's result.
        if let problems = certificateProblems(result: result) {
            return .failed(.certificate(problems))
        }
        guard handshakeBegan else { return .failed(failureConnecting(result, systemError)) }
        guard handshakeDone else { return .failed(failureInHandshake(result)) }
        // Only the body of a 200 is a policy; of any other response the header says it all.
        if headerDone, status != 200 { return .response(response(body: [])) }
        if let failure = failureInResponse(result, limitBytes: limitBytes) {
            return .failed(failure)
        }
        return .response(response(body: body))
    }

    private func response(body: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: status, contentType: contentType, location: location, retryAfter: retryAfter,
            body: HTTPResponse.Body(digest: .sha256(body), bytes: body))
    }

    // MARK: - TCP

    private func failureConnecting(_ result: CURLcode, _ systemError: Int32) -> FetchFailure {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: .connectTimeout
        case CURLE_COULDNT_CONNECT where systemError != 0: Self.connectFailure(systemError)
        default: .local(code: Int(result.rawValue))
        }
    }

    private static func connectFailure(_ error: Int32) -> FetchFailure {
        switch error {
        case ECONNREFUSED, ECONNRESET: .connectRefused
        case ETIMEDOUT: .connectTimeout
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EAFNOSUPPORT, EACCES,
            EPERM:
            .unreachable
        default: .local(code: -Int(error))
        }
    }

    // MARK: - TLS

    private func failureInHandshake(_ result: CURLcode) -> FetchFailure {
        if result == CURLE_OPERATION_TIMEDOUT { return .tlsTimeout }
        if let alert { return .tls(Self.problem(ofAlert: alert)) }
        switch handshakeReason {
        case 0, SSL_R_UNEXPECTED_EOF_WHILE_READING:
            // No complaint of OpenSSL's: the socket ended, in order or not.
            return result == CURLE_SSL_CONNECT_ERROR || socketFailed
                ? .tls(.reset) : .local(code: Int(result.rawValue))
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
    private static func problem(ofAlert alert: Int) -> TLSProblem {
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

    // MARK: - HTTP

    private func failureInResponse(_ result: CURLcode, limitBytes: Int) -> FetchFailure? {
        if headerOverLimit { return .brokenResponse(.badHeader) }
        if bodyOverLimit { return .tooLarge(limitBytes: limitBytes) }
        switch result {
        case CURLE_OK where !headerDone: return .brokenResponse(.truncated)
        case CURLE_OK:
            // RFC 9112 §6.3 and §9.8: without a length only close_notify tells the end of the
            // body from a cut.
            let isFramed = announcedLength != nil || isChunked
            return isFramed || closeNotifyReceived ? nil : .brokenResponse(.truncated)
        // Without a request it was the deadline for connecting that passed, at the very end of
        // the handshake: the host did not fail to answer.
        case CURLE_OPERATION_TIMEDOUT: return requestSent ? .responseTimeout : .tlsTimeout
        case CURLE_PARTIAL_FILE: return .brokenResponse(.truncated)
        case CURLE_GOT_NOTHING: return .brokenResponse(.empty)
        case CURLE_UNSUPPORTED_PROTOCOL: return .brokenResponse(.notHTTP)
        case CURLE_WEIRD_SERVER_REPLY:
            return .brokenResponse(status == 0 ? .notHTTP : .badHeader)
        case CURLE_BAD_CONTENT_ENCODING: return .brokenResponse(.badHeader)
        case CURLE_OUT_OF_MEMORY where !headerDone && receivedBytes > Transfer.headerLimitBytes:
            // What libcurl says to a header line beyond its own limit.
            return .brokenResponse(.badHeader)
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            // In TLS 1.3 a server may refuse after our side of the handshake is done.
            if let alert { return .tls(Self.problem(ofAlert: alert)) }
            return isChunked && headerDone && !socketFailed
                ? .brokenResponse(.badChunk) : .connectionLost
        default: return .local(code: Int(result.rawValue))
        }
    }
}
