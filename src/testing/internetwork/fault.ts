import type { Duration } from '../../values/duration.js'
import { durationText } from '../time/duration-text.js'
import { validImpairment, type Impairment } from '../paths/impairment.js'
import type { Hosts } from '../paths/paths.js'

/**
 * What can go wrong on a virtual internetwork. Hosts are meant by their names, `'*'` means every one. `Refuse`, `Hang`, `Cut`
 * and `Mute` concern WebSockets only; what else can happen to datagrams is in `DatagramFaults`.
 */
export type Fault =
  /** Nothing passes between two groups of hosts; without `others`, between `ones` and all else. */
  | { readonly _tag: 'Partition'; readonly ones: Hosts; readonly others?: Hosts }
  /** Nothing passes in one direction. */
  | { readonly _tag: 'Block'; readonly from: Hosts; readonly to: Hosts }
  /** What passes in one direction is late, lost, doubled, overtaken or slow. */
  | { readonly _tag: 'Impair'; readonly from: Hosts; readonly to: Hosts; readonly impairment: Impairment }
  /** Whoever connects to a host is refused. */
  | { readonly _tag: 'Refuse'; readonly host: string }
  /** Whoever connects to a host gets no answer. */
  | { readonly _tag: 'Hang'; readonly host: string }
  /** All WebSockets of a host are reset, at this moment; both ends are told. */
  | { readonly _tag: 'Cut'; readonly host: string }
  /** All WebSockets that a host has at this moment are half open from then on: nothing passes, and nobody is told. */
  | { readonly _tag: 'Mute'; readonly host: string }
  /** A hub is full: the nodes that it has stay, and any other that comes is refused for want of resources. */
  | { readonly _tag: 'Fill'; readonly hub: string }
  /** What runs on hosts dies, and their system tells whoever is connected; it starts anew when that is over. */
  | { readonly _tag: 'Kill'; readonly host: Hosts }
  /** Hosts lose their power, and tell nobody; what runs there starts anew when that is over. */
  | { readonly _tag: 'PowerOff'; readonly host: Hosts }
  /** A NAT forgets at this moment who has which of its ports: all behind it are seen from other ports from then on. */
  | { readonly _tag: 'Rebind'; readonly nat: string }
  /**
   * A host has another IPv4 or IPv6 address from this moment on, as DHCP may give it one. What runs there on all addresses
   * is told; what is bound to the old one stays there until it starts anew.
   */
  | { readonly _tag: 'Move'; readonly host: string; readonly to: string }

/** A fault, when it begins, and how long it lasts: for good, where that is not said. */
export interface ScriptedFault {
  /** From when the network was made. */
  readonly at: Duration
  readonly lasts?: Duration | undefined
  readonly fault: Fault
}

/** Where each fault says whom it is of. */
const HOSTS_OF: Readonly<Record<Fault['_tag'], readonly string[]>> = {
  Partition: ['ones'],
  Block: ['from', 'to'],
  Impair: ['from', 'to'],
  Refuse: ['host'],
  Hang: ['host'],
  Cut: ['host'],
  Mute: ['host'],
  Fill: ['hub'],
  Kill: ['host'],
  PowerOff: ['host'],
  Rebind: ['nat'],
  Move: ['host', 'to'],
}

/**
 * A fault, once it is known to be one. Whether its hosts are there is known only when it happens.
 *
 * @throws Error for what is no fault, one that does not say whom it is of, and an impairment that is none.
 */
export const validFault = (fault: Fault): Fault => {
  const fields = Object.entries(HOSTS_OF).find(([name]) => name === fault._tag)?.[1]
  if (fields === undefined)
    throw new Error(`'${fault._tag}' is no fault; there are ${Object.keys(HOSTS_OF).join(', ')}`)
  const said = new Map(Object.entries<unknown>(fault))
  const unsaid = fields.find(field => said.get(field) === undefined)
  if (unsaid !== undefined) throw new Error(`a ${fault._tag} does not say ${unsaid}`)
  if (fault._tag === 'Impair') validImpairment(fault.impairment)
  return fault
}

/** What goes wrong, as people say it: `at 10s partition hub-a from node-3 for 30s`. */
export const printFault = ({ at, lasts, fault }: ScriptedFault): string =>
  `at ${durationText(at)} ${inWords(fault)}${lasts === undefined ? '' : ` for ${durationText(lasts)}`}`

const inWords = (fault: Fault): string => {
  switch (fault._tag) {
    case 'Partition':
      return `partition ${names(fault.ones)} from ${fault.others === undefined ? 'all others' : names(fault.others)}`
    case 'Block':
      return `block ${names(fault.from)} to ${names(fault.to)}`
    case 'Impair':
      return `impair ${names(fault.from)} to ${names(fault.to)} by ${impairmentInWords(fault.impairment)}`
    case 'Refuse':
      return `refuse connections to ${fault.host}`
    case 'Hang':
      return `hang connections to ${fault.host}`
    case 'Cut':
      return `cut ${fault.host}`
    case 'Mute':
      return `mute ${fault.host}`
    case 'Fill':
      return `fill ${fault.hub}`
    case 'Kill':
      return `kill ${names(fault.host)}`
    case 'PowerOff':
      return `power off ${names(fault.host)}`
    case 'Rebind':
      return `rebind ${fault.nat}`
    case 'Move':
      return `move ${fault.host} to ${fault.to}`
  }
}

const names = (hosts: Hosts): string => {
  if (hosts === '*') return 'all'
  return typeof hosts === 'string' ? hosts : hosts.join(' and ')
}

const impairmentInWords = ({ latency, jitter, ...parts }: Impairment): string =>
  [
    ...(latency === undefined ? [] : [`latency ${durationText(latency)}`]),
    ...(jitter === undefined ? [] : [`jitter ${durationText(jitter)}`]),
    ...Object.entries(parts).map(([name, value]) => `${name} ${value}`),
  ].join(', ')
