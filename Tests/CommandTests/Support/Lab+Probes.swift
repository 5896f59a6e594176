import ArgumentParser
import Lab
import Survey

@testable import stsaudit

extension Lab {
    /// The options that make an audit of this lab probe its MX hosts.
    var probeFlags: [String] { DemoCommand.probeFlags(for: self) }

    var probingConfiguration: SurveyConfiguration {
        get throws { try EngineOptions.parse(flags() + probeFlags).configuration }
    }
}
