import { asyncScheduler } from 'rxjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { virtualInternet } from '../../../src/testing/sockets/virtual-internet.js'
import { settled } from '../../support/running-port.js'
import { at, closePorts, realPort, runPort, type RunningPort } from '../../support/udp-port.js'

/*
 * What is true of real sockets is true of virtual ones: the same tests, on the loopback interface and on nothing at all.
 */

type BindPort = (bind: string) => Promise<RunningPort>

const onVirtual = (): BindPort => {
  const internet = virtualInternet(asyncScheduler)
  return bind => settled(runPort(internet.port({ bind, mask: '255.0.0.0' })))
}

afterEach(closePorts)

describe.each([
  ['real', (): BindPort => realPort],
  ['virtual', onVirtual],
])('a %s UDP port', (_, start) => {
  /** Two ports of one number. */
  const two = async (): Promise<readonly [RunningPort, RunningPort, string, BindPort]> => {
    const bind = start()
    const one = await bind('127.0.2.1:0')
    const number = one.name().split(':')[1] ?? ''
    return [one, await bind(`127.0.2.2:${number}`), number, bind]
  }

  it('tells first what it is bound to', async () => {
    const [one, , number] = await two()
    one.send(one.name(), 1)
    await one.hears(1)
    expect(one.events.map(({ _tag }) => _tag)).toEqual(['Bound', 'Received'])
    expect(one.local()).toMatchObject({
      address: at(`127.0.2.1:${number}`),
      own: new Set([at(`127.0.2.1:${number}`)]),
      broadcast: at(`127.255.255.255:${number}`),
      mask: 0xff000000,
      isWildcard: false,
    })
  })

  it('hears unicasts and broadcasts as what they are, its own broadcasts as well', async () => {
    const [one, other, number] = await two()
    one.send(other.name(), 1)
    expect(await other.hears(1)).toEqual([`127.0.2.1:${number} unicast 1`])
    one.send(`127.255.255.255:${number}`, 2)
    expect((await other.hears(2))[1]).toBe(`127.0.2.1:${number} broadcast 2`)
    expect(await one.hears(1)).toEqual([`127.0.2.1:${number} broadcast 2`])
  })

  it('hears what is empty', async () => {
    const [one, other, number] = await two()
    one.send(other.name())
    expect(await other.hears(1)).toEqual([`127.0.2.1:${number} unicast `])
  })

  it('gives octets that nobody else has', async () => {
    const [one, other, number] = await two()
    const octets = Uint8Array.of(1)
    one.submit({ to: at(`127.255.255.255:${number}`), octets })
    const [[mine], [theirs]] = [await one.hears(1), await other.hears(1)]
    expect(mine).toBe(theirs)
    octets[0] = 9
    for (const event of one.events) if (event._tag === 'Received') event.octets[0] = 8
    expect(other.heard()).toEqual([`127.0.2.1:${number} broadcast 1`])
  })

  it('errors when another has its address and port, which is free after that', async () => {
    const [one, , number, bind] = await two()
    const late = await bind(one.name())
    expect(late.end()).toMatchObject({ code: 'EADDRINUSE', message: `bind EADDRINUSE 127.0.2.1:${number}` })
    expect(late.events).toEqual([])
    one.subscription.unsubscribe()
    await vi.waitFor(async () => expect((await bind(`127.0.2.1:${number}`)).end()).toBeUndefined())
  })

  it('gives back what it cannot send, with what it was about, and goes on', async () => {
    const [one, other] = await two()
    const about = Symbol('about')
    one.submit({ to: other.local().address, octets: new Uint8Array(65_508), about })
    one.submit({ to: at('127.0.2.2:0'), octets: Uint8Array.of(1), about })
    one.submit({ to: other.local().address, octets: new Uint8Array(65_507) })
    expect(one.unsent(), 'within the call').toEqual([])
    await other.hears(1)
    await vi.waitFor(() => expect(one.unsent()).toHaveLength(2))
    const told = one.events.flatMap(event =>
      event._tag === 'Unsent' ? [{ ...event, datagram: event.datagram.about }] : [],
    )
    expect(told).toContainEqual({
      _tag: 'Unsent',
      datagram: about,
      reason: 'the datagram is too long',
      isUnreachable: false,
    })
    expect(told).toContainEqual({ _tag: 'Unsent', datagram: about, reason: 'there is no port 0', isUnreachable: true })
  })

  it('is closed by the end of what is sent, after it', async () => {
    const [one, other, number, bind] = await two()
    one.send(other.name(), 1)
    one.complete()
    expect(one.end(), 'within the call').toBeUndefined()
    await vi.waitFor(() => expect(one.end()).toBe('completed'))
    expect(await other.hears(1)).toEqual([`127.0.2.1:${number} unicast 1`])
    await vi.waitFor(async () => expect((await bind(`127.0.2.1:${number}`)).end()).toBeUndefined())
  })

  it('is not told that nobody listens there', async () => {
    const [one, other, number] = await two()
    one.send(`127.0.2.9:${number}`, 1)
    one.send(other.name(), 2)
    await other.hears(1)
    expect(one.events.map(({ _tag }) => _tag)).toEqual(['Bound'])
  })
})
