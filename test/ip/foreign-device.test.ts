import { describe, expect, it } from 'vitest'
import { broadcast, unicast } from '../../src/link/link.js'
import { seconds } from '../../src/values/duration.js'
import type { BvllMessage } from '../../src/wire/bvll.js'
import { bip } from '../support/bvll-vectors.js'
import { I_AM } from '../support/npdu.js'
import { foreignOf, playedPort, WHO_IS, type PlayedPort } from '../support/played-port.js'
import { localOf } from '../support/played-udp.js'

const BBMD = '10.0.0.1:47808'
const result = (code: number): BvllMessage => ({ _tag: 'BVLC-Result', code })
const register: BvllMessage = { _tag: 'Register-Foreign-Device', ttl: 60 }
const distribute: BvllMessage = { _tag: 'Distribute-Broadcast-To-Network', npdu: WHO_IS }
const forwarded: BvllMessage = { _tag: 'Forwarded-NPDU', originating: bip('192.168.7.7:47808'), npdu: WHO_IS }

const registered = (): PlayedPort => {
  const port = playedPort(foreignOf())
  port.hear(BBMD, result(0))
  port.says()
  port.told()
  return port
}

const states = (port: PlayedPort): readonly (string | undefined)[] =>
  port.toldOf('Status').map(({ status }) => status.registration?.state)

describe('a foreign device', () => {
  it('registers at once and tells how it stands', () => {
    const port = playedPort(foreignOf())
    expect(port.says()).toEqual([[BBMD, register]])
    port.hear(BBMD, result(0))
    expect(states(port)).toEqual(['unregistered', 'registered'])
  })

  it('has its broadcasts distributed by its BBMD, and never broadcasts on the subnet it sits on', () => {
    const port = registered()
    port.submit(broadcast(WHO_IS))
    expect(port.says()).toEqual([[BBMD, distribute]])
  })

  it('gives broadcasts back with a reason while it is not registered; unicasts go out directly all the time', () => {
    const port = playedPort(foreignOf())
    port.says()
    port.submit(broadcast(WHO_IS), unicast(WHO_IS, bip('192.168.7.7:47808')))
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'not registered with its BBMD' }])
    expect(port.says()).toEqual([['192.168.7.7:47808', { _tag: 'Original-Unicast-NPDU', npdu: WHO_IS }]])
  })

  it('hears broadcasts from its BBMD while it is registered, and none of others or of its subnet', () => {
    const port = playedPort(foreignOf())
    port.hear(BBMD, forwarded)
    expect(port.toldOf('Npdu')).toEqual([])
    port.hear(BBMD, result(0))
    port.hear(BBMD, forwarded)
    port.hear('10.0.0.2:47808', forwarded)
    port.hear('192.168.1.50:47808', { _tag: 'Original-Broadcast-NPDU', npdu: WHO_IS }, 'broadcast')
    expect(port.toldOf('Npdu').map(({ source }) => source)).toEqual([bip('192.168.7.7:47808')])
  })

  it('takes results from its BBMD only', () => {
    const port = playedPort(foreignOf())
    port.hear('10.0.0.1:47809', result(0))
    port.hear('10.0.0.2:47808', result(0))
    expect(states(port)).toEqual(['unregistered'])
  })

  it('registers again when its BBMD does not know it, and then sends once more what was refused', () => {
    const port = registered()
    port.submit(broadcast(WHO_IS))
    port.says()
    port.hear(BBMD, result(0x0060))
    expect(port.says()).toEqual([[BBMD, register]])
    port.hear(BBMD, result(0))
    expect(port.says()).toEqual([[BBMD, distribute]])
    port.hear(BBMD, result(0x0060))
    port.hear(BBMD, result(0))
    expect(port.says()).toEqual([[BBMD, register]])
    expect(states(port)).toEqual(['unregistered', 'registered', 'unregistered', 'registered'])
  })

  it('does not send once more what could not be sent, and was dropped: it was another that its BBMD refused', () => {
    const port = registered()
    port.submit(broadcast(WHO_IS), broadcast(I_AM))
    const [, unsent] = port.sent()
    if (unsent !== undefined) port.refuse(unsent, 'the network is down')
    expect(port.toldOf('Dropped').map(({ reason }) => reason)).toEqual(['the network is down'])
    port.hear(BBMD, result(0x0060))
    port.hear(BBMD, result(0))
    expect(port.says()).toEqual([
      [BBMD, register],
      [BBMD, distribute],
    ])
  })

  it('does not register again and again because somebody says in the name of its BBMD that it is not known', () => {
    const port = registered()
    const forge = (): void => {
      for (let count = 0; count < 100; count++) {
        port.hear(BBMD, result(0x0060))
        port.hear(BBMD, result(0))
      }
    }
    forge()
    expect(port.says()).toEqual([1, 2, 3, 4].map(() => [BBMD, register]))
    expect(states(port)).toHaveLength(8)
    port.clock.advance(seconds(5))
    forge()
    expect(port.says()).toEqual([[BBMD, register]])
  })

  it('does not mind a success that answers a distributed broadcast, as some BBMDs say', () => {
    const port = registered()
    port.submit(broadcast(WHO_IS))
    port.hear(BBMD, result(0))
    expect(states(port)).toEqual([])
    expect(port.toldOf('Dropped')).toEqual([])
  })

  it.each([0x0010, 0x0020, 0x0040, 0x0050, 0x0070])('is not moved by result 0x%s about something else', code => {
    const port = registered()
    port.submit({ _tag: 'ReadFdt', bbmd: bip(BBMD) })
    port.hear(BBMD, result(code))
    expect(states(port)).toEqual([])
  })

  it('de-registers when it ends, with its own address', () => {
    const port = registered()
    port.end()
    expect(port.says()).toEqual([
      [BBMD, { _tag: 'Delete-Foreign-Device-Table-Entry', address: bip('192.168.1.10:47808') }],
    ])
    expect(states(port)).toEqual(['unregistered'])
    expect(port.hasCompleted()).toBe(true)
    expect(port.clock.running()).toBe(0)
  })

  it('does not de-register behind 0.0.0.0, as it cannot say under which address it is known', () => {
    const port = playedPort(foreignOf(), { local: localOf(undefined, { isWildcard: true }) })
    port.hear(BBMD, result(0))
    port.says()
    port.end()
    expect(port.says()).toEqual([])
  })

  it('registers anew when the addresses of its host change', () => {
    const port = registered()
    port.bind(localOf(bip('192.168.1.11:47808')))
    expect(port.says()).toEqual([[BBMD, register]])
  })

  it('renews after half of its TTL, at the latest', () => {
    const port = registered()
    port.clock.advance(seconds(26))
    expect(port.says()).toEqual([])
    port.clock.advance(seconds(4))
    expect(port.says()).toEqual([[BBMD, register]])
  })

  it('is refused as node and BBMD are when it is asked for what only a BBMD does', () => {
    const port = registered()
    port.hear('10.0.0.9:47808', { _tag: 'Register-Foreign-Device', ttl: 60 })
    expect(port.says()).toEqual([['10.0.0.9:47808', result(0x0030)]])
  })
})
