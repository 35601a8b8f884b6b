import type { Arrival } from '../../src/bvll/udp.js'
import { judgementOn6 } from './bvll-oracle.js'
import { hexOf } from './frames.js'

/*
 * What a B/IPv6 port must do with a datagram, read from its octets by the tables of the notes (sections 4 to 7) alone. All
 * addresses, VMACs and messages are hex.
 */

/** What a port knows before it hears a datagram. */
export interface Known {
  readonly role: 'OrdinaryNode' | 'ForeignDevice' | 'Bbmd'
  readonly self: string
  readonly group: string
  /** Its VMAC, and that which it would like to have. */
  readonly vmac: string
  readonly candidate: string | undefined
  /** The VMACs it knows. */
  readonly cached: ReadonlySet<string>
  /** The VMACs it asks for. */
  readonly awaited: ReadonlySet<string>
  /** The addresses whose VMACs it asks for. */
  readonly asked: ReadonlySet<string>
  readonly bdt: readonly string[]
  readonly fdt: readonly string[]
  /** Whether a registration would be taken. */
  readonly takes: (source: string, ttl: number) => boolean
  /** Of a foreign device that is registered. */
  readonly bbmd: string | undefined
}

/** What a port has heard. */
export interface Arrived {
  readonly datagram: Uint8Array
  readonly source: string
  readonly arrival: Arrival
}

/** What must come of it. */
export interface Due {
  readonly delivered?: { readonly npdu: string; readonly to: 'unicast' | 'broadcast'; readonly via: string }
  /** Where its VMAC is from now on. */
  readonly learned?: string
  /** Where it is if the port does not look for that VMAC any more, because of this. */
  readonly perhaps?: string
  /** One answer, unless too much has been asked for. */
  readonly answer?: readonly [to: string, message: string]
  /** Copies for each of these, unless there were too many. */
  readonly copies?: readonly [to: ReadonlySet<string>, message: string]
  readonly registered?: string
  readonly deleted?: string
  /** Somebody else has the VMAC, or would like to have it. */
  readonly isClaim?: boolean
}

const isStation = (address: string): boolean => !/^(ff|0{32})|0000$/.test(address)

/** Not even of a host by itself: what came over a network means another host by it. */
const isElsewhere = (address: string): boolean => isStation(address) && !address.startsWith('1'.padStart(32, '0'))

/** A message of that function, with its length. */
const bvll6 = (fn: string, payload: string): string =>
  `82${fn}${(4 + payload.length / 2).toString(16).padStart(4, '0')}${payload}`

