import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import { printDeviceUuid } from '../../src/values/device-uuid.js'
import type { PeerIdentity } from '../../src/wire/bvlc-sc.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { identity } from '../support/identities.js'
import { connectRequest, inWords, virtualLab } from '../support/virtual-network.js'

const ONE = identity(1)
const TWO = identity(2)

/** A device as the options of a virtual node or hub. */
const deviceOf = ({ vmac, uuid }: PeerIdentity) => ({ vmac, uuid: printDeviceUuid(uuid) })

/** The head of a NAK for the Connect-Request of that id: class and code follow. */
const nakTo = (messageId: string) => `0000${messageId}060100`

describe('a device that connects again, known by its UUID', () => {
  it('takes the place of its old connection, which is asked to disconnect', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const old = lab.peer('old')
    lab.advance(ms(10))
    old.send(connectRequest(ONE))
    lab.advance(ms(10))
    const anew = lab.peer('anew')
    lab.advance(ms(10))
    anew.send(connectRequest({ ...ONE, vmac: TWO.vmac }))
    lab.advance(ms(1))
    expect(hub.nodes().map(({ vmac, address }) => [vmac, address])).toEqual([[TWO.vmac, 'anew']])
    expect(old.closeCode()).toBeUndefined()

    lab.advance(ms(1))
    expect(old.heard.at(-1)).toMatch(/^0800/)
    expect(anew.heard.at(-1)).toMatch(/^07000001/)
  })

  it('does so with the same VMAC as well, and the new connection is the one that hears', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const old = lab.peer('old')
    const anew = lab.peer('anew')
    const speaker = lab.node(deviceOf(TWO))
    lab.advance(ms(10))
    old.send(connectRequest(ONE))
    lab.advance(ms(10))
    anew.send(connectRequest(ONE))
    lab.advance(ms(10))
    speaker.send(1, ONE.vmac)
    speaker.send(2, 'broadcast')
    lab.advance(seconds(20))
    expect(anew.heard.filter(hex => hex.startsWith('01'))).toHaveLength(2)
    expect(old.heard.filter(hex => hex.startsWith('01'))).toEqual([])
    expect(old.closeCode(), 'it did not answer the Disconnect-Request').toBe(1006)
    expect(hub.nodes().map(({ vmac }) => vmac)).toEqual([TWO.vmac, ONE.vmac])
  })

  it('is not listened to on the old connection any more', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const node = lab.node(deviceOf(TWO))
    const old = lab.peer('old')
    lab.advance(ms(10))
    old.send(connectRequest(ONE))
    lab.advance(ms(10))
    const anew = lab.peer('anew')
    lab.advance(ms(10))
    anew.send(connectRequest(ONE))
    lab.advance(ms(2))
    old.send(Uint8Array.of(1, 4, 0, 1, ...Buffer.from(TWO.vmac, 'hex'), 1, 0, 0, 7))
    lab.advance(ms(10))
    expect(node.heard()).toEqual([])
    expect(hub.counters().drops).toEqual({ 'sender not connected': 1 })
  })

  it('does not take a VMAC from a third device on this occasion', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    lab.node(deviceOf(ONE))
    lab.node(deviceOf(TWO))
    const moving = lab.peer('moving')
    lab.advance(ms(10))
    moving.send(connectRequest({ ...ONE, vmac: TWO.vmac }))
    lab.advance(ms(10))
    expect(moving.heard.at(-1)).toContain(`${nakTo('0001')}00070097`)
    expect(hub.nodes().map(({ vmac }) => vmac)).toEqual([ONE.vmac, TWO.vmac])
  })
})

