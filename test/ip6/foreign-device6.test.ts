import { describe, expect, it } from 'vitest'
import { broadcast, unicast } from '../../src/link/link.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ms, seconds } from '../../src/values/duration.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { itStandsWithItsBbmd, registeredDevice } from '../support/foreign-device-tests.js'
import { I_AM } from '../support/npdu.js'
import { WHO_IS } from '../support/played-port.js'
import { foreign6Of, GROUP, OWN, playedPort6, type PlayedPort6 } from '../support/played-port6.js'

const SELF = '[2001:db8::10]:47808'
const BBMD = '[2001:db8:1::1]:47808'
const OTHER_BBMD = '[2001:db8:2::1]:47808'
const NEIGHBOUR = '[2001:db8::50]:47808'
const FAR = '[2001:db8:7::7]:47808'

const BBMD_VMAC = '000063' as Bip6Vmac
const TARGET = '000777' as Bip6Vmac
const NEW_VMAC = '000009' as Bip6Vmac

const result = (code: number): Bvll6Message => ({ _tag: 'BVLC-Result', source: BBMD_VMAC, code })
const register: Bvll6Message = { _tag: 'Register-Foreign-Device', source: OWN, ttl: 60 }
const distribute: Bvll6Message = { _tag: 'Distribute-Broadcast-To-Network', source: OWN, npdu: WHO_IS }
const ask: Bvll6Message = { _tag: 'Address-Resolution', source: OWN, target: TARGET }
const toTarget: Bvll6Message = { _tag: 'Original-Unicast-NPDU', source: OWN, destination: TARGET, npdu: WHO_IS }
const forwarded: Bvll6Message = { _tag: 'Forwarded-NPDU', source: TARGET, originating: bip6(FAR), npdu: WHO_IS }
const asked: Bvll6Message = {
  _tag: 'Forwarded-Address-Resolution',
  source: TARGET,
  target: OWN,
  originating: bip6(FAR),
}

const open = (): PlayedPort6 => playedPort6(foreign6Of())
const registered = (): PlayedPort6 => registeredDevice<Bvll6Message, PlayedPort6>({ open, bbmd: BBMD, result })

const states = (port: PlayedPort6): readonly (string | undefined)[] =>
  port.toldOf('Status').map(({ status }) => status.registration?.state)

describe('a foreign device of BACnet/IPv6 and its BBMD', () => {
  itStandsWithItsBbmd<Bvll6Message, PlayedPort6>({
    open,
    bbmd: BBMD,
    others: ['[2001:db8:1::1]:47809', OTHER_BBMD],
    register,
    distribute,
    deregister: { _tag: 'Delete-Foreign-Device-Table-Entry', source: OWN, address: bip6(SELF) },
    result,
    refused: 0x0090,
    unknown: 0x00c0,
    otherCodes: [0x0060, 0x00a0, 0x0050, 0x0010],
    broadcast: port => port.submit(broadcast(WHO_IS)),
    broadcastInVain: port => {
      port.submit(broadcast(I_AM))
      const unsent = port.sent().at(-1)
      if (unsent !== undefined) port.refuse(unsent, 'the network is down')
    },
    states,
    move: port => port.bind({ address: bip6('[2001:db8::11]:47808') }),
    widen: port => port.bind({ isWildcard: true }),
  })

  it('has the VMAC of its BBMD from the answer to its registration', () => {
    const port = open()
    expect(port.says()).toEqual([[BBMD, register]])
    port.hear(BBMD, result(0))
    expect(port.told()).toMatchObject([
      { _tag: 'Status', status: { vmac: undefined, registration: { state: 'unregistered' } } },
      { _tag: 'Listening' },
      { _tag: 'Status', status: { vmac: OWN, registration: { state: 'unregistered' } } },
      { _tag: 'VmacCacheChanged', change: { vmac: BBMD_VMAC, address: bip6(BBMD), state: 'learned' } },
      { _tag: 'Status', status: { registration: { state: 'registered' } } },
    ])
  })

  it('asks its BBMD who has a random VMAC, and registers once it is its own', () => {
    const vmac = '400001' as Bip6Vmac
    const port = playedPort6(foreign6Of(), { vmac })
    expect(port.says()).toEqual([[BBMD, { _tag: 'Address-Resolution', source: vmac, target: vmac }]])
    port.hear(BBMD, result(0x0030))
    port.clock.advance(ms(999))
    expect(port.says()).toEqual([])
    port.clock.advance(ms(1))
    expect(port.says()).toEqual([[BBMD, { ...register, source: vmac }]])
  })

  it('asks once more for a random VMAC when it is registered, as its BBMD did not ask others for a stranger', () => {
    const vmac = '400001' as Bip6Vmac
    const port = playedPort6(foreign6Of(), { vmac })
    port.hear(BBMD, result(0x0030))
    port.clock.advance(seconds(1))
    port.says()
    port.hear(BBMD, result(0))
    const probes = [[BBMD, { _tag: 'Address-Resolution', source: vmac, target: vmac }]]
    expect(port.says()).toEqual(probes)
    port.clock.advance(seconds(1))
    expect(port.says()).toEqual(probes)
    port.hear(FAR, { _tag: 'Address-Resolution-ACK', source: vmac, destination: vmac })
    const [[to, probe] = []] = port.says()
    expect([to, probe?._tag]).toEqual([BBMD, 'Address-Resolution'])
    expect(probe?._tag === 'Address-Resolution' && probe.target).not.toBe(vmac)
  })

  it('registers anew with another VMAC', () => {
    const port = registered()
    port.submit({ _tag: 'SetVmac', vmac: NEW_VMAC })
    expect(port.says()).toEqual([[BBMD, { ...register, source: NEW_VMAC }]])
  })

  it('de-registers when it becomes something else, and takes the answer for what it is', () => {
    const port = registered()
    port.submit({ _tag: 'SetRole', role: { _tag: 'OrdinaryNode' } })
    expect(port.says().map(([to, { _tag }]) => [to, _tag])).toEqual([[BBMD, 'Delete-Foreign-Device-Table-Entry']])
    port.hear(BBMD, result(0))
    expect(port.toldOf('Discarded')).toEqual([])
    port.hear(BBMD, result(0))
    expect(port.toldOf('Discarded')).toMatchObject([{ reason: 'an answer that nobody asked for' }])
  })

  it('takes a result for the answer to its de-registration for 3 s, and then for what it is', () => {
    const port = registered()
    port.submit({ _tag: 'SetRole', role: { _tag: 'OrdinaryNode' } }, { _tag: 'SetRole', role: foreign6Of() })
    port.clock.advance(seconds(3))
    port.told()
    port.hear(BBMD, result(0))
    expect(states(port)).toEqual(['registered'])
  })
})

