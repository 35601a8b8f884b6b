/** The other BBMDs of a BBMD, as its broadcast distribution table has them. */
export interface Peers<Address extends string> {
  /** Where copies for them go: the BBMDs themselves, or on BACnet/IP the broadcast addresses of their subnets. */
  readonly destinations: readonly Address[]
  /** Whether it puts what they forward to it into its own subnet or multicast domain. */
  readonly isTwoHop: boolean
  readonly isPeer: (address: Address) => boolean
}

/** What a BBMD knows when it decides who gets a copy of a broadcast (clause J.4.5, section 6 of the protocol notes). */
export interface ForwardingFacts<Address extends string> {
  /** Another object when it has changed. */
  readonly table: Peers<Address>
  /** Foreign devices whose registration is alive; another array when they are others. */
  readonly foreign: readonly Address[]
  /** Where broadcasts for the own subnet or multicast domain go. */
  readonly domain: Address | undefined
  readonly isSelf: (address: Address) => boolean
}

/** Who gets a copy of a broadcast; nobody twice, never the BBMD itself, never the one it came from (6.1). */
export type Copies<Address extends string> = ReadonlySet<Address>

/** How a Forwarded-NPDU came. */
export interface ForwardedBy<Address extends string> {
  /** The BBMD that sent it, or a stranger. */
  readonly sender: Address
  /** Whether the own domain has heard it already. */
  readonly isHeard: boolean
}

/** Who gets copies of broadcasts, as long as the facts stay as they are. */
export interface Forwarding<Address extends string> {
  /** Of an Original-Broadcast-NPDU, or of one of its own: the own domain has heard it (6.2, and 4.1 for its own). */
  readonly ofOriginal: (origin: Address) => Copies<Address>
  /** Of a Forwarded-NPDU: it makes no second hop between BBMDs, and the own domain gets it only if it has not heard it (6.3). */
  readonly ofForwarded: (origin: Address, from: ForwardedBy<Address>) => Copies<Address>
  /** Of a Distribute-Broadcast-To-Network (6.4); to the own domain unless it has heard it. */
  readonly ofDistributed: (origin: Address, isHeard: boolean) => Copies<Address>
}

/**
 * Gathers once who gets copies, for all broadcasts: most come from stations that are in no table. A BBMD that is in both
 * tables is no foreign device: whoever registers two of them with each other, in their names, would have each broadcast
 * go to and fro for ever.
 */
export const forwarding = <Address extends string>({
  table,
  foreign: registered,
  domain,
  isSelf,
}: ForwardingFacts<Address>): Forwarding<Address> => {
  const foreign = registered.filter(address => !table.isPeer(address))
  const own = domain === undefined ? [] : [domain]
  const gathered = (...groups: readonly (readonly Address[])[]): (() => Copies<Address>) =>
    once(() => new Set(groups.flat().filter(address => !isSelf(address))))
  const beyondDomain = gathered(table.destinations, foreign)
  const everybody = gathered(own, table.destinations, foreign)
  const domainAndForeign = gathered(own, foreign)
  const foreignOnly = gathered(foreign)
  return {
    ofOriginal: origin => without(origin, beyondDomain()),
    ofForwarded: (origin, { sender, isHeard }) =>
      without(sender, without(origin, !isHeard && table.isTwoHop ? domainAndForeign() : foreignOnly())),
    ofDistributed: (origin, isHeard) => without(origin, isHeard ? beyondDomain() : everybody()),
  }
}

/** Gathers anew only when a fact is another than the last time. */
export const currentForwarding = <Address extends string>(
  facts: () => ForwardingFacts<Address>,
): (() => Forwarding<Address>) => {
  let known: { readonly facts: ForwardingFacts<Address>; readonly to: Forwarding<Address> } | undefined
  return () => {
    const now = facts()
    if (known === undefined || !areSame(now, known.facts)) known = { facts: now, to: forwarding(now) }
    return known.to
  }
}

const areSame = <Address extends string>(one: ForwardingFacts<Address>, other: ForwardingFacts<Address>): boolean =>
  one.table === other.table && one.foreign === other.foreign && one.domain === other.domain

const once = <A>(make: () => A): (() => A) => {
  let made: A | undefined
  return () => (made ??= make())
}

const without = <Address extends string>(origin: Address, copies: Copies<Address>): Copies<Address> =>
  copies.has(origin) ? new Set([...copies].filter(address => address !== origin)) : copies
