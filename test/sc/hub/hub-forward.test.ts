import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fits, forwarding, npduLength, type Forwarding } from '../../../src/sc/hub/hub-forward.js'
import { hubTable, member, type Member } from '../../../src/sc/hub/hub-table.js'
import type { AcceptedSocket } from '../../../src/sc/connection/socket.js'
import { BROADCAST_VMAC, UNKNOWN_VMAC, type Vmac } from '../../../src/values/vmac.js'
import { BvlcFunction, functionRule } from '../../../src/wire/bvlc-function.js'
import { encodeBvlcSc } from '../../../src/wire/bvlc-sc-encode.js'
import { MAX_BVLC_LENGTH, MAX_NPDU_LENGTH, type PeerIdentity, type ScMessage } from '../../../src/wire/bvlc-sc.js'
import { forwardFrame } from '../../../src/wire/hub-header.js'
import { messageOf } from '../../../src/wire/web-socket-frame.js'
import { anyMessage, anyOctets } from '../../support/arbitraries.js'
import { identity } from '../../support/identities.js'
import { bare, npdu } from '../../support/peer-events.js'

const HUB_MAX_BVLC = 5705

/** A hub decides before it looks at any socket. */
const noSocket = {} as AcceptedSocket
const memberOf = (who: PeerIdentity): Member => member(who, noSocket, 0)

const hub = identity(1)
const [s, d] = [memberOf(identity(2)), memberOf(identity(3))]
const table = hubTable()
for (const connected of [s, d]) table.enter(connected)

const decide = (message: Uint8Array | ScMessage): Forwarding =>
  forwarding(message instanceof Uint8Array ? message : encodeBvlcSc(message), s, table, HUB_MAX_BVLC)

const passOn = (message: ScMessage, broadcast: boolean): Uint8Array =>
  messageOf(forwardFrame(encodeBvlcSc(message), s.originator, broadcast, length => new Uint8Array(length)))

const to = (destination: Vmac | undefined, originating?: Vmac): ScMessage => npdu(1, { destination, originating })
const TO_D: Forwarding = { _tag: 'Unicast', to: d }
const BROADCAST: Forwarding = { _tag: 'Broadcast' }
const FOR_HUB: Forwarding = { _tag: 'ForHub' }

describe('a message from node S with VMAC s at the hub (3.1)', () => {
  it('destination = d, registered, not s | remove destination, insert originating = s, send to d', () => {
    expect(decide(to(d.identity.vmac))).toEqual(TO_D)
    expect(passOn(to(d.identity.vmac), false)).toEqual(encodeBvlcSc(to(undefined, s.identity.vmac)))
  })

  it('destination = broadcast | keep destination, insert originating = s, send to all but S', () => {
    expect(decide(to(BROADCAST_VMAC))).toEqual(BROADCAST)
    expect(passOn(to(BROADCAST_VMAC), true)).toEqual(encodeBvlcSc(to(BROADCAST_VMAC, s.identity.vmac)))
  })

  it('destination = d, not registered | drop silently', () => {
    expect(decide(to(identity(9).vmac))).toEqual({ _tag: 'Drop', reason: 'unknown destination', wellFormed: true })
  })

  it("destination = VMAC of the hub's own device | an ordinary destination: its node, if that is connected", () => {
    expect(decide(to(hub.vmac))).toEqual({ _tag: 'Drop', reason: 'unknown destination', wellFormed: true })
    const withOwnNode = hubTable()
    const ownNode = memberOf(hub)
    for (const connected of [s, ownNode]) withOwnNode.enter(connected)
    const decision = forwarding(encodeBvlcSc(to(hub.vmac)), s, withOwnNode, HUB_MAX_BVLC)
    expect(decision).toEqual({ _tag: 'Unicast', to: ownNode })
  })

  it('destination = s | drop', () => {
    expect(decide(to(s.identity.vmac))).toEqual({ _tag: 'Drop', reason: 'destination is the sender', wellFormed: true })
  })

  it('destination = 00..00 | not registered: drop', () => {
    expect(decide(to(UNKNOWN_VMAC))).toEqual({ _tag: 'Drop', reason: 'unknown destination', wellFormed: true })
  })

  it('no destination | for the hub as connection peer', () => {
    expect(decide(to(undefined))).toEqual(FOR_HUB)
    expect(decide(bare('Heartbeat-Request', 1))).toEqual(FOR_HUB)
  })

  it('originating = s | strip and forward', () => {
    expect(decide(to(d.identity.vmac, s.identity.vmac))).toEqual(TO_D)
    expect(passOn(to(d.identity.vmac, s.identity.vmac), false)).toEqual(encodeBvlcSc(to(undefined, s.identity.vmac)))
  })

  it('originating = somebody else | drop silently, count it', () => {
    expect(decide(to(d.identity.vmac, identity(9).vmac))).toEqual({
      _tag: 'Drop',
      reason: 'spoofed originator',
      wellFormed: false,
    })
    expect(decide(to(BROADCAST_VMAC, d.identity.vmac))).toEqual({
      _tag: 'Drop',
      reason: 'spoofed originator',
      wellFormed: false,
    })
  })

  for (const [name, fn] of Object.entries(BvlcFunction).filter(([, fn]) => functionRule(fn)?.connectionOnly)) {
    it(`${name} with a destination | never forwarded: for the hub, which refuses it`, () => {
      expect(decide(encodeBvlcSc(to(d.identity.vmac)).with(0, fn))).toEqual(FOR_HUB)
    })
  }

  it('incoming message longer than the hub takes | discard', () => {
    const ofLength = (length: number): Uint8Array =>
      encodeBvlcSc(npdu(1, { destination: d.identity.vmac, npdu: new Uint8Array(length - 10) }))
    expect(decide(ofLength(HUB_MAX_BVLC))).toEqual(TO_D)
    expect(decide(ofLength(HUB_MAX_BVLC + 1))).toEqual({
      _tag: 'Drop',
      reason: 'longer than the hub takes',
      wellFormed: false,
    })
  })

  it('shorter than its header | for the hub, which is silent about it', () => {
    for (const length of [0, 1, 2, 3]) expect(decide(new Uint8Array(length).fill(0xff))).toEqual(FOR_HUB)
  })

  it('shorter than its VMACs | drop silently', () => {
    for (const length of [4, 9]) {
      const octets = encodeBvlcSc(to(d.identity.vmac)).subarray(0, length)
      expect(decide(octets)).toEqual({ _tag: 'Drop', reason: 'malformed', wellFormed: false })
    }
  })
})

