internal import Glibc

/// Certificates by the lab's recipes as files, for servers that are not the lab's own.
public final class CertificateFiles {
    /// Path of the PEM file with the root that signs the sound ones.
    public let caFile: String
    private let folder: String
    private let minter: Minter

    /// - Parameter folder: an existing one; stays the caller's, with all that is written to it.
    public init(folder: String) throws(HostServerFailure) {
        do {
            minter = Minter(authority: try MintAuthority(intermediate: .p256), capacity: 1)
        } catch {
            throw .openSSL(error)
        }
        self.folder = folder
        caFile = folder + "/lab-root.pem"
        guard minter.authority.root.writePEM(to: caFile) else { throw .caFile(code: errno) }
    }

    /// Writes `<name>.pem`: key, certificate and chain.
    ///
    /// - Parameter name: a lower-case host name.
    /// - Returns: the path of the file.
    public func write(
        _ name: String, _ recipe: CertificateRecipe
    ) throws(HostServerFailure) -> String {
        let path = "\(folder)/\(name).pem"
        let isWritten: Bool
        do {
            isWritten = try minter.write(try minter.leaf(for: name, recipe), to: path)
        } catch {
            throw .openSSL(error)
        }
        guard isWritten else { throw .caFile(code: errno) }
        return path
    }
}
