import { ms, type Duration } from '../../values/duration.js'
import type { Random } from '../../values/random.js'

/** What a path does to what takes it, in the words of network emulators. What is left out is as on a perfect path. */
export interface Impairment {
  /** How long everything is on its way. Default 0 ms. */
  readonly latency?: Duration
  /** Up to so much longer, drawn for each. Datagrams overtake each other, messages of one WebSocket do not. Default 0 ms. */
  readonly jitter?: Duration
  /**
   * The part that is lost, 0 to 1. A lost datagram is gone; a WebSocket sends again after 200 ms, then 400 ms and so on.
   * Default 0.
   */
  readonly loss?: number
  /** The part of the datagrams that arrives twice. Default 0. */
  readonly duplication?: number
  /** The part of the datagrams that others overtake: they take twice as long, and at least 10 ms longer. Default 0. */
  readonly reordering?: number
  /** Octets a second that pass; at 0, nothing ever does. Default: no bound. */
  readonly rate?: number
}

/** An impairment with everything said. */
export type FullImpairment = Required<Impairment>

/** A perfect path. */
export const UNIMPAIRED: FullImpairment = {
  latency: ms(0),
  jitter: ms(0),
  loss: 0,
  duplication: 0,
  reordering: 0,
  rate: Infinity,
}

/** What a value of each part of an impairment has to be. */
const VALID: { readonly [Part in keyof Impairment]-?: readonly [(value: number) => boolean, string] } = {
  latency: [value => Number.isInteger(value) && value >= 0, 'whole milliseconds from 0'],
  jitter: [value => Number.isInteger(value) && value >= 0, 'whole milliseconds from 0'],
  loss: [value => value >= 0 && value <= 1, 'a part from 0 to 1'],
  duplication: [value => value >= 0 && value <= 1, 'a part from 0 to 1'],
  reordering: [value => value >= 0 && value <= 1, 'a part from 0 to 1'],
  rate: [value => value >= 0, 'octets a second from 0'],
}

/**
 * An impairment as a test says it, once it is known to be one.
 *
 * @throws Error for a value out of its range, and for a part that there is none of.
 */
export const validImpairment = (impairment: Impairment): Impairment => {
  for (const [part, value] of Object.entries(impairment) as readonly (readonly [string, number | undefined])[]) {
    const rule = Object.entries(VALID).find(([name]) => name === part)?.[1]
    if (rule === undefined) throw new Error(`'${part}' is no part of an impairment`)
    const [isValid, wanted] = rule
    if (value !== undefined && !isValid(value)) throw new Error(`the ${part} of a path is not ${value}, but ${wanted}`)
  }
  return impairment
}

/** The impairment of a path that goes through both: times add up, and the slower of two rates is that of the whole. */
export const combined = (one: FullImpairment, other: Impairment): FullImpairment => ({
  latency: ms(one.latency + (other.latency ?? 0)),
  jitter: ms(one.jitter + (other.jitter ?? 0)),
  loss: either(one.loss, other.loss),
  duplication: either(one.duplication, other.duplication),
  reordering: either(one.reordering, other.reordering),
  rate: Math.min(one.rate, other.rate ?? Infinity),
})

const either = (one: number, other = 0): number => 1 - (1 - one) * (1 - other)

/** A datagram is overtaken for at least so long. */
const LEAST_DETOUR_MS = 10

/** When the copies of a datagram arrive, in milliseconds from now; none when it is lost. */
export const datagramDelays = (impairment: FullImpairment, random: Random): readonly number[] => {
  if (happens(impairment.loss, random)) return []
  const first = datagramDelay(impairment, random)
  return happens(impairment.duplication, random) ? [first, datagramDelay(impairment, random)] : [first]
}

const datagramDelay = (impairment: FullImpairment, random: Random): number => {
  const delay = plainDelay(impairment, random)
  return happens(impairment.reordering, random) ? delay + Math.max(delay, LEAST_DETOUR_MS) : delay
}

/** The first wait before TCP sends again; each further one is twice as long (RFC 6298, 2.4 and 5.5, as Linux has it). */
const RESEND_MS = 200

/** So often it is sent again at most, when nearly all is lost. */
const MAX_RESENT = 8

/** How long a message of a WebSocket is on its way, in milliseconds: lost segments are sent again. */
export const messageDelay = (impairment: FullImpairment, random: Random): number => {
  let delay = plainDelay(impairment, random)
  for (let resent = 0; resent < MAX_RESENT && happens(impairment.loss, random); resent++) delay += RESEND_MS << resent
  return delay
}

const plainDelay = ({ latency, jitter }: FullImpairment, random: Random): number =>
  jitter === 0 ? latency : latency + Math.floor(random.fraction() * (jitter + 1))

/** Draws only where the outcome is open, so that a fault elsewhere does not change what is drawn here. */
const happens = (part: number, random: Random): boolean => part > 0 && random.fraction() < part
