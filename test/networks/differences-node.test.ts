import { describe, expect, it } from 'vitest'
import { fixedRandom } from '../../src/testing/index.js'
import { ms, seconds, type Duration } from '../../src/values/duration.js'
import { randomVmac } from '../../src/values/vmac.js'
import { bareHub, BARE } from '../support/bare-hub.js'
import { identity } from '../support/identities.js'
import { inWords, npdu, virtualLab } from '../support/virtual-network.js'
import { toHex } from '../support/vectors.js'

/*
 * How a node of ours gets along with other programs: the rows of section 10 of the protocol notes, and of the field
 * quirks, by the name of their topic. A bare hub plays the other program. The rows about hubs and sockets are elsewhere.
 */

const minutes = (count: number): Duration => seconds(60 * count)

const OTHER = identity(9).vmac
const NPDU = toHex(npdu(1))

const connected = (lengths?: string) => {
  const hub = bareHub()
  hub.accepts(lengths)
  return hub
}

/** All that a node of ours says in its life, asked for everything. */
const everythingSaid = (): readonly string[] => {
  const hub = connected()
  hub.submit({ _tag: 'Npdu', npdu: npdu(1), destination: OTHER })
  hub.submit({ _tag: 'Npdu', npdu: npdu(2), destination: 'broadcast' })
  hub.submit({ _tag: 'Solicit', to: OTHER })
  hub.submit({ _tag: 'Resolve', to: OTHER })
  for (const fn of ['02', '05', '42', '0c']) hub.says(`${fn}081234${OTHER}`)
  hub.says('0a00aaaa')
  hub.advance(seconds(61))
  hub.stop()
  return hub.heard.map(({ hex }) => hex)
}

const flagsOf = (hex: string): number => Number.parseInt(hex.slice(2, 4), 16)
const isOfConnection = (hex: string): boolean => Number.parseInt(hex.slice(0, 2), 16) >= 6 && !hex.startsWith('0c')

describe('what a node says, with other programs in mind', () => {
  const said = everythingSaid()

  it('is all that there is to say', () => {
    expect(new Set(said.map(hex => hex.slice(0, 2)))).toEqual(
      new Set(['00', '01', '02', '04', '05', '06', '08', '0a', '0b']),
    )
  })

  it('byte order of u16: big-endian', () => {
    expect(said[0]).toMatch(/064005d9$/)
    expect(said.find(hex => hex.startsWith('04'))).toMatch(/064005d9$/)
  })

  it.each(['proprietary options', 'unknown option types 2..30', 'options per list'])(
    '%s: none, unless asked for',
    () => {
      expect(said.filter(hex => (flagsOf(hex) & 3) !== 0)).toEqual([])
    },
  )

  it.each(['originating VMAC sent to hub', 'hub gets originating VMAC'])('%s: never', () => {
    expect(said.filter(hex => (flagsOf(hex) & 8) !== 0)).toEqual([])
  })

  it('hub, no destination: always one, in what is not for the hub itself', () => {
    expect(said.filter(hex => !isOfConnection(hex) && (flagsOf(hex) & 4) === 0)).toEqual([])
  })

  it('reserved control bits: 0', () => {
    expect(said.filter(hex => (flagsOf(hex) & 0xf0) !== 0)).toEqual([])
  })

  it('bac-py 2 and C5: each message that is no answer has the next id', () => {
    const numbered = said.filter(hex => !['00', '0b'].includes(hex.slice(0, 2))).map(hex => hex.slice(4, 8))
    expect(new Set(numbered).size).toBe(numbered.length)
  })
})

