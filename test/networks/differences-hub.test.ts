import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import type { Vmac } from '../../src/values/vmac.js'
import type { VirtualHubOptions } from '../../src/testing/index.js'
import { identity } from '../support/identities.js'
import { connectRequest, inHex, npdu, virtualLab } from '../support/virtual-network.js'
import { fromHex, toHex } from '../support/vectors.js'

/*
 * How a hub of ours gets along with other programs: the rows of section 10 of the protocol notes, and of the tables of
 * mistakes seen elsewhere, by the name of their topic. A bare peer, connected as C, plays the other program.
 */

const [A, B, C] = [1, 2, 3].map(n => identity(n).vmac) as [Vmac, Vmac, Vmac]
const NPDU = toHex(npdu(1))

const network = (options: VirtualHubOptions = {}) => {
  const lab = virtualLab()
  const hub = lab.hub(options)
  const [a, b] = [lab.node({ vmac: A }), lab.node({ vmac: B })]
  lab.advance(ms(10))
  /** A bare peer that asks to connect. */
  const comes = (name: string, request: Uint8Array) => {
    const peer = lab.peer(name)
    lab.advance(ms(10))
    peer.send(request)
    lab.advance(ms(10))
    return peer
  }
  const peer = comes('bare', connectRequest(identity(3), 0x4711))
  const accept = peer.heard.length
  return {
    lab,
    hub,
    a,
    b,
    peer,
    comes,
    says: (hex: string) => {
      peer.send(fromHex(hex))
      lab.advance(ms(10))
    },
    answers: () => peer.heard.slice(accept),
  }
}

describe('what a hub passes on', () => {
  it('unknown function at hub with destination: as any other', () => {
    const { says, lab, answers } = network()
    says(`42040001${B}aabb`)
    expect(lab.tapped.map(inHex)).toContain(`42080001${C}aabb`)
    expect(answers(), 'the answer of B').toEqual([expect.stringMatching(new RegExp(`^00080001${B}4201000007008f`))])
  })

  it('originating VMAC sent to hub: taken out when it is true', () => {
    const { says, a, hub } = network()
    says(`010c0001${C}${A}${NPDU}`)
    expect(a.told('Npdu')).toMatchObject([{ source: C, destination: 'unicast' }])
    expect(hub.counters().drops).toEqual({})
  })

  it('hub gets originating VMAC: dropped in silence when it is not true, and counted', () => {
    const { says, a, hub, answers } = network()
    says(`010c0001${B}${A}${NPDU}`)
    expect([a.heard(), answers()]).toEqual([[], []])
    expect(hub.counters().drops).toEqual({ 'spoofed originator': 1 })
  })

  it.each(['hub, no destination', 'B2'])('%s: never broadcast, but refused with 145', () => {
    const { says, a, b, answers } = network()
    says(`01000001${NPDU}`)
    expect([a.heard(), b.heard()]).toEqual([[], []])
    expect(answers()).toEqual([expect.stringMatching(/^0000000101010000070091/)])
  })

  it.each(['max lengths checked when forwarding', 'B20'])('%s: yes', () => {
    const { lab, comes, a, hub } = network()
    const small = comes('small', connectRequest(identity(4, { maxBvlcLength: 50, maxNpduLength: 40 })))
    a.submit({ _tag: 'Npdu', npdu: new Uint8Array(41).fill(1), destination: identity(4).vmac })
    a.submit({ _tag: 'Npdu', npdu: new Uint8Array(40).fill(1), destination: identity(4).vmac })
    lab.advance(ms(10))
    expect(small.heard.map(hex => hex.length / 2)).toEqual([30, 50])
    expect(hub.counters().drops).toEqual({ 'longer than the destination takes': 1 })
  })

  it('byte order of u16: what a peer of bacnet-stack takes is 1500, not 56325', () => {
    const { comes, hub } = network()
    comes('bacnet-stack', connectRequest(identity(4, { maxBvlcLength: 0xdc05, maxNpduLength: 0xdc05 })))
    expect(hub.nodes().at(-1)).toMatchObject({ maxBvlcLength: 1500, maxNpduLength: 1500 })
  })

  it('B21: nothing back to its sender', () => {
    const { says, answers } = network()
    says(`01040001${C}${NPDU}`)
    expect(answers()).toEqual([])
  })

  it('too long message: discarded, and the connection stays', () => {
    const { says, a, answers } = network()
    says(`01040001${A}01${'00'.repeat(5705)}`)
    says('0a000002')
    expect(a.heard()).toEqual([])
    expect(answers()).toEqual(['0b000002'])
  })

  it('reserved control bits: no matter in what is passed on, 80 in what is for the hub', () => {
    const { says, answers, lab } = network()
    says(`01140001${A}${NPDU}`)
    expect(lab.tapped.map(inHex)).toContain(`01180001${C}${NPDU}`)
    says('0a100002')
    expect(answers()).toEqual([
      expect.stringMatching(new RegExp(`^00080001${A}01010000070050`)),
      expect.stringMatching(/^000000020a010000070050/),
    ])
  })
})