describe('a foreign device of BACnet/IPv6', () => {
  it('has its broadcasts distributed by its BBMD, and sends nothing to the domain it sits in', () => {
    const port = registered()
    port.submit(broadcast(WHO_IS), unicast(WHO_IS, TARGET))
    expect(port.says()).toEqual([
      [BBMD, distribute],
      [BBMD, ask],
    ])
    port.clock.advance(seconds(40))
    expect(port.says().map(([to]) => to)).not.toContain(GROUP)
  })

  it('takes the answer to its resolution from an address never heard before, and sends directly there', () => {
    const port = registered()
    port.submit(unicast(WHO_IS, TARGET))
    expect(port.says()).toEqual([[BBMD, ask]])
    port.hear(FAR, { _tag: 'Address-Resolution-ACK', source: TARGET, destination: OWN })
    expect(port.says()).toEqual([[FAR, toTarget]])
  })

  it('registers again when its BBMD does not relay its resolution, and asks once more', () => {
    const port = registered()
    port.submit(unicast(WHO_IS, TARGET))
    port.says()
    port.hear(BBMD, result(0x0030))
    expect(port.says()).toEqual([[BBMD, register]])
    port.hear(BBMD, result(0))
    expect(port.says()).toEqual([[BBMD, ask]])
  })

  it('asks once more also when it had asked for the last time, and gives up if that is not answered either', () => {
    const port = registered()
    port.submit(unicast(WHO_IS, TARGET))
    port.clock.advance(ms(3900))
    port.hear(BBMD, result(0x0030))
    port.says()
    port.hear(BBMD, result(0))
    expect(port.says()).toEqual([[BBMD, ask]])
    port.clock.advance(ms(1999))
    expect(port.toldOf('Dropped')).toEqual([])
    port.hear(BBMD, result(0x0030))
    port.hear(BBMD, result(0))
    port.clock.advance(ms(1))
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'nobody answered for its VMAC' }])
  })

  it('asks its BBMD for nobody once it is registered with another address, so that all learn where it is', () => {
    const port = registered()
    port.bind({ address: bip6(NEIGHBOUR) })
    port.says()
    port.hear(BBMD, result(0))
    expect(port.says()).toEqual([[BBMD, { _tag: 'Address-Resolution', source: OWN, target: '3fffff' as Bip6Vmac }]])
  })

  it('hears broadcasts from its BBMD while it is registered, and none of others or of its domain', () => {
    const port = open()
    port.hear(BBMD, forwarded)
    expect(port.toldOf('Npdu')).toEqual([])
    port.hear(BBMD, result(0))
    port.hear(BBMD, forwarded)
    port.hear(OTHER_BBMD, forwarded)
    port.hear(BBMD, forwarded, 'broadcast')
    port.hear(NEIGHBOUR, { _tag: 'Original-Broadcast-NPDU', source: NEW_VMAC, npdu: WHO_IS }, 'broadcast')
    expect(port.toldOf('Npdu').map(({ source }) => source)).toEqual([TARGET])
  })

  it('answers who asks for its VMAC through any BBMD, and nobody of the domain it sits in', () => {
    const port = registered()
    for (const bbmd of [BBMD, OTHER_BBMD]) {
      port.hear(bbmd, asked)
      expect(port.says()).toEqual([[FAR, { _tag: 'Address-Resolution-ACK', source: OWN, destination: TARGET }]])
    }
    port.hear(OTHER_BBMD, asked, 'broadcast')
    port.hear(NEIGHBOUR, { _tag: 'Address-Resolution', source: TARGET, target: OWN }, 'broadcast')
    expect(port.says()).toEqual([])
  })

  it('has no conflict with a node of the domain it sits in, which is none of its network', () => {
    const port = registered()
    for (const message of [
      { _tag: 'Original-Broadcast-NPDU', source: OWN, npdu: WHO_IS },
      { _tag: 'Address-Resolution', source: OWN, target: TARGET },
    ] as const) {
      port.hear(NEIGHBOUR, message, 'broadcast')
    }
    expect(port.toldOf('VmacConflict')).toEqual([])
  })

  it('answers by unicast as every node does, and refuses what only a BBMD does', () => {
    const port = registered()
    port.hear(NEIGHBOUR, { _tag: 'Virtual-Address-Resolution', source: TARGET })
    port.hear(NEIGHBOUR, { ...register, source: TARGET })
    expect(port.says()).toEqual([
      [NEIGHBOUR, { _tag: 'Virtual-Address-Resolution-ACK', source: OWN, destination: TARGET }],
      [NEIGHBOUR, { _tag: 'BVLC-Result', source: OWN, code: 0x0090 }],
    ])
  })
})