describe('a device whose VMAC is taken', () => {
  it('is refused with NODE_DUPLICATE_VMAC, draws a new VMAC and joins at once', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    lab.node(deviceOf(ONE))
    lab.advance(ms(100))
    const second = lab.node(deviceOf({ ...TWO, vmac: ONE.vmac }))
    lab.advance(ms(100))

    expect(second.told('FailedConnection').map(({ cause }) => cause.errorCode)).toEqual([ErrorCode.NODE_DUPLICATE_VMAC])
    const status = second.status()
    expect(status?.hubConnection).toBe('primary')
    expect(status?.vmac).not.toBe(ONE.vmac)
    expect(status?.vmac).toMatch(/^.2/)
    expect(hub.nodes().map(({ vmac, uuid }) => [vmac, uuid])).toEqual([
      [ONE.vmac, ONE.uuid],
      [status?.vmac, TWO.uuid],
    ])
    expect(lab.tapped.filter(({ node }) => node === 'node-2').map(inWords)).toEqual([
      'node-2 > hub-a Connect-Request',
      'hub-a > node-2 BVLC-Result',
      'node-2 - hub-a closed with 1000',
      'node-2 > hub-a Connect-Request',
      'hub-a > node-2 Connect-Accept',
    ])
  })

  it('keeps its new VMAC when it connects again', () => {
    const lab = virtualLab()
    lab.hub()
    lab.node(deviceOf(ONE))
    lab.advance(ms(100))
    const second = lab.node(deviceOf({ ...TWO, vmac: ONE.vmac }))
    lab.advance(ms(100))
    const drawn = second.status()?.vmac
    lab.cut(second.name)
    lab.advance(ms(100))
    expect(second.status()).toMatchObject({ hubConnection: 'primary', vmac: drawn })
  })

  it('may not have the VMAC of the device that hosts the hub either', () => {
    const lab = virtualLab()
    lab.hub(deviceOf(ONE))
    const impostor = lab.peer('impostor')
    const host = lab.peer('host')
    lab.advance(ms(10))
    impostor.send(connectRequest({ ...TWO, vmac: ONE.vmac }, 0xabcd))
    host.send(connectRequest(ONE, 0xabcd))
    lab.advance(ms(10))
    expect(impostor.heard).toEqual([expect.stringContaining(`${nakTo('abcd')}00070097`)])
    expect(impostor.closeCode()).toBe(1000)
    expect(host.heard).toEqual([expect.stringMatching(/^0700abcd/)])
  })
})

describe('a hub that is full', () => {
  it('refuses with RESOURCES / OTHER, so that the node keeps its VMAC and tries later', () => {
    const lab = virtualLab()
    const hub = lab.hub({ limits: { maxConnections: 1 } })
    const first = lab.node(deviceOf(ONE))
    lab.advance(ms(100))
    const second = lab.node({ ...deviceOf(TWO), timings: { jitter: 0 } })
    lab.advance(seconds(1))
    expect(second.told('FailedConnection').map(({ cause }) => cause)).toEqual([
      { errorCode: ErrorCode.OTHER, detail: expect.stringContaining('no free connection') as unknown },
    ])
    const refusal = lab.tapped.find(what => what.node === second.name && inWords(what).includes('BVLC-Result'))
    expect(refusal).toMatchObject({ octets: expect.objectContaining({ 7: 0, 8: 3, 9: 0, 10: 0 }) as unknown })
    expect(hub.counters()).toMatchObject({ connected: 1, accepted: 1, refused: 1 })

    first.stop()
    lab.advance(seconds(10))
    expect(second.status()).toMatchObject({ hubConnection: 'primary', vmac: TWO.vmac })
  })

  it('takes a device that is there already once more', () => {
    const lab = virtualLab()
    const hub = lab.hub({ limits: { maxConnections: 1 } })
    lab.node(deviceOf(ONE))
    const again = lab.peer('again')
    lab.advance(ms(10))
    again.send(connectRequest(ONE))
    lab.advance(ms(1))
    expect(hub.nodes().map(({ address }) => address)).toEqual(['again'])
  })
})

describe('two devices with one UUID', () => {
  it('take the connection from each other, but not in a tight loop', () => {
    const lab = virtualLab()
    lab.hub()
    const twins = [ONE, { ...TWO, uuid: ONE.uuid }].map(twin => lab.node(deviceOf(twin)))
    lab.advance(seconds(1200))
    const requests = lab.tapped.filter(what => inWords(what).endsWith('Connect-Request')).length
    expect(twins.some(({ told }) => told('LostConnection').length > 0)).toBe(true)
    expect(requests / 1200, 'Connect-Requests in a second').toBeLessThan(1)
  })
})
