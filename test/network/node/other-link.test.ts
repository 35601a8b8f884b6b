import { Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  apduTo,
  networkEntity,
  networkLink,
  parseMac,
  toStation,
  type NetworkEvent,
  type OutboundNpdu,
  type StatusChanged,
} from '../../../src/index.js'
import { clock } from '../../machine/clock.js'
import { right } from '../../support/right.js'
import { toHex } from '../../support/vectors.js'

describe('a link of another kind', () => {
  it('is a port as the others are', () => {
    const sent: string[] = []
    const mstp = networkLink<string, number>(
      outbound$ =>
        new Observable<StatusChanged<number>>(subscriber => {
          subscriber.add(
            outbound$.subscribe(({ npdu, destination }: OutboundNpdu<string>) =>
              sent.push(`${destination} ${toHex(npdu)}`),
            ),
          )
          subscriber.next({ _tag: 'Status', status: 7 })
        }),
      {
        macLength: 1,
        standing: place => ({ mac: right(parseMac(`0${place}`)), isUp: true, maxNpduLength: 501 }),
      },
    )
    const events: NetworkEvent[] = []
    const { scheduler } = clock()
    const outbound$ = new Observable<ReturnType<typeof apduTo>>(subscriber =>
      subscriber.next(apduTo(Uint8Array.of(0x10, 8), toStation(right(parseMac('05')), undefined, 'floor'))),
    )
    networkEntity({ ports: [{ name: 'floor', network: 5, link: mstp }], scheduler })(outbound$).subscribe(event =>
      events.push(event),
    )
    expect(events[0]).toMatchObject({ _tag: 'Port', port: 'floor', network: 5, mac: '07', isUp: true })
    expect(sent).toContain('05 01001008')
  })
})
