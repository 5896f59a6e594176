extension Seeds {
    static var portfolios: [[UInt8]] {
        let texts = [
            "example.com\nexample.org\n# a comment\n\nbücher.example\n",
            "domain,account,expected_mode,tags,owner\nexample.com,acme,enforce,a b,\"O, P\"\n",
            "\u{FEFF}Domain;account\r\nexample.com;\"a\"\"b\"\r\n\"x\ny.example\";c\r\n",
            "account\tdomain\nx\texample.com\ny\t192.0.2.1\nz\thttps://example.com/\n",
            "domain,x\nexample.com,\"never closed\nexample.org,1\nexample.net,2\n",
            "domain\r\rexample.com\rexample.org\r",
            "domain,expected_mode\nexample.com,maybe\nuser@example.com,none\n-a.example,\n",
        ]
        let plain = texts.map { Array($0.utf8) }
        return plain + [gzip(plain[1]), gzip(plain[0]) + gzip(plain[0]) + [0, 0, 0]]
    }

    static let configs = [
        "store = \"a.sqlite\"\nretries = 3\ndns-timeout = 0.5\nprobe-mx = true\n",
        "# c\r\nresolver = [\r\n  '127.0.0.1', # one\r\n]\r\n\"store\" = '''a\nb'''\nretries=1",
        "[network]\nretries = 1\n[[a]]\nb = {c = 1979-05-27T07:32:00Z, d.e = [1, [2]]}\n",
        "dns-timeout = inf\nfetch-timeout = nan\nconcurrency = 0x10\nretries = 1_0\n",
        "ehlo = \"a\\\"b\\\\c\\u0007\\U0001F600é\"\nallow-network = []\n",
    ]

    static let profiles = [
        "# a comment\nbase = strict\nmode-testing = error\nshort_max_age = 604800\n",
        "expiry_days = 21 # behind\r\nmode-none = warning\r\npolicy-host-missing = advice\r\n",
        "base = default\nunknown = error\nmode-testing = loud\nmode-testing = error\n",
    ]

    static let names = [
        "example.com", "*.example.com mx1.example.com", "xn--bcher-kva.example.", "BÜCHER.example",
        "a\\.b.\\255.example", "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "fe80::/10",
        "10.0.0.0/8", "64:ff9b::c000:201", "2026-11-28T18:00:00Z", "[IPv6:2001:db8::1]",
        "https://example.com/", "a@example.com", "\u{1B}[31mred\u{202E}", "mx_1.example", "..",
    ]

    static let dialogues = [
        "220 mx ESMTP\r\n250-mx\r\n250-SIZE 1\r\n250 STARTTLS\r\n220 go\r\n\0250 mx\r\n250 ok\r\n",
        "220-a\r\n220 b\r\n500 what\r\n", "554 no\r\n", "SSH-2.0-x\r\n", "220\r\n250\r\n",
        "220 a\r\n250-x\r\n250 starttls \r\n454 later\r\n",
        "220 a\r\n250 STARTTLS\r\n220 x\r\nplain\r\n",
    ]
}
