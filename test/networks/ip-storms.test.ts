import { Subject, VirtualTimeScheduler } from 'rxjs'
import { beforeEach, describe, expect, it } from 'vitest'
import { ipLimits } from '../../src/ip/ip-limits.js'
import type { IpLinkEvent, IpOutbound } from '../../src/ip/ip-link.js'
import { ipLink } from '../../src/ip/port.js'
import { broadcast } from '../../src/link/link.js'
import { fixedRandom, type VirtualInternet, type VirtualPortOptions } from '../../src/testing/index.js'
import { virtualInternet } from '../../src/testing/sockets/virtual-internet.js'
import type { BvllMessage } from '../../src/wire/bvll.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import { bip } from '../support/bvll-vectors.js'
import { bbmdOf, WHO_IS } from '../support/played-port.js'

const [A, B, C] = ['10.0.1.1:47808', '10.0.2.1:47808', '10.0.3.1:47808']
const NODE = '10.0.1.50:47808'
const register: BvllMessage = { _tag: 'Register-Foreign-Device', ttl: 65535 }

let scheduler: VirtualTimeScheduler
let internet: VirtualInternet
let onTheWay: number

beforeEach(() => {
  scheduler = new VirtualTimeScheduler()
  internet = virtualInternet(scheduler)
  onTheWay = 0
  internet.tap$.subscribe(() => onTheWay++)
})

/** Lets a second pass, in which nothing is done but what a broadcast causes. */
const settle = (): void => {
  scheduler.maxFrames = scheduler.frame + 1000
  scheduler.flush()
  scheduler.frame = scheduler.maxFrames
}

interface Station {
  readonly npdus: () => number
  readonly whoIs: () => void
}

const station = (options: VirtualPortOptions, role: Parameters<typeof ipLink>[0]['role']): Station => {
  const outbound$ = new Subject<IpOutbound>()
  const events: IpLinkEvent[] = []
  ipLink({
    udp: internet.port(options),
    role,
    limits: ipLimits(),
    scheduler,
    random: fixedRandom(1),
  })(outbound$).subscribe(event => events.push(event))
  settle()
  return {
    npdus: () => events.filter(({ _tag }) => _tag === 'Npdu').length,
    whoIs: () => outbound$.next(broadcast(WHO_IS)),
  }
}

/** As a stranger who lies about where it is from. */
const forge = (from: string, to: string, message: BvllMessage): void => {
  internet.inject({ from: bip(from), to: bip(to), octets: encodeBvll(message) })
  settle()
}

/** How many datagrams one Who-Is of an ordinary node becomes. */
const oneWhoIs = (node: Station): number => {
  onTheWay = 0
  node.whoIs()
  settle()
  return onTheWay
}

describe('one Who-Is', () => {
  it('does not go round between BBMDs that somebody has registered with each other', () => {
    const [a, b, c] = [A, B, C].map(bind => station({ bind }, bbmdOf([A, B, C])))
    const node = station({ bind: NODE }, { _tag: 'OrdinaryNode' })
    expect(oneWhoIs(node)).toBe(5)
    for (const from of [A, B, C]) for (const to of [A, B, C]) if (from !== to) forge(from, to, register)
    expect(oneWhoIs(node)).toBe(5)
    expect([a, b, c].map(bbmd => bbmd?.npdus())).toEqual([2, 2, 2])
  })

  it.each([
    ['each bound to one address', false],
    ['each bound to 0.0.0.0', true],
  ])('does not go round between two BBMDs on one subnet, %s', (_, isWildcard) => {
    const others = [A, '10.0.1.2:47808', '10.0.1.3:47808']
    others.forEach(bind => station({ bind, isWildcard }, bbmdOf(others)))
    const node = station({ bind: NODE }, { _tag: 'OrdinaryNode' })
    // Itself, two copies of each BBMD, and what each makes of those that came to it and not to its subnet.
    expect(oneWhoIs(node)).toBeLessThanOrEqual(1 + 3 * 2 * 2)
  })

  it('is still broadcast by a BBMD bound to 0.0.0.0 when it comes from a BBMD elsewhere', () => {
    station({ bind: A }, bbmdOf([A, B]))
    station({ bind: B, isWildcard: true }, bbmdOf([A, B]))
    const hears = station({ bind: '10.0.2.50:47808' }, { _tag: 'OrdinaryNode' })
    oneWhoIs(station({ bind: NODE }, { _tag: 'OrdinaryNode' }))
    expect(hears.npdus()).toBe(1)
  })
})
