import { describe, expect, it } from 'vitest'
import { broadcast, unicast } from '../../src/link/link.js'
import type { BvllMessage } from '../../src/wire/bvll.js'
import { bip } from '../support/bvll-vectors.js'
import { itStandsWithItsBbmd, registeredDevice } from '../support/foreign-device-tests.js'
import { I_AM } from '../support/npdu.js'
import { foreignOf, playedPort, WHO_IS, type PlayedPort } from '../support/played-port.js'
import { localOf } from '../support/played-udp.js'

const BBMD = '10.0.0.1:47808'
const result = (code: number): BvllMessage => ({ _tag: 'BVLC-Result', code })
const register: BvllMessage = { _tag: 'Register-Foreign-Device', ttl: 60 }
const distribute: BvllMessage = { _tag: 'Distribute-Broadcast-To-Network', npdu: WHO_IS }
const forwarded: BvllMessage = { _tag: 'Forwarded-NPDU', originating: bip('192.168.7.7:47808'), npdu: WHO_IS }

const open = (): PlayedPort => playedPort(foreignOf())
const registered = (): PlayedPort => registeredDevice<BvllMessage, PlayedPort>({ open, bbmd: BBMD, result })

const states = (port: PlayedPort): readonly (string | undefined)[] =>
  port.toldOf('Status').map(({ status }) => status.registration?.state)

describe('a foreign device', () => {
  itStandsWithItsBbmd<BvllMessage, PlayedPort>({
    open,
    bbmd: BBMD,
    others: ['10.0.0.1:47809', '10.0.0.2:47808'],
    register,
    distribute,
    deregister: { _tag: 'Delete-Foreign-Device-Table-Entry', address: bip('192.168.1.10:47808') },
    result,
    refused: 0x0030,
    unknown: 0x0060,
    otherCodes: [0x0010, 0x0020, 0x0040, 0x0050, 0x0070],
    broadcast: port => port.submit(broadcast(WHO_IS)),
    broadcastInVain: port => {
      port.submit(broadcast(I_AM))
      const unsent = port.sent().at(-1)
      if (unsent !== undefined) port.refuse(unsent, 'the network is down')
    },
    states,
    move: port => port.bind(localOf(bip('192.168.1.11:47808'))),
    widen: port => port.bind(localOf(undefined, { isWildcard: true })),
  })

  it('sends unicasts directly, also while it is not registered', () => {
    const port = open()
    port.says()
    port.submit(unicast(WHO_IS, bip('192.168.7.7:47808')))
    expect(port.says()).toEqual([['192.168.7.7:47808', { _tag: 'Original-Unicast-NPDU', npdu: WHO_IS }]])
  })

  it('hears broadcasts from its BBMD while it is registered, and none of others or of its subnet', () => {
    const port = open()
    port.hear(BBMD, forwarded)
    expect(port.toldOf('Npdu')).toEqual([])
    port.hear(BBMD, result(0))
    port.hear(BBMD, forwarded)
    port.hear('10.0.0.2:47808', forwarded)
    port.hear('192.168.1.50:47808', { _tag: 'Original-Broadcast-NPDU', npdu: WHO_IS }, 'broadcast')
    expect(port.toldOf('Npdu').map(({ source }) => source)).toEqual([bip('192.168.7.7:47808')])
  })

  it('is not moved by an answer to what else it has asked', () => {
    const port = registered()
    port.submit({ _tag: 'ReadFdt', bbmd: bip(BBMD) })
    port.hear(BBMD, result(0x0040))
    expect(states(port)).toEqual([])
  })

  it('completes when it has de-registered', () => {
    const port = registered()
    port.end()
    expect(port.hasCompleted()).toBe(true)
  })

  it('is refused as node and BBMD are when it is asked for what only a BBMD does', () => {
    const port = registered()
    port.hear('10.0.0.9:47808', { _tag: 'Register-Foreign-Device', ttl: 60 })
    expect(port.says()).toEqual([['10.0.0.9:47808', result(0x0030)]])
  })
})
