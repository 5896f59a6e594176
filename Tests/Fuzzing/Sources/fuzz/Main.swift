internal import CFuzzer
internal import Glibc

/// `fuzz list`, `fuzz seeds FOLDER`, `fuzz TARGET [libFuzzer's options and folders]`.
@main
struct Main {
    /// Of the one target that this process runs. Written before libFuzzer starts, and libFuzzer
    /// calls from the same thread.
    nonisolated(unsafe) static var target = Target.dns

    static func main() {
        var words = CommandLine.arguments
        let choice = words.count > 1 ? words.remove(at: 1) : ""
        if let target = Target(rawValue: choice) {
            unsafe self.target = target
            exit(run(words))
        }
        switch choice {
        case "list":
            for target in Target.allCases { print(target.rawValue) }
        case "seeds" where words.count == 2:
            for target in Target.allCases { Seeds.write(target, under: words[1]) }
        default:
            print("usage: fuzz list | seeds FOLDER | TARGET [option...] [folder...]")
            exit(64)
        }
    }

    private static func run(_ words: [String]) -> Int32 {
        // libFuzzer keeps the pointers for as long as it runs, which is until the end.
        let arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
            capacity: words.count + 1)
        for (index, word) in words.enumerated() { unsafe arguments[index] = unsafe strdup(word) }
        unsafe arguments[words.count] = nil
        var count = Int32(words.count)
        var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe arguments
        return unsafe LLVMFuzzerRunDriver(&count, &pointer, fuzzOne)
    }
}

/// Of this name, since the linker may look into libFuzzer's own `main` before it knows of ours.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    unsafe Main.target.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
