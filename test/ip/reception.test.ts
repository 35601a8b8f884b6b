import { describe, expect, it } from 'vitest'
import type { Arrival } from '../../src/bvll/udp.js'
import { reception, type Reception, type ReceptionFacts } from '../../src/ip/reception.js'
import type { BvllMessage } from '../../src/wire/bvll.js'
import { bip } from '../support/bvll-vectors.js'
import { WHO_IS } from '../support/played-port.js'

type Role = ReturnType<ReceptionFacts['role']>

const SELF = bip('192.168.1.10:47808')
const BBMD = bip('10.0.0.1:47808')
const SOURCE = bip('192.168.1.50:47808')
const FAR = bip('192.168.2.77:47808')

const factsOf = (role: Role): ReceptionFacts => ({
  role: () => role,
  isBroadcast: address => address === bip('192.168.1.255:47808'),
  isSelf: address => address === SELF,
  isOwnBbmd: address => address === BBMD,
})

const outcome = (
  role: Role,
  message: BvllMessage,
  { source = SOURCE, arrival = 'unicast' }: { readonly source?: typeof SOURCE; readonly arrival?: Arrival } = {},
): Reception => reception(message, source, arrival, factsOf(role))

const unicast: BvllMessage = { _tag: 'Original-Unicast-NPDU', npdu: WHO_IS }
const broadcast: BvllMessage = { _tag: 'Original-Broadcast-NPDU', npdu: WHO_IS }
const forwarded: BvllMessage = { _tag: 'Forwarded-NPDU', originating: FAR, npdu: WHO_IS }
const result: BvllMessage = { _tag: 'BVLC-Result', code: 0 }
const acks: readonly BvllMessage[] = [
  result,
  { _tag: 'Read-Broadcast-Distribution-Table-Ack', entries: [] },
  { _tag: 'Read-Foreign-Device-Table-Ack', entries: [] },
]
const requests: readonly BvllMessage[] = [
  { _tag: 'Write-Broadcast-Distribution-Table', entries: [] },
  { _tag: 'Read-Broadcast-Distribution-Table' },
  { _tag: 'Register-Foreign-Device', ttl: 60 },
  { _tag: 'Read-Foreign-Device-Table' },
  { _tag: 'Delete-Foreign-Device-Table-Entry', address: FAR },
  { _tag: 'Distribute-Broadcast-To-Network', npdu: WHO_IS },
]
const ROLES = ['OrdinaryNode', 'ForeignDevice', 'Bbmd'] as const

/** The table of section 4, step 4: row by row, column by column. */
describe('what a B/IP node does with', () => {
  it.each(ROLES)('an Original-Unicast-NPDU, as %s: delivers it from its sender', role => {
    expect(outcome(role, unicast)).toMatchObject({ _tag: 'Deliver', source: SOURCE, destination: 'unicast' })
  })

  it.each(ROLES)('an Original-Unicast-NPDU that was broadcast, as %s: discards it', role => {
    expect(outcome(role, unicast, { arrival: 'broadcast' })._tag).toBe('Discard')
  })

  it.each(['broadcast', 'unknown', 'unicast'] as const)('an Original-Broadcast-NPDU that came by %s', arrival => {
    expect(outcome('OrdinaryNode', broadcast, { arrival })).toMatchObject({
      _tag: 'Deliver',
      source: SOURCE,
      destination: 'broadcast',
    })
    expect(outcome('Bbmd', broadcast, { arrival })).toEqual({ _tag: 'ToBbmd', message: broadcast })
    expect(outcome('ForeignDevice', broadcast, { arrival })._tag).toBe('Ignore')
  })

  it('a Forwarded-NPDU: a node delivers it from the originating address, a BBMD forwards it too', () => {
    expect(outcome('OrdinaryNode', forwarded)).toMatchObject({ _tag: 'Deliver', source: FAR, destination: 'broadcast' })
    expect(outcome('Bbmd', forwarded)._tag).toBe('ToBbmd')
  })

  it('a Forwarded-NPDU, as foreign device: takes it from the BBMD it is registered with and from nobody else', () => {
    expect(outcome('ForeignDevice', forwarded, { source: BBMD })).toMatchObject({ _tag: 'Deliver', source: FAR })
    expect(outcome('ForeignDevice', forwarded)._tag).toBe('Discard')
  })

  it('a Forwarded-NPDU, as foreign device: takes it as sent to itself, and not what its BBMD broadcasts around it', () => {
    const ignored = outcome('ForeignDevice', forwarded, { source: BBMD, arrival: 'broadcast' })
    expect(ignored._tag).toBe('Ignore')
    expect(outcome('ForeignDevice', forwarded, { source: BBMD, arrival: 'unknown' })._tag).toBe('Deliver')
  })

  it.each(ROLES)('a Forwarded-NPDU that it sent itself, as %s: ignores it', role => {
    expect(outcome(role, { ...forwarded, originating: SELF }, { source: BBMD })._tag).toBe('Ignore')
  })

  it.each(['0.0.0.0:47808', '255.255.255.255:47808', '224.0.0.1:47808', '10.1.2.3:0', '192.168.1.255:47808'])(
    'a Forwarded-NPDU that originates from %s, to which no answer could go: discards it',
    originating => {
      for (const role of ROLES) {
        expect(outcome(role, { ...forwarded, originating: bip(originating) }, { source: BBMD })._tag).toBe('Discard')
      }
    },
  )

  it.each(ROLES)('an answer, as %s: looks who asked, unless it was broadcast', role => {
    for (const message of acks) {
      expect(outcome(role, message)).toEqual({ _tag: 'Settle', message })
      expect(outcome(role, message, { arrival: 'broadcast' })._tag).toBe('Discard')
    }
  })

  it.each(requests)('$_tag: only a BBMD takes it, the others refuse it', message => {
    expect(outcome('Bbmd', message)).toEqual({ _tag: 'ToBbmd', message })
    expect(outcome('OrdinaryNode', message)).toEqual({ _tag: 'Refuse', request: message._tag })
    expect(outcome('ForeignDevice', message, { arrival: 'unknown' })).toEqual({ _tag: 'Refuse', request: message._tag })
  })

  it.each(requests)('$_tag that was broadcast: silence, as one datagram would make all nodes answer', message => {
    for (const role of ROLES) expect(outcome(role, message, { arrival: 'broadcast' })._tag).toBe('Discard')
  })

  it.each(ROLES)('Secure-BVLL, as %s: discards it', role => {
    expect(outcome(role, { _tag: 'Secure-BVLL', wrapper: new Uint8Array(4) })._tag).toBe('Discard')
  })
})