describe('whom a hub lets in', () => {
  it('Connect-Accept id check: its answer has the id of the request', () => {
    expect(network().peer.heard[0]).toMatch(/^07004711/)
  })

  it.each(['duplicate UUID at hub', 'B16', 'bacnet-stack 4'])('%s: accepted, and the old one is disconnected', () => {
    for (const again of [identity(3), identity(3, { vmac: identity(9).vmac })]) {
      const { comes, answers, hub } = network()
      expect(comes('again', connectRequest(again)).heard).toEqual([expect.stringMatching(/^0700/)])
      expect(answers()).toEqual([expect.stringMatching(/^0800/)])
      expect(hub.nodes().map(({ vmac }) => vmac)).toEqual([A, B, again.vmac])
    }
  })

  it.each(['duplicate VMAC check vs own VMAC', 'B17'])('%s: yes, 151', () => {
    const { comes } = network({ vmac: identity(7).vmac })
    const peer = comes('twin', connectRequest(identity(8, { vmac: identity(7).vmac })))
    expect(peer.heard).toEqual([expect.stringMatching(/^0000000106010000070097/)])
    expect(peer.closeCode()).toBe(1000)
  })

  it.each(['hub full', 'B18'])('%s: 3/0, never 151', () => {
    const { comes } = network({ limits: { maxConnections: 3 } })
    const peer = comes('late', connectRequest(identity(8)))
    expect(peer.heard).toEqual([expect.stringMatching(/^0000000106010000030000/)])
  })

  it.each([
    ['B19: nobody with a reserved VMAC', `06000001000000000000${identity(8).uuid}064005d9`, /^0000000106010000070050/],
    ['B3: nobody with an unknown function', '42000001', /^$/],
    ['B4: nobody with less than four octets', '0600', /^$/],
  ])('%s', (_, hex, answer) => {
    const peer = network().comes('odd', fromHex(hex))
    expect(peer.heard.join('')).toMatch(answer)
    expect(peer.closeCode()).toBeUndefined()
  })

  it('B10 and bacnet-stack 8: whoever says something else first, and then asks', () => {
    const { comes, lab } = network()
    const peer = comes('hasty', fromHex(`01040001ffffffffffff${NPDU}`))
    peer.send(fromHex('0a000001'))
    peer.send(connectRequest(identity(8)))
    lab.advance(ms(10))
    expect(peer.heard).toEqual([expect.stringMatching(/^0700/)])
  })
})

describe('how long a hub keeps a node', () => {
  it('heartbeat (accepting): it answers probes, and probes who has said nothing for half of the limit', () => {
    const { says, answers, lab } = network()
    says('0a00abcd')
    lab.advance(seconds(299))
    expect(answers()).toEqual(['0b00abcd'])
    lab.advance(seconds(2))
    expect(answers()).toEqual(['0b00abcd', expect.stringMatching(/^0a00.{4}$/)])
  })

  it('heartbeat (accepting): 600 s of silence are the end', () => {
    const { lab, peer } = network()
    lab.advance(seconds(599))
    expect(peer.closeCode()).toBeUndefined()
    lab.advance(seconds(2))
    expect(peer.closeCode()).toBe(1000)
  })

  it('bac-py 3: a flood of Heartbeat-Requests is answered, and others are heard meanwhile', () => {
    const { lab, peer, a, b, answers } = network()
    for (let count = 0; count < 500; count++) peer.send(fromHex('0a000001'))
    a.send(5, B)
    lab.advance(ms(10))
    expect(answers()).toHaveLength(500)
    expect(b.heard()).toEqual([5])
  })

  it('bac-py 2: messages of one id are no duplicates', () => {
    const { says, a } = network()
    for (const number of [1, 2, 3]) says(`01040000${A}${toHex(npdu(number))}`)
    expect(a.heard()).toEqual([1, 2, 3])
  })

  it('bacnet-stack 10: until it is gone without a word, which is one event', () => {
    const { lab, hub } = network()
    lab.cut('bare')
    lab.advance(ms(10))
    expect(hub.told('NodeDisconnected')).toMatchObject([{ vmac: C, cause: { errorCode: 173 } }])
    expect([...hub.told('Dropped'), ...hub.told('Refused')]).toEqual([])
  })

  it('bacnet-stack 13: its Disconnect-ACK counts, whatever ends the WebSocket', () => {
    const { hub, lab, peer, answers } = network()
    hub.submit({ _tag: 'DisconnectNode', vmac: C })
    lab.advance(ms(10))
    peer.send(fromHex(`0900${answers()[0]?.slice(4, 8) ?? ''}`))
    lab.cut('bare')
    lab.advance(ms(10))
    expect(hub.told('NodeDisconnected')).toMatchObject([{ vmac: C, cause: { errorCode: 84 } }])
  })
})
