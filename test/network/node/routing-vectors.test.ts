import { NEVER } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import type { NetworkEvent } from '../../../src/network/event/network-event.js'
import { router } from '../../../src/transport/router.js'
import { playedPort, type SentNpdu } from '../../support/network-ports.js'
import { routingVectors, type RoutingVector } from '../../support/npdu-vectors.js'
import { toHex } from '../../support/vectors.js'
import { macOf } from '../../support/mac.js'

/** What the router of a vector said and told, from `from` on until `until`, in milliseconds. */
const play = ({ table, rx }: RoutingVector, octets: Uint8Array, from: number, until: number) => {
  const scheduler = new TestScheduler(() => undefined)
  const sent: SentNpdu[] = []
  const told: NetworkEvent[] = []
  scheduler.run(() => {
    const ports = table.ports.map(({ id, network, mac }) => playedPort(String(id), { network, mac, id }, sent))
    const routes = table.routes.map(({ network, port, nextHop }) => ({
      network,
      port: String(port),
      nextHop: macOf(nextHop),
    }))
    // None of the vectors is for the application at home on network 20.
    const box = router({ ports: ports.map(({ options }) => options), routes, home: '2', scheduler })
    const life = NEVER.pipe(box).subscribe(event => told.push(event))
    scheduler.schedule(() => {
      if (rx.port > 0) {
        sent.length = 0
        told.length = 0
        ports.find(({ options }) => options.id === rx.port)?.hear(toHex(octets), rx.sourceMac, rx.broadcast)
      }
    }, SETTLED)
    if (from > 0) scheduler.schedule(() => (sent.length = 0), from)
    scheduler.schedule(() => life.unsubscribe(), until)
  })
  return { sent, told }
}

/** When all ports have been announced. */
const SETTLED = 1000

const sorted = (sent: readonly SentNpdu[]) =>
  sent.map(({ port, to, hex }) => `${port} ${to} ${hex}`).toSorted((a, b) => a.localeCompare(b))

describe('a router', () => {
  it.each(routingVectors)('does as the vector $name', ({ routing, octets }) => {
    const { sent, told } =
      routing.after === undefined
        ? play(routing, octets, 0, routing.rx.port === 0 ? SETTLED - 1 : SETTLED + 1)
        : play(routing, octets, SETTLED + 5999, SETTLED + 6001)
    expect(sorted(sent)).toEqual(sorted(routing.send.map(one => ({ ...one, port: String(one.port) }))))
    expect(told.some(({ _tag }) => _tag === 'Apdu')).toBe(routing.deliverUp && routing.after === undefined)
    const learned = told.flatMap(event =>
      event._tag === 'Route' && event.origin !== 'direct' && event.origin !== 'configured'
        ? [{ network: event.network, port: Number(event.port), nextHop: event.nextHop }]
        : [],
    )
    const isKnown = ({ network }: { readonly network: number }) =>
      routing.table.routes.some(route => route.network === network)
    expect(learned).toEqual(routing.learns === undefined || isKnown(routing.learns) ? [] : [routing.learns])
  })
})