describe('a node understands', () => {
  it('byte order of u16: the swapped lengths of bacnet-stack, and sends nothing longer', () => {
    const hub = connected('dc05dc05')
    expect(hub.told('Status').at(-1)?.status.hub).toMatchObject({ maxBvlcLength: 1500, maxNpduLength: 1500 })
    hub.submit({ _tag: 'Npdu', npdu: new Uint8Array(1491), destination: OTHER })
    expect(hub.told('Dropped').map(({ reason }) => reason)).toEqual(['too long for the peer'])
  })

  it.each([
    ['7/151', '00070097'],
    ['0x0700/0x9700, of bacnet-stack', '07009700'],
    ['7/113, of bac-py', '00070071'],
  ])('its NODE_DUPLICATE_VMAC on the wire, and new VMAC on 151: %s', (_, classAndCode) => {
    const hub = bareHub()
    const request = hub.last()
    hub.says(`0000${request.slice(4, 8)}060100${classAndCode}`)
    expect(hub.told('FailedConnection').map(({ cause }) => cause.errorCode)).toEqual([151])
    expect(hub.closeCodes).toEqual([1000])
    hub.advance(seconds(20))
    expect(hub.last().slice(8, 20)).not.toBe(request.slice(8, 20))
    expect(hub.last().slice(20)).toBe(request.slice(20))
  })

  it('NAK on decode errors: none need come; a resolution without any answer ends by itself', () => {
    const hub = connected()
    hub.submit({ _tag: 'Resolve', to: OTHER })
    hub.advance(seconds(10))
    expect(hub.told('Resolved').map(({ cause }) => cause?.errorCode)).toEqual([30])
  })

  it('NAK id for must-understand / Address-Resolution: the id of the message', () => {
    const hub = connected()
    hub.says(`010a4711${OTHER}54${NPDU}`)
    expect(hub.last()).toMatch(new RegExp(`^00044711${OTHER}0101540007`))
    hub.says(`02084712${OTHER}`)
    expect(hub.last()).toMatch(new RegExp(`^00044712${OTHER}0201000007002d`))
  })

  it('Connect-Accept id check: another id is no answer, and the right one still counts', () => {
    const hub = bareHub()
    hub.says(`0700ffff${BARE.vmac}${BARE.uuid}064005d9`)
    expect(hub.told('Status').map(({ status }) => status.hubConnection)).toEqual(['none'])
    hub.accepts()
    expect(hub.told('Status').at(-1)?.status.hubConnection).toBe('primary')
  })

  it.each([
    ['7/45', '0007002d'],
    ['7/57, of bac-py', '00070039'],
    ['0x0700/0x2D00, of bacnet-stack', '07002d00'],
    ['7/143', '0007008f'],
  ])('Address-Resolution unsupported: %s', (_, classAndCode) => {
    const hub = connected()
    hub.submit({ _tag: 'Resolve', to: OTHER })
    hub.says(`0008${hub.last().slice(4, 8)}${OTHER}020100${classAndCode}`)
    expect(hub.told('Resolved')).toMatchObject([
      { vmac: OTHER, uris: [], cause: { errorCode: expect.any(Number) as number } },
    ])
  })

  it('bac-py 9: an empty list of URIs', () => {
    const hub = connected()
    hub.submit({ _tag: 'Resolve', to: OTHER })
    hub.says(`0308${hub.last().slice(4, 8)}${OTHER}`)
    expect(hub.told('Resolved')).toMatchObject([{ vmac: OTHER, uris: [], outcome: 'answered' }])
  })

  it('Advertisement accept flag: it is told, and nothing is done because of it', () => {
    const hub = connected()
    const said = hub.heard.length
    hub.says(`04080001${OTHER}0101dc05dc05`)
    expect(hub.told('Advertisement')).toMatchObject([
      { source: OTHER, advertisement: { acceptsDirectConnections: true, maxBvlcLength: 1500 } },
    ])
    expect(hub.heard).toHaveLength(said)
  })

  it('decoder bug: hub status 3 is out of range', () => {
    const hub = connected()
    hub.says(`04080001${OTHER}0301064005d9`)
    expect(hub.last()).toMatch(new RegExp(`^00040001${OTHER}04010000070050`))
    expect(hub.told('Advertisement')).toEqual([])
  })

  it.each([
    ['B4: nothing is said to less than four octets', '0a00'],
    ['B5: nothing is said to a broadcast', `420c0001${OTHER}ffffffffffff`],
    ['B12: a Heartbeat-ACK that nobody asked for', '0b00ffff'],
    ['B23: an NPDU for somebody else', `010c0001${OTHER}${identity(8).vmac}${NPDU}`],
  ])('%s', (_, hex) => {
    const hub = connected()
    const said = hub.heard.length
    hub.says(hex)
    expect(hub.heard).toHaveLength(said)
    expect(hub.told('Npdu')).toEqual([])
    expect(hub.told('LostConnection')).toEqual([])
  })

  it('B22: an NPDU of nobody, as no NPDU', () => {
    const hub = connected()
    hub.says(`01000001${NPDU}`)
    expect(hub.told('Npdu')).toEqual([])
    expect(hub.last()).toMatch(/^0000000101010000070091/)
  })

  it('B8 and bac-py: that other messages may come before the Connect-Accept', () => {
    const hub = bareHub()
    hub.says(`01080001${OTHER}${NPDU}`)
    hub.says('0a000001')
    expect(hub.heard).toHaveLength(1)
    hub.accepts()
    expect(hub.told('Status').at(-1)?.status.hubConnection).toBe('primary')
  })
})

