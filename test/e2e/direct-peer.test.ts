import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ms } from '../../src/values/duration.js'
import type { TlsMaterial } from '../../src/io/tls.js'
import { closeLab, connected, heard, isTag, labTls, startHub, startNode, type LabNode } from '../support/lab.js'
import { identity } from '../support/identities.js'
import { I_AM } from '../support/npdu.js'
import { connectRequest, rawClient, type RawClient } from '../support/raw-client.js'
import { fromHex, toHex } from '../support/vectors.js'
import { itIsDissectedByTshark } from '../support/wire-judge.js'

const NPDU = toHex(I_AM)
const OTHER = identity(7).vmac

/** The start of a NAK for that function octet and message id 0x0102, up to its error code. */
const nak = (resultFor: string, errorCode: number, errorClass = 7, marker = '00'): string =>
  `00000102${resultFor}01${marker}000${errorClass}${errorCode.toString(16).padStart(4, '0')}`

describe('a node, and a direct peer over mutual TLS 1.3 that', () => {
  let tls: TlsMaterial
  let node: LabNode
  let uri: string
  let peer: RawClient

  beforeAll(async () => {
    tls = await labTls('peer')
    const hub = await startHub()
    node = await startNode({
      primaryHub: hub.uri,
      directConnections: { listen: 'wss://127.0.0.1:0' },
      timings: { connectWait: ms(2000) },
    })
    const listening = heard(node.event$, isTag('DirectListening'))
    await connected(node)
    uri = (await listening).uri
  })
  afterAll(closeLab)
  beforeEach(async () => (peer = await visit()))

  const visit = async (n = 9): Promise<RawClient> => {
    const client = await rawClient(uri, tls, ['dc.bsc.bacnet.org'])
    client.send(connectRequest(identity(n)))
    expect((await client.next())[0], 'Connect-Accept').toBe(7)
    return client
  }

  /** What the node answers to all this, as hex: all up to the Heartbeat-ACK, which shows that it is still there. */
  const answersTo = async (...messages: readonly string[]): Promise<readonly string[]> => {
    for (const hex of messages) peer.send(fromHex(hex))
    peer.send(fromHex('0a00ffff'))
    const answers: string[] = []
    for (let hex = toHex(await peer.next()); hex !== '0b00ffff'; hex = toHex(await peer.next())) answers.push(hex)
    return answers
  }

  const wrong: readonly (readonly [what: string, hex: string, answer: string])[] = [
    ['an originating VMAC, its own', `01080102${identity(9).vmac}${NPDU}`, nak('01', 145)],
    ['an originating VMAC, somebody else’s', `01080102${OTHER}${NPDU}`, nak('01', 145)],
    ['a destination VMAC', `01040102${OTHER}${NPDU}`, nak('01', 145)],
    ['both VMACs', `010c0102${OTHER}${OTHER}${NPDU}`, nak('01', 145)],
    ['a VMAC on a Heartbeat-Request', `0a080102${OTHER}`, nak('0a', 145)],
    ['a VMAC on an Address-Resolution', `02040102${OTHER}`, nak('02', 145)],
    ['half a VMAC', '010801020200', nak('01', 147)],
    ['an unknown function', '0d000102', nak('0d', 143)],
    ['reserved control flags', `01100102${NPDU}`, nak('01', 80)],
    ['an NPDU without octets', '01000102', nak('01', 149)],
    ['an Address-Resolution with a payload', '0200010200', nak('02', 150)],
    ['a Disconnect-Request with a payload', '0800010200', nak('08', 150)],
    ['an Advertisement that is too short', '040001020100', nak('04', 147)],
    ['an Advertisement with hub status 3', '04000102030105dc05dc', nak('04', 80)],
    ['data options on a solicitation', '0501010201', nak('05', 7)],
    ['an option that ends early', '01020102bf0005', nak('01', 147)],
    ['a destination option that must be understood', `010201025e${NPDU}`, nak('01', 146, 7, '5e')],
    ['a message of a vendor', '0c000102022b01', nak('0c', 144)],
  ]

  it.each(wrong)('sends %s gets the NAK and stays connected', async (_, hex, answer) => {
    const discarded = heard(node.event$, isTag('Discarded'))
    const [first = '', ...more] = await answersTo(hex)
    expect(first.slice(0, answer.length)).toBe(answer)
    expect(more).toEqual([])
    await discarded
  })

  it.each([
    ['fewer than four octets', '010001'],
    ['nothing', ''],
    ['a broadcast', `01040102ffffffffffff${NPDU}`],
    ['a malformed Connect-Accept', '07000102'],
    ['a malformed BVLC-Result', '00000102'],
    ['a Heartbeat-ACK that nobody asked for', '0b000102'],
    ['another Connect-Request', toHex(connectRequest(identity(8)))],
    ['a message that is longer than is taken', `01000102${'00'.repeat(1600)}`],
    ['an Address-Resolution-ACK that nobody asked for', `03000102${Buffer.from('wss://evil').toString('hex')}`],
  ])('sends %s gets no answer and stays connected', async (_, hex) => {
    expect(await answersTo(hex)).toEqual([])
  })

  it('sends NPDUs is heard under its VMAC, whatever it sent before', async () => {
    const received = heard(node.npdu$, isTag('Npdu'))
    await answersTo(...wrong.map(([, hex]) => hex), `01000103${NPDU}`)
    expect(await received).toMatchObject({ source: identity(9).vmac, via: 'direct', destination: 'unicast' })
  })

  it('asks gets its answers, without VMACs', async () => {
    const [uris = '', advertisement = ''] = await answersTo('02000102', '05000103')
    expect(uris).toBe(`03000102${Buffer.from(uri).toString('hex')}`)
    expect(advertisement).toMatch(/^0400....0101064005d9$/u)
  })

  it('sends text is closed with 1003', async () => {
    peer.send('hello')
    expect(await peer.closed).toBe(1003)
  })

  it('has the VMAC of another peer is refused with 7/151, and the NAK comes before the close', async () => {
    const thief = await rawClient(uri, tls, ['dc.bsc.bacnet.org'])
    thief.send(connectRequest({ ...identity(8), vmac: identity(9).vmac }, 0x0102))
    expect(toHex(await thief.next()).slice(0, 22)).toBe(nak('06', 151))
    expect(await thief.closed).toBe(1000)
    expect(await answersTo()).toEqual([])
  })

  it('comes again with its Device UUID has its older connection ended', async () => {
    const again = await visit()
    expect((await peer.next())[0], 'Disconnect-Request').toBe(8)
    const received = heard(node.npdu$, isTag('Npdu'))
    again.send(fromHex(`01000103${NPDU}`))
    expect((await received).source).toBe(identity(9).vmac)
  })

  it('sends malformed Connect-Requests gets a NAK for each, and may still connect', async () => {
    const client = await rawClient(uri, tls, ['dc.bsc.bacnet.org'])
    const good = toHex(connectRequest(identity(8), 0x0102))
    for (const [hex, code] of [
      [good.slice(0, -2), 147],
      [`${good}00`, 150],
      ['06000102', 149],
      [good.replace(identity(8).vmac, 'ffffffffffff'), 80],
      [good.replace(identity(8).vmac, '000000000000'), 80],
    ] as const) {
      client.send(fromHex(hex))
      expect(toHex(await client.next()).slice(0, 22)).toBe(nak('06', code))
    }
    client.send(fromHex(`01000102${NPDU}`))
    client.send(fromHex(good))
    expect((await client.next())[0], 'Connect-Accept').toBe(7)
  })

  itIsDissectedByTshark()
})
