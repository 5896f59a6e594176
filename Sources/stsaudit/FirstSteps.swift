/// What `stsaudit` says when it is given nothing to do.
enum FirstSteps {
    static let text = """
        stsaudit says, for each domain, what a sending MTA that follows MTA-STS (RFC 8461) does
        with its mail right now, and why.

          stsaudit check example.com                  one domain, step by step
          stsaudit audit portfolio.csv --output out   thousands of them, into CSV and a store
          stsaudit demo                               see it at work on a simulated Internet

        All commands: stsaudit --help

        """
}