describe('what a hub passes on (3.1)', () => {
  it('is the message as it was, but for its VMACs, whatever its function, options and payload', () => {
    const anyFunction = fc.oneof(fc.integer({ min: 0x0d, max: 0xff }), fc.constantFrom(0, 1, 2, 3, 4, 5, 0x0c))
    const anyRest = anyOctets(0, 140)
    const parts = fc.record({ fn: anyFunction, lowFlags: fc.nat(3), id: anyOctets(2, 2), rest: anyRest })
    fc.assert(
      fc.property(parts, fc.boolean(), ({ fn, lowFlags, id, rest }, broadcast) => {
        const vmacs = Buffer.from(broadcast ? BROADCAST_VMAC : d.identity.vmac, 'hex')
        const message = Uint8Array.of(fn, lowFlags | 4, ...id, ...vmacs, ...rest)
        expect(decide(message)).toEqual(broadcast ? BROADCAST : TO_D)
        const passed = messageOf(forwardFrame(message, s.originator, broadcast, length => new Uint8Array(length)))
        const originator = Buffer.from(s.identity.vmac, 'hex')
        const expected = broadcast
          ? Uint8Array.of(fn, lowFlags | 12, ...id, ...originator, ...vmacs, ...rest)
          : Uint8Array.of(fn, lowFlags | 8, ...id, ...originator, ...rest)
        expect(passed).toEqual(expected)
      }),
    )
  })

  it('goes to one, to all, to the hub or nowhere, and never back, whatever is sent', () => {
    const anything = fc.oneof(anyOctets(0, 60), anyMessage('to-hub').map(encodeBvlcSc))
    fc.assert(
      fc.property(anything, message => {
        const decision = decide(message)
        expect(['Unicast', 'Broadcast', 'ForHub', 'Drop']).toContain(decision._tag)
        if (decision._tag === 'Unicast') expect(decision.to).not.toBe(s)
      }),
    )
  })
})

describe('what a destination takes (3.1)', () => {
  const taker = (maxBvlcLength: number, maxNpduLength: number): Member =>
    memberOf(identity(3, { maxBvlcLength, maxNpduLength }))
  const message = encodeBvlcSc(npdu(1, { destination: d.identity.vmac, npdu: new Uint8Array(100) }))
  /** 4 octets of header, 6 of originating VMAC, 100 of NPDU; a broadcast has 6 more of destination VMAC. */
  const [unicast, broadcast] = [110, 116]

  it('outgoing message above its max BVLC length, as it is after rewriting | not sent to it', () => {
    expect(fits(unicast, npduLength(message), taker(110, MAX_NPDU_LENGTH))).toBe(true)
    expect(fits(unicast, npduLength(message), taker(109, MAX_NPDU_LENGTH))).toBe(false)
    expect(fits(broadcast, npduLength(message), taker(116, MAX_NPDU_LENGTH))).toBe(true)
    expect(fits(broadcast, npduLength(message), taker(115, MAX_NPDU_LENGTH))).toBe(false)
  })

  it('NPDU above its max NPDU length | not sent to it', () => {
    expect(fits(unicast, npduLength(message), taker(MAX_BVLC_LENGTH, 100))).toBe(true)
    expect(fits(unicast, npduLength(message), taker(MAX_BVLC_LENGTH, 99))).toBe(false)
  })

  it('options do not count as NPDU', () => {
    const option = { type: 2, mustUnderstand: false, data: new Uint8Array(30) }
    const withOptions = npdu(1, {
      destination: d.identity.vmac,
      destinationOptions: [option],
      dataOptions: [option],
      npdu: new Uint8Array(100),
    })
    const length = encodeBvlcSc(withOptions).length
    expect(fits(length, npduLength(encodeBvlcSc(withOptions)), taker(MAX_BVLC_LENGTH, 100))).toBe(true)
    expect(fits(length, npduLength(encodeBvlcSc(withOptions)), taker(MAX_BVLC_LENGTH, 99))).toBe(false)
  })

  it('messages other than NPDUs are not measured as NPDUs', () => {
    const proprietary = message.with(0, BvlcFunction['Proprietary-Message'])
    expect(fits(unicast, npduLength(proprietary), taker(MAX_BVLC_LENGTH, 1))).toBe(true)
  })
})