/** What must come of a datagram. */
export const dueOf = ({ datagram, source, arrival }: Arrived, known: Known): Due => {
  if (source === known.self || !isStation(source)) return {}
  const { role, self, group, vmac, candidate, cached, awaited, asked, bdt, fdt, takes, bbmd } = known
  const isBbmd = role === 'Bbmd'
  const wasMulticast = arrival === 'broadcast'
  const { fault, nak } = judgementOn6(datagram)
  const refusal = (code: number): Due['answer'] => [source, bvll6('00', vmac + code.toString(16).padStart(4, '0'))]
  if (fault !== undefined) {
    const isKept = fault === 'CONFIRMED_REQUEST_BY_BROADCAST' && isBbmd && fdt.includes(source)
    return nak === undefined || wasMulticast || isKept ? {} : due({ answer: refusal(nak) })
  }

  const hex = hexOf(datagram)
  const fn = datagram[1] ?? 0
  const [speaker, target] = [hex.slice(8, 14), hex.slice(14, 20)]
  const originating = fn === 0x08 ? hex.slice(14, 50) : fn === 0x04 ? hex.slice(20, 56) : source
  const isOwn = speaker === vmac || speaker === candidate
  const isForwarded = fn === 0x04 || fn === 0x08
  const isOfDomain = fn === 0x02 || (wasMulticast && (fn === 0x03 || isForwarded))
  const isAround = role === 'ForeignDevice' && isOfDomain && isStation(originating)
  const isClaim = isOwn && fn !== 0x0b && originating !== self && !isAround

  const isTaken = (): boolean => {
    if (isForwarded) {
      if (originating === self || !isElsewhere(originating)) return false
      if (role === 'ForeignDevice' && fn === 0x04 && target === vmac) return !wasMulticast
      if (isBbmd) return bdt.includes(source) && source !== self
      return role !== 'ForeignDevice' || (source === bbmd && !wasMulticast)
    }
    if (fn === 0x01) return !wasMulticast && target === vmac
    if (fn === 0x02) return role !== 'ForeignDevice'
    if (fn === 0x03) return role !== 'ForeignDevice' || !wasMulticast
    return fn === 0x06 || (fn !== 0x0b && !wasMulticast)
  }
  if (!isTaken()) return due({ isClaim })

  const isAck = fn === 0x05 || fn === 0x07
  const isAwaited = target === vmac && (awaited.has(speaker) || asked.has(source))
  const isProbe = (fn === 0x03 || fn === 0x04) && target === speaker
  const isBelieved = isProbe ? !cached.has(speaker) : !isAck || cached.has(speaker) || isAwaited
  const perhaps = isBelieved && speaker !== vmac && isElsewhere(originating) ? originating : undefined
  const learned = isOwn ? undefined : perhaps
  const others = (...groups: readonly (readonly string[])[]): ReadonlySet<string> => {
    const all = new Set(groups.flat())
    for (const address of [self, source, originating]) all.delete(address)
    // A link-local address means something only on its link.
    return /^fe[89ab]/.test(originating) ? new Set([...all].filter(address => /^f(f|e[89ab])/.test(address))) : all
  }
  const foreign = fdt.filter(address => !bdt.includes(address))
  const domain = wasMulticast ? [] : [group]
  const always = { learned, perhaps, isClaim }

  switch (fn) {
    case 0x01:
      return due({ ...always, delivered: { npdu: hex.slice(20), to: 'unicast', via: 'original' } })
    case 0x02: {
      const npdu = hex.slice(14)
      const to = isBbmd && arrival !== 'unicast' ? others(bdt, foreign) : others()
      const copies = [to, bvll6('08', speaker + source + npdu)] as const
      return due({ ...always, delivered: { npdu, to: 'broadcast', via: 'original' }, copies })
    }
    case 0x03: {
      if (target === vmac) return due({ ...always, answer: [source, bvll6('05', vmac + speaker)] })
      if (!isBbmd) return due(always)
      const isRegistered = fdt.includes(source)
      if (!isRegistered && arrival === 'unicast') return due({ ...always, answer: refusal(0x30) })
      const to = others(isRegistered ? domain : [], bdt, foreign)
      return due({ ...always, copies: [to, bvll6('04', speaker + target + source)] })
    }
    case 0x04:
      if (target === vmac) return due({ ...always, answer: [originating, bvll6('05', vmac + speaker)] })
      return due(isBbmd ? { ...always, copies: [others(domain, foreign), hex] } : always)
    case 0x06:
      return due({ ...always, answer: [source, bvll6('07', vmac + speaker)] })
    case 0x08: {
      const delivered = { npdu: hex.slice(50), to: 'broadcast', via: 'forwarded' } as const
      return due({ ...always, delivered, copies: isBbmd ? [others(domain, foreign), hex] : undefined })
    }
    case 0x09: {
      const isTakenOn = isBbmd && takes(source, Number.parseInt(hex.slice(14), 16))
      return due({ ...always, answer: refusal(isTakenOn ? 0 : 0x90), registered: isTakenOn ? source : undefined })
    }
    case 0x0a: {
      const entry = hex.slice(14)
      const isDone = isBbmd && fdt.includes(entry)
      return due({ ...always, answer: refusal(isDone ? 0 : 0xa0), deleted: isDone ? entry : undefined })
    }
    case 0x0c: {
      if (!isBbmd || !fdt.includes(source)) return due({ ...always, answer: refusal(0xc0) })
      const npdu = hex.slice(14)
      const copies = [others(domain, bdt, foreign), bvll6('08', speaker + source + npdu)] as const
      return due({ ...always, delivered: { npdu, to: 'broadcast', via: 'distributed' }, copies })
    }
    default:
      return due(always)
  }
}

/** Without what is not due. */
const due = (all: { readonly [Name in keyof Due]: Due[Name] | undefined }): Due =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
