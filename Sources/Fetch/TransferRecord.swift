internal import Evidence

/// What the callbacks of one transfer saw. libcurl's result code alone says too little: 35, 28
/// and 56 each stand for several failures.
struct TransferRecord {
    // Connecting.
    var wasGuarded = false
    /// errno of the socket call; 0 when it worked.
    var socketError: Int32 = 0

    // TLS.
    /// TCP is up and TLS has begun.
    var handshakeBegan = false
    var handshakeDone = false
    /// Nil until the handshake is done, as is the cipher suite.
    var tlsVersion: String?
    var cipher: String?
    /// The first fatal alert the server sent.
    var alert: Int?
    /// The server ended TLS in order: what was read before is all there is.
    var closeNotifyReceived = false
    /// Why OpenSSL gave the handshake up; 0 where it did not.
    var handshakeReason: Int32 = 0
    /// The socket failed, as opposed to being closed in order.
    var socketFailed = false
    var receivedBytes = 0
    /// More came through TLS than any host has to say, in bytes or in messages: the rest was not
    /// read.
    var receivedOverLimit = false
    /// Messages behind the handshake that carry no data; -1 before OpenSSL has told its end.
    var laterMessages = -1
    var verifyErrors: [VerifyError] = []
    var chain: [Certificate] = []
    /// The address of the X509_STORE the chain was verified against; nil before that.
    var trustStoreIdentity: UInt?

    // HTTP.
    /// Set at the end: libcurl got as far as sending the request.
    var requestSent = false
    /// The latest status line; 0 before the first.
    var status = 0
    /// The header of the final response (not 1xx) is whole.
    var headerDone = false
    /// Of reply lines, where it is an MX host's.
    var headerBytes = 0
    var headerOverLimit = false
    /// Content-Length; nil when there is none, Int.max beyond that.
    var announcedLength: Int?
    var isChunked = false
    var contentType: String?
    var location: String?
    var retryAfter: String?
    var body: [UInt8] = []
    var bodyOverLimit = false

    // Mail.
    /// TCP came up.
    var isConnected = false
    /// When last seen, the peer had neither closed nor reset the connection.
    var peerIsThere = false
    var dialogue = MailDialogue()

    /// One complaint of OpenSSL's certificate verification.
    struct VerifyError: Hashable {
        /// An `X509_V_ERR` code.
        var code: Int32
        /// 0 is the server's own certificate.
        var depth: Int32
    }
}