describe('a node beside its hub', () => {
  const pair = () => {
    const lab = virtualLab()
    lab.hub()
    const accepts = lab.node({ vmac: OTHER, directConnections: { listen: 'direct' } })
    const initiates = lab.node({ vmac: identity(8).vmac, directConnections: { initiate: true } })
    lab.advance(ms(20))
    initiates.send(1, OTHER)
    lab.advance(ms(20))
    initiates.send(2, OTHER)
    accepts.send(3, identity(8).vmac)
    lab.advance(ms(20))
    return { accepts, initiates, lab }
  }

  it('direct connect source address: the VMAC of the peer', () => {
    const { accepts, initiates } = pair()
    expect(accepts.told('Npdu').map(({ source, via }) => [source, via])).toEqual([
      [identity(8).vmac, 'hub'],
      [identity(8).vmac, 'direct'],
    ])
    expect(initiates.told('Npdu').map(({ source, via }) => [source, via])).toEqual([[OTHER, 'direct']])
  })

  it('Advertisement accept flag: verified by Address-Resolution before anything is dialled', () => {
    const { lab } = pair()
    const names = lab.tapped.map(inWords)
    const resolved = names.indexOf('hub-a > node-2 Address-Resolution-ACK')
    expect(resolved).toBeGreaterThan(0)
    expect(names.findIndex(name => name.startsWith('node-2 > direct'))).toBeGreaterThan(resolved)
  })
})

describe('a node keeps its pace', () => {
  it('default heartbeat: 60 s', () => {
    const hub = connected()
    hub.advance(seconds(59))
    expect(hub.last()).toMatch(/^06/)
    hub.advance(seconds(1))
    expect(hub.last()).toMatch(/^0a00/)
  })

  it('heartbeat (initiating): one request, then the peer is dead', () => {
    const hub = connected()
    hub.advance(minutes(2))
    expect(hub.heard.map(({ hex }) => hex.slice(0, 2)).slice(0, 3)).toEqual(['06', '0a', '08'])
    expect(hub.told('LostConnection').map(({ cause }) => cause.errorCode)).toEqual([30])
  })

  it('reconnect: 10 s, doubled up to 600 s, for ever', () => {
    const hub = bareHub({ jitter: 0 }, { isThere: false })
    hub.advance(minutes(60))
    const attempts = hub.told('FailedConnection').length
    expect(attempts, '10 + 20 + … + 320 s, then every 600 s').toBe(1 + 6 + 4)
    hub.advance(minutes(600))
    expect(hub.told('FailedConnection')).toHaveLength(attempts + 60)
  })

  it('return to primary: yes', () => {
    const lab = virtualLab()
    const primary = lab.hub()
    lab.hub({ name: 'hub-b' })
    const node = lab.node({ failover: 'hub-b' })
    lab.advance(ms(100))
    primary.kill()
    lab.advance(ms(100))
    expect(node.status()?.hubConnection).toBe('failover')
    primary.start()
    lab.advance(seconds(30))
    expect(node.status()?.hubConnection).toBe('primary')
  })

  it('Random-48 rule: the low half of the first octet is 2', () => {
    const random = fixedRandom(5)
    const drawn = Array.from({ length: 200 }, () => randomVmac(random))
    expect(drawn.every(vmac => /^.2/.test(vmac))).toBe(true)
    expect(new Set(drawn.map(vmac => vmac[0])).size).toBe(16)
  })

  it('bacnet-stack 10: TCP closed without a word is one lost connection, and the next attempt at once', () => {
    const hub = connected()
    hub.advance(minutes(0.5))
    hub.closes('abnormal')
    expect(hub.told('LostConnection').map(({ cause }) => cause.errorCode)).toEqual([173])
    expect(hub.told('FailedConnection')).toEqual([])
    expect(hub.last()).toMatch(/^0600/)
    hub.accepts()
    expect(hub.told('Status').map(({ status }) => status.hubConnection)).toEqual(['none', 'primary', 'none', 'primary'])
  })

  it('bacnet-stack 13: a Disconnect exchange that ends with 1006 is orderly', () => {
    const hub = connected()
    hub.stop()
    expect(hub.last()).toMatch(/^0800/)
    hub.says(`0900${hub.last().slice(4, 8)}`)
    hub.closes('abnormal')
    expect(hub.told('LostConnection').map(({ cause }) => cause)).toEqual([])
    expect(hub.told('Discarded')).toEqual([])
  })
})
