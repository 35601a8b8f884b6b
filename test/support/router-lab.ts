import { Subject } from 'rxjs'
import {
  apduTo,
  type NetworkEvent,
  type NetworkOutbound,
  type OutboundApdu,
} from '../../src/network/event/network-event.js'
import { fromHex } from './vectors.js'
import { networkEntity, router, type RouterOptions } from '../../src/transport/router.js'
import { seconds, type Duration } from '../../src/values/duration.js'
import { clock } from '../machine/clock.js'
import { playedPort, type PlayedPort, type PlayedPortOptions, type SentNpdu } from './network-ports.js'
import { macOf } from './mac.js'

/** Stations of the three networks, as in section 10 of the protocol notes. */
export const IP_STATION = 'c0a80132bac0'
export const IP6_STATION = '0004d2'
export const SC_STATION = '9a7b31c2d405'

/** The next router to network 2001, on the network of B/IP. */
export const NEXT_ROUTER = 'c0a80163bac0'

/** What an I-Am of device 1 looks like, and a Who-Is, a ReadProperty. */
export const I_AM = '1000c4020000012205c49103220104'
export const WHO_IS = '1008'
export const READ_PROPERTY = '0205010c0c02000001194d'

const PORTS = {
  ip: { network: 10, mac: 'c0a80101bac0' },
  ip6: { network: 20, mac: '000901' },
  sc: { network: 30, mac: '9a0000000001' },
} as const satisfies Readonly<Record<string, PlayedPortOptions>>

/** The ports of a lab. */
export type LabPort = keyof typeof PORTS

type Told<Tag extends NetworkEvent['_tag']> = Extract<NetworkEvent, { readonly _tag: Tag }>

/** A node with three ports that a test plays, in virtual time. */
export interface RouterLab {
  readonly ports: Readonly<Record<LabPort, PlayedPort>>
  /** What has left since this was asked last: `ip6 0004d2 0108…`, in order. */
  readonly sent: () => readonly string[]
  /** What was told since this was asked last, of one kind. */
  readonly told: <Tag extends NetworkEvent['_tag']>(tag: Tag) => readonly Told<Tag>[]
  readonly submit: (outbound: NetworkOutbound) => void
  readonly pass: (time: Duration) => void
  readonly end: () => void
  readonly hasEnded: () => boolean
  /** What it has ended with, where that is an error. */
  readonly failure: () => unknown
  readonly close: () => void
  /** Timers that run. */
  readonly running: () => number
}

/** What is different from a router with three ports, all up and announced, and a route to 2001 that was learned. */
export interface RouterLabOptions extends Partial<Omit<RouterOptions, 'ports'>> {
  readonly isRouter?: boolean
  readonly change?: Readonly<Partial<Record<LabPort, Partial<PlayedPortOptions>>>>
  readonly isNew?: boolean
  /** Whether it is told which port is its home. */
  readonly namesHome?: boolean
  /** Whether it begins without ports, which the test adds. */
  readonly isBare?: boolean
  /** Is told each event from within it. */
  readonly within?: (event: NetworkEvent, submit: RouterLab['submit']) => void
}

/** The node, after a second, in which it has said all that is to be said at the start. */
export const routerLab = ({
  isRouter = true,
  change = {},
  isNew = false,
  namesHome = true,
  isBare = false,
  within = () => undefined,
  ...options
}: RouterLabOptions = {}): RouterLab => {
  const { scheduler, advance, running } = clock()
  const left: SentNpdu[] = []
  const events: NetworkEvent[] = []
  const outbound$ = new Subject<NetworkOutbound>()
  const submit = (outbound: NetworkOutbound): void => outbound$.next(outbound)
  let hasEnded = false
  let failure: unknown
  const port = (name: LabPort): PlayedPort => playedPort(name, { ...PORTS[name], ...change[name] }, left)
  const ports = { ip: port('ip'), ip6: port('ip6'), sc: port('sc') }
  const all = { ...options, ports: isBare ? [] : Object.values(ports).map(({ options: given }) => given), scheduler }
  const duplex = isRouter ? router({ ...(namesHome ? { home: 'sc' } : {}), ...all }) : networkEntity(all)
  const life = duplex(outbound$).subscribe({
    next: event => {
      events.push(event)
      within(event, submit)
    },
    complete: () => (hasEnded = true),
    error: (error: unknown) => (failure = error),
  })
  const sent = (): readonly string[] => left.splice(0).map(({ port: name, to, hex }) => `${name} ${to} ${hex}`)
  if (!isNew) {
    ports.ip.hear('01800107d1', NEXT_ROUTER, true)
    advance(seconds(40))
    sent()
    events.length = 0
  }
  return {
    ports,
    sent,
    told: <Tag extends NetworkEvent['_tag']>(tag: Tag) => {
      const wanted = events.filter((event): event is Told<Tag> => event._tag === tag)
      for (const event of wanted) events.splice(events.indexOf(event), 1)
      return wanted
    },
    submit,
    pass: advance,
    end: () => outbound$.complete(),
    hasEnded: () => hasEnded,
    failure: () => failure,
    close: () => life.unsubscribe(),
    running,
  }
}

/** A MAC address. */
export const mac = macOf

/** An APDU, in hex digits, for a destination. */
export const apdu = (hex: string, ...to: Tail<Parameters<typeof apduTo>>): OutboundApdu => apduTo(fromHex(hex), ...to)

type Tail<All extends readonly unknown[]> = All extends readonly [unknown, ...infer Others] ? Others : never
