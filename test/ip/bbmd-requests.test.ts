import { describe, expect, it } from 'vitest'
import type { BbmdRequest } from '../../src/ip/ip-link.js'
import { seconds } from '../../src/values/duration.js'
import type { BvllMessage } from '../../src/wire/bvll.js'
import { bip } from '../support/bvll-vectors.js'
import { foreignOf, playedPort, type PlayedPort } from '../support/played-port.js'

const BBMD = '10.0.0.1:47808'
const bbmd = bip(BBMD)
const FDT_ENTRY = { address: bip('10.20.30.40:47808'), ttl: 60, remaining: 87 }
const readBdt: BbmdRequest = { _tag: 'ReadBdt', bbmd }
const readFdt: BbmdRequest = { _tag: 'ReadFdt', bbmd }
const writeBdt: BbmdRequest = { _tag: 'WriteBdt', bbmd, entries: [] }
const deleteEntry: BbmdRequest = { _tag: 'DeleteFdtEntry', bbmd, address: FDT_ENTRY.address }
const result = (code: number): BvllMessage => ({ _tag: 'BVLC-Result', code })

const quiet = (port: PlayedPort): PlayedPort => {
  port.told()
  port.says()
  return port
}

describe('requests to a BBMD', () => {
  it('are answered by the tables that they ask for', () => {
    const port = quiet(playedPort())
    port.submit(readBdt, readFdt)
    expect(port.says().map(([to, { _tag }]) => [to, _tag])).toEqual([
      [BBMD, 'Read-Broadcast-Distribution-Table'],
      [BBMD, 'Read-Foreign-Device-Table'],
    ])
    port.hear(BBMD, { _tag: 'Read-Foreign-Device-Table-Ack', entries: [FDT_ENTRY] })
    port.hear(BBMD, { _tag: 'Read-Broadcast-Distribution-Table-Ack', entries: [] })
    expect(port.told()).toEqual([
      { _tag: 'Fdt', bbmd, entries: [FDT_ENTRY] },
      { _tag: 'Bdt', bbmd, entries: [] },
    ])
  })

  it.each([
    [readBdt, 0x0020],
    [readFdt, 0x0040],
    [writeBdt, 0x0010],
    [deleteEntry, 0x0050],
  ])('$_tag fails when it is refused with its own code, and with no other', (request, code) => {
    const port = quiet(playedPort())
    port.submit(request)
    for (const other of [0x0010, 0x0020, 0x0040, 0x0050].filter(one => one !== code)) port.hear(BBMD, result(other))
    expect(port.toldOf('Failed')).toEqual([])
    port.hear(BBMD, result(code))
    expect(port.toldOf('Failed')).toEqual([{ _tag: 'Failed', request, reason: 'the BBMD refused', code }])
  })

  it.each([writeBdt, deleteEntry])('$_tag is done when the BBMD says so', request => {
    const port = quiet(playedPort())
    port.submit(request)
    port.hear(BBMD, result(0))
    expect(port.told()).toEqual([{ _tag: 'Done', request }])
  })

  it('fail when there is no answer in time, and a late one means nothing', () => {
    const port = quiet(playedPort())
    port.submit(readFdt)
    port.clock.advance(seconds(3))
    expect(port.toldOf('Failed')).toMatchObject([{ request: readFdt, reason: 'no answer' }])
    port.hear(BBMD, { _tag: 'Read-Foreign-Device-Table-Ack', entries: [] })
    expect(port.toldOf('Fdt')).toEqual([])
  })

  it('are matched by who answers: neither another port nor another host may', () => {
    const port = quiet(playedPort())
    port.submit(readFdt)
    port.hear('10.0.0.1:47809', { _tag: 'Read-Foreign-Device-Table-Ack', entries: [FDT_ENTRY] })
    port.hear('10.0.0.2:47808', { _tag: 'Read-Foreign-Device-Table-Ack', entries: [FDT_ENTRY] })
    expect(port.toldOf('Fdt')).toEqual([])
    port.hear(BBMD, { _tag: 'Read-Foreign-Device-Table-Ack', entries: [] })
    expect(port.toldOf('Fdt')).toHaveLength(1)
  })

  it('come back when one of their kind is outstanding to that BBMD, or too many are in all', () => {
    const port = quiet(playedPort({ _tag: 'OrdinaryNode' }, { limits: { maxRequests: 2 } }))
    port.submit(readFdt, readFdt, readBdt, deleteEntry)
    expect(port.toldOf('Dropped').map(({ reason, outbound }) => [reason, outbound._tag])).toEqual([
      ['such a request is outstanding to it', 'ReadFdt'],
      ['too many requests outstanding', 'DeleteFdtEntry'],
    ])
  })

  it('fail at once when the system cannot send them', () => {
    const port = quiet(playedPort())
    port.submit(readBdt)
    const [datagram] = port.sent()
    port.refuse(datagram ?? { to: bbmd, octets: new Uint8Array() }, 'the network cannot be reached')
    expect(port.toldOf('Failed')).toMatchObject([{ request: readBdt, reason: 'the network cannot be reached' }])
    expect(port.clock.running()).toBe(0)
  })

  it('fail when the port ends', () => {
    const port = quiet(playedPort())
    port.submit(readBdt)
    port.end()
    expect(port.toldOf('Failed')).toMatchObject([{ reason: 'the port is closing' }])
  })

  it('share a success with the registration at the same BBMD in the order in which they were sent', () => {
    const port = quiet(playedPort(foreignOf()))
    port.submit(deleteEntry)
    port.hear(BBMD, result(0))
    expect(port.told()).toMatchObject([{ _tag: 'Status', status: { registration: { state: 'registered' } } }])
    port.hear(BBMD, result(0))
    expect(port.told()).toEqual([{ _tag: 'Done', request: deleteEntry }])
  })

  it('have a success before a registration that was not answered in time', () => {
    const port = quiet(playedPort(foreignOf(600)))
    port.clock.advance(seconds(4))
    port.submit(deleteEntry)
    port.hear(BBMD, result(0))
    expect(port.toldOf('Done')).toEqual([{ _tag: 'Done', request: deleteEntry }])
  })

  it('do not have the answer to a registration that was ended', () => {
    const port = quiet(playedPort(foreignOf()))
    port.submit({ _tag: 'SetRole', role: { _tag: 'OrdinaryNode' } })
    port.told()
    port.hear(BBMD, result(0))
    expect(port.told()).toEqual([])
    port.submit(deleteEntry)
    port.hear(BBMD, result(0))
    expect(port.told()).toEqual([{ _tag: 'Done', request: deleteEntry }])
  })

  it('and a new registration at the same BBMD are told apart from the end of the old one', () => {
    const port = quiet(playedPort(foreignOf(60)))
    port.hear(BBMD, result(0))
    port.submit({ _tag: 'SetRole', role: foreignOf(600) })
    port.hear(BBMD, result(0))
    port.hear(BBMD, result(0x0030))
    expect(port.toldOf('Status').at(-1)).toMatchObject({ status: { registration: { state: 'refused' } } })
  })
})
