import { concat, NEVER, of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { broadcast, ms, type IpLinkEvent } from '../../src/index.js'
import { fixedRandom, virtualIp6Network, virtualIpNetwork } from '../../src/testing/index.js'
import { virtualPaths, type Paths } from '../../src/testing/paths/paths.js'
import { virtualClock } from '../../src/testing/time/virtual-clock.js'
import { WHO_IS } from '../support/npdu.js'

const HOSTS = [1, 2, 3, 4]

describe('virtual networks with ways between their hosts', () => {
  it('tell of each NPDU that is broadcast whom it has reached, and why not the others', () => {
    const clock = virtualClock()
    const paths = virtualPaths({ latency: ms(10) })
    const network = virtualIpNetwork(clock, { paths, hostOf: ip => `host-${ip.split('.')[3]}` })
    const events: IpLinkEvent[][] = HOSTS.map(() => [])
    const ends = HOSTS.map((host, index) =>
      (host === 1 ? concat(of(broadcast(WHO_IS)), NEVER) : NEVER)
        .pipe(network.port({ bind: `10.0.1.${host}` }))
        .subscribe(event => events[index]?.push(event)),
    )
    paths.partition('host-1', ['host-3'])
    const fates: string[] = []
    network.fate$.subscribe(fate => fates.push(`${fate.at} ${fate.host} ${fate._tag === 'Lost' ? fate.reason : ''}`))
    clock.advance(ms(10))
    expect(fates).toEqual(['0 host-3 blocked', '0 host-1 ', '10 host-2 ', '10 host-4 '])
    expect(events.map(told => told.filter(({ _tag }) => _tag === 'Npdu').length)).toEqual([0, 1, 0, 1])
    for (const end of ends) end.unsubscribe()
    expect(clock.pending()).toBe(0)
  })

  it('draw the luck of datagrams from a chance of its own: a bad way changes nobody’s VMAC', () => {
    const vmacs = (impair: (paths: Paths) => void): readonly unknown[] => {
      const clock = virtualClock()
      const paths = virtualPaths()
      impair(paths)
      const network = virtualIp6Network(clock, { paths, random: fixedRandom(7) })
      const found = new Map<number, unknown>()
      const ends = HOSTS.map(host =>
        NEVER.pipe(network.port({ bind: `[fd71:0:0:1::${host}]` })).subscribe(event => {
          if (event._tag === 'Status') found.set(host, event.status.vmac)
        }),
      )
      clock.advance(ms(20_000))
      for (const end of ends) end.unsubscribe()
      return [...found.values()]
    }
    const plain = vmacs(() => undefined)
    expect(new Set(plain).size).toBe(HOSTS.length)
    const bad = { jitter: ms(3), duplication: 0.5, reordering: 0.5 }
    expect(vmacs(paths => paths.impair('*', '*', bad))).toEqual(plain)
  })
})
