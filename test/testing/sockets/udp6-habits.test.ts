import { asyncScheduler } from 'rxjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { virtualInternet6 } from '../../../src/testing/sockets/virtual-internet6.js'
import { port6Of } from '../../../src/values/bip6-address.js'
import { settled } from '../../support/running-port.js'
import { at6, closePorts, realPort6, runPort6, type RunningPort6 } from '../../support/udp6-port.js'

/*
 * What is true of real sockets is true of virtual ones: the same tests, on the loopback interface and on nothing at all.
 */

type BindPort = (bind: string) => Promise<RunningPort6>

const onVirtual = (): BindPort => {
  const internet = virtualInternet6(asyncScheduler)
  return bind => settled(runPort6(internet.port({ bind })))
}

/** Whether this host speaks IPv6 at all, if only to itself. */
const hasIpv6 = (await realPort6('[::1]:0')).end() === undefined
closePorts()

afterEach(closePorts)

const WORLDS: readonly (readonly [string, () => BindPort])[] = [
  ...(hasIpv6 ? [['real', (): BindPort => realPort6] as const] : []),
  ['virtual', onVirtual],
]

describe.each(WORLDS)('a %s UDP port of IPv6', (_, start) => {
  it('tells first what it is bound to, and hears unicasts as what they are', async () => {
    const bind = start()
    const [one, other] = [await bind('[::1]:0'), await bind('[::1]:0')]
    one.send(other.name(), 1)
    one.send(other.name())
    expect(await other.hears(2)).toEqual([`${one.name()} unicast 1`, `${one.name()} unicast `])
    expect(other.events.map(({ _tag }) => _tag)).toEqual(['Bound', 'Received', 'Received'])
    expect(other.local()).toMatchObject({
      own: new Set([other.local().address]),
      group: at6(`[ff02::bac0]:${port6Of(other.local().address)}`),
      isWildcard: false,
    })
  })

  it('errors when another has its address and port', async () => {
    const bind = start()
    const one = await bind('[::1]:0')
    const late = await bind(one.name())
    expect([late.events, late.end()]).toMatchObject([[], { code: 'EADDRINUSE' }])
  })

  it('gives back what it cannot send, and is closed by the end of what is sent, after it', async () => {
    const bind = start()
    const [one, other] = [await bind('[::1]:0'), await bind('[::1]:0')]
    one.submit({ to: other.local().address, octets: new Uint8Array(65_528) })
    one.send('[::1]:0', 1)
    one.send(other.name(), 2)
    one.complete()
    expect([one.unsent(), one.end()], 'within the call').toEqual([[], undefined])
    await vi.waitFor(() => expect(one.end()).toBe('completed'))
    expect(one.unsent().toSorted()).toEqual(['the datagram is too long', 'there is no port 0'])
    expect(await other.hears(1)).toHaveLength(1)
  })
})
