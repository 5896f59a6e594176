import Evidence
import MTASTS

/// Which records of a domain have to change: from what was seen to what is to be.
struct RecordChanges {
    let domain: DomainName
    let evidence: Evidence
    let wishes: KitWishes

    // MARK: - The STS record (RFC 8461 §3.1)

    func stsRecord(_ text: String) -> [RecordChange] {
        var changes = txt(
            text, at: domain.recordName, now: evidence.record,
            note: "RFC 8461 §8.1: after the policy is served, since the new id makes senders fetch")
        for misplaced in evidence.misplacedRecords {
            changes.append(
                change(
                    .delete, owner(of: misplaced.place), .text(misplaced.record),
                    "no sender looks for an STS record here"))
        }
        return changes
    }

    private func owner(of place: MisplacedRecord.Place) -> String {
        switch place {
        case .apex: domain.description
        case .policyHost: domain.policyHost
        case .underscore: "_mta_sts." + domain.description
        }
    }

    // MARK: - The TLSRPT record (RFC 8460 §3)

    /// Empty where there is a usable one, where it is not known, or where no record is wanted.
    func reportingRecord() -> [RecordChange] {
        guard let text = wishes.reportingRecord, evidence.tlsrpt.failure == nil else { return [] }
        switch TLSRPTRecordSet.select((evidence.tlsrpt.found ?? []).map(\.bytes)) {
        case .one(_, let reading, discarded: _) where reading.record != nil: return []
        case .none, .one, .multiple: break
        }
        return txt(
            text, at: domain.reportingName, now: evidence.tlsrpt,
            note: "senders report failures to this address")
    }

    private func txt(
        _ text: String, at owner: String, now lookup: Lookup<[TXTRecord]>, note: String
    ) -> [RecordChange] {
        let value = RecordChange.Value.text(Octets(text))
        if let target = lookup.aliases.first {
            // RFC 1034 §3.6.2: a CNAME has no other records beside it.
            return [
                change(
                    .delete, owner, .alias(target),
                    "a TXT record cannot stand beside it; or have the owner of "
                        + "the target publish the TXT record there"),
                change(.add, owner, value, note),
            ]
        }
        let present = lookup.found ?? []
        // What any name below the domain answers is not at this name.
        guard !present.isEmpty, evidence.wildcardProbe?.found != present else {
            return [change(.add, owner, value, note)]
        }
        var replacement = change(.replace, owner, value, note)
        replacement.replaced = present.map { .text($0) }
        return [replacement]
    }

    // MARK: - The policy host (RFC 8461 §3.2)

    enum HostState: Hashable {
        /// Addresses that senders can go to, or may: not for the kit to change.
        case present
        /// No address and no CNAME.
        case missing
        /// A CNAME to a name without an address.
        case dangling(String)
        /// Only special-purpose addresses, perhaps at the end of a CNAME.
        case special([IPAddress], alias: String?)
    }

    var hostState: HostState {
        guard let host = evidence.policyHost else { return .present }
        if host.isMissing { return host.aliases.first.map { .dangling($0) } ?? .missing }
        let guarded = evidence.guardedAddresses
        if host.failure == nil, evidence.fetches.isEmpty, !guarded.isEmpty {
            return .special(guarded, alias: host.aliases.first)
        }
        return .present
    }

    /// Empty where the host has an address, or where nobody said which it is to have.
    func policyHost() -> [RecordChange] {
        guard let wish = wishes.policyHost else { return [] }
        let owner = domain.policyHost
        switch hostState {
        case .present: return []
        case .missing:
            let isEmpty = evidence.policyHost?.v4.outcome == .nameMissing
            return values(wish).map {
                change(
                    .add, owner, $0,
                    isEmpty || $0.type != "CNAME"
                        ? "the policy is served there"
                        : "the policy is served there; a CNAME stands alone, so other records at "
                            + "this name have to go")
            }
        case .dangling(let target), .special(_, alias: .some(let target)):
            return exchange([.alias(target)], for: wish, at: owner)
        case .special(let addresses, alias: .none):
            return exchange(addresses.map { .address($0) }, for: wish, at: owner)
        }
    }

    /// What is there goes; where something of the same type comes, by being replaced.
    private func exchange(
        _ old: [RecordChange.Value], for wish: KitWishes.PolicyHost, at owner: String
    ) -> [RecordChange] {
        let new = values(wish)
        let types = Set(new.map(\.type))
        let going = old.filter { !types.contains($0.type) }.map {
            change(.delete, owner, $0, "no sender can fetch the policy there")
        }
        let coming = new.map { value in
            let replaced = old.filter { $0.type == value.type }
            var record = change(
                replaced.isEmpty ? .add : .replace, owner, value, "the policy is served there")
            record.replaced = replaced
            return record
        }
        return going + coming
    }

    private func values(_ wish: KitWishes.PolicyHost) -> [RecordChange.Value] {
        switch wish {
        case .alias(let target): [.alias(target.description)]
        case .addresses(let addresses): addresses.sorted().map { .address($0) }
        }
    }

    private func change(
        _ action: RecordChange.Action, _ owner: String, _ value: RecordChange.Value,
        _ note: String
    ) -> RecordChange {
        RecordChange(action, owner, value, ttl: wishes.ttl, note: note)
    }
}
