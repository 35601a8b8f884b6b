import { noop, Subject, take } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { toStation } from '../../../src/network/event/destination.js'
import type { NetworkOutbound } from '../../../src/network/event/network-event.js'
import { networkEntity, router } from '../../../src/transport/router.js'
import { seconds } from '../../../src/values/duration.js'
import { clock } from '../../machine/clock.js'
import { playedPort, type PlayedPort, type SentNpdu } from '../../support/network-ports.js'
import { IP_STATION, mac, NEXT_ROUTER, READ_PROPERTY } from '../../support/router-lab.js'
import { fromHex } from '../../support/vectors.js'

/** What a node told, and what was left of it at any time after its subscriber had unsubscribed. */
interface Life {
  /** How many events it told. */
  readonly told: number
  /** The links that were open. */
  readonly open: ReadonlySet<string>
  /** The most timers that ran. */
  readonly timers: number
  /** What it said. */
  readonly said: readonly SentNpdu[]
}

const KINDS = { router, 'network entity': networkEntity }

/** What may be different between the ports of nodes. */
interface PortsOf {
  readonly networks: readonly (number | undefined)[]
  readonly isUp: boolean
}

/** All that happens to a node, whose subscriber takes so many events. */
const lifeOf = (kind: keyof typeof KINDS, { networks, isUp }: PortsOf, events: number): Life => {
  const { scheduler, advance, running } = clock()
  const sent: SentNpdu[] = []
  const outbound$ = new Subject<NetworkOutbound>()
  const port = (name: string, network: number | undefined, address: string): PlayedPort =>
    playedPort(name, { mac: address, network, isUp }, sent)
  const ip = port('ip', networks[0], 'c0a80101bac0')
  const ip6 = port('ip6', networks[1], '000901')
  const late = port('late', networks[2], '9a0000000001')
  const duplex = KINDS[kind]({ ports: [ip.options, ip6.options], scheduler })

  let told = 0
  let saidBefore: number | undefined
  duplex(outbound$)
    .pipe(take(events))
    .subscribe({ next: () => told++, complete: () => (saidBefore = sent.length) })
  const happenings: readonly (() => void)[] = [
    () => ip.stand({ isUp: true }),
    () => ip6.stand({ isUp: true }),
    () => ip.hear('018013000a01', NEXT_ROUTER, true),
    () => ip.hear('018001001e', NEXT_ROUTER, true),
    () => outbound$.next({ _tag: 'AddPort', port: late.options }),
    () => late.stand({ isUp: true }),
    () => advance(seconds(2)),
    () => ip.hear('01800107d107d2', NEXT_ROUTER, true),
    () => ip.hear('01800407d1', NEXT_ROUTER, true),
    () => ip6.hear(`01240bb80105ff${READ_PROPERTY}`, '0004d2'),
    () => outbound$.next({ _tag: 'Apdu', apdu: fromHex('1008'), destination: toStation(mac('05'), 3001) }),
    () => ip.hear('ff', IP_STATION),
    () => ip.hear('ff', IP_STATION),
    () => ip6.stand({ isUp: false }),
    () => advance(seconds(30)),
    () => outbound$.next({ _tag: 'RemovePort', port: 'ip' }),
    () => late.fail(new Error('no such interface')),
    () => ip6.stand({ isUp: true }),
  ]
  const open = new Set<string>()
  let timers = 0
  for (const happens of [noop, ...happenings]) {
    happens()
    if (saidBefore === undefined) continue
    for (const [name, { isOpen }] of Object.entries({ ip, ip6, late })) if (isOpen()) open.add(name)
    timers = Math.max(timers, running())
  }
  return { told, open, timers, said: sent.slice(saidBefore) }
}

const NUMBERS: Readonly<Record<string, readonly (number | undefined)[]>> = {
  'whose numbers are configured': [10, 20, 30],
  'that know no numbers': [undefined, undefined, undefined],
  'of which one knows its number': [undefined, 20, undefined],
}

const CASES = (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap(kind =>
  Object.entries(NUMBERS).flatMap(([numbers, networks]) =>
    [true, false].map(isUp => ({ kind, numbers, networks, isUp, how: isUp ? 'up' : 'down' })),
  ),
)

describe('unsubscribing from within an event', () => {
  it.each(CASES)('leaves no link and no timer of a $kind with ports $numbers, $how at first', ({ kind, ...ports }) => {
    const { told } = lifeOf(kind, ports, Infinity)
    expect(told).toBeGreaterThan(8)
    for (let events = 1; events <= told; events++) {
      const life = lifeOf(kind, ports, events)
      expect({ ...life, events }).toEqual({ told: events, open: new Set(), timers: 0, said: [], events })
    }
  })
})
