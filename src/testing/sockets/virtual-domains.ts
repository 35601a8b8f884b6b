/** One of those that hear what is sent to all of a domain. */
export interface Member {
  /** Who came first hears first. */
  readonly order: number
}

/** Broadcast and multicast domains: who hears what is sent to one address in one subnet or on one link. */
export interface VirtualDomains<Address extends string, OneMember extends Member> {
  readonly join: (domain: string, to: Address, member: OneMember) => void
  readonly leave: (domain: string, to: Address, member: OneMember) => void
  /** All who hear it in these domains. */
  readonly members: (domains: readonly string[], to: Address) => readonly OneMember[]
}

/** Finds members without a look at any others: what a broadcast costs is due to those that hear it. */
export const virtualDomains = <Address extends string, OneMember extends Member>(): VirtualDomains<
  Address,
  OneMember
> => {
  const all = new Map<string, Set<OneMember>>()
  const keyOf = (domain: string, to: Address): string => `${to} ${domain}`

  return {
    join: (domain, to, member) => {
      const key = keyOf(domain, to)
      const members = all.get(key) ?? new Set()
      all.set(key, members.add(member))
    },
    leave: (domain, to, member) => {
      const key = keyOf(domain, to)
      const members = all.get(key)
      members?.delete(member)
      if (members?.size === 0) all.delete(key)
    },
    members: (domains, to) => {
      const found: OneMember[] = []
      for (const domain of domains) for (const member of all.get(keyOf(domain, to)) ?? []) found.push(member)
      return domains.length > 1 ? found.sort((one, other) => one.order - other.order) : found
    },
  }
}
