internal import CCurl
internal import Evidence

extension TransferRecord {
    /// What to tell the judge: libcurl's `result` read in the light of what was seen.
    ///
    /// - Parameter systemError: errno of a failed connect, 0 when unknown.
    func outcome(result: CURLcode, systemError: Int32, limitBytes: Int) -> Fetch.Outcome {
        if let failure = connectionFailure(result: result) { return .failed(.init(failure)) }
        guard handshakeBegan else {
            return .failed(.init(failureConnecting(result, systemError)))
        }
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

    // MARK: - HTTP

    /// What came without end where neither header nor body were too long.
    private var problemOfEndlessness: ResponseProblem {
        if status == 0 { return .notHTTP }
        return headerDone ? .badChunk : .badHeader
    }

    private func failureInResponse(_ result: CURLcode, limitBytes: Int) -> FetchFailure? {
        if headerOverLimit { return .brokenResponse(.badHeader) }
        if bodyOverLimit { return .tooLarge(limitBytes: limitBytes) }
        if receivedOverLimit { return .brokenResponse(problemOfEndlessness) }
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
