import ArgumentParser
import Lab
import Survey

@testable import stsaudit

extension Lab {
    /// What `stsaudit demo` audits its lab with, and `changes`: of an option given twice the last
    /// counts.
    func flags(_ changes: String...) throws -> [String] {
        try DemoCommand.parse([]).flags(for: self) + changes
    }

    /// The same for a survey in this process.
    var surveyConfiguration: SurveyConfiguration {
        get throws { try EngineOptions.parse(flags()).configuration }
    }
}
