import { NEVER, Subject, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { resolveAddress, usableUris } from '../../../src/sc/node/address-resolution.js'
import type { UnsentReason } from '../../../src/sc/connection/peer.js'
import { seconds } from '../../../src/values/duration.js'
import type { Vmac } from '../../../src/values/vmac.js'
import type { AddressResolutionAck, ScMessage } from '../../../src/wire/bvlc-sc.js'
import { clock } from '../../machine/clock.js'
import { identity } from '../../support/identities.js'
import { bare, nak, npdu } from '../../support/peer-events.js'

const to = identity(2).vmac
const other = identity(3).vmac
const ID = 7
const URI = 'wss://10.0.0.7:4444'

const ack = (uris: readonly string[], messageId = ID, originating: Vmac | undefined = to): AddressResolutionAck => ({
  ...npdu(messageId),
  _tag: 'Address-Resolution-ACK',
  originating,
  uris,
})

/** A resolution that waits: what it sent and what came of it. */
const resolution = (unsent?: UnsentReason) => {
  const { scheduler, advance, running } = clock()
  const received$ = new Subject<ScMessage>()
  const [sent, outcome]: [ScMessage[], unknown[]] = [[], []]
  const send = (message: ScMessage): UnsentReason | undefined => {
    sent.push(message)
    return unsent
  }
  const options = { messageId: ID, send, received$, wait: seconds(10), stop$: NEVER, allowPlaintext: false, scheduler }
  const subscription = resolveAddress(to, options)
    .pipe(tap({ complete: () => outcome.push('completed') }))
    .subscribe(({ uris, cause }) => outcome.push(cause ?? uris))
  return {
    sent,
    outcome,
    advance,
    running,
    subscription,
    received$,
    hear: (message: ScMessage) => received$.next(message),
  }
}

describe('an address resolution (AB.3.3)', () => {
  it('asks the node once, with no originating VMAC', () => {
    const { sent, advance } = resolution()
    advance(seconds(100))
    expect(sent).toEqual([bare('Address-Resolution', ID, { destination: to })])
  })

  it('ends with the URIs of the answer', () => {
    const { hear, outcome, running } = resolution()
    hear(ack([URI, 'wss://[fd00::7]:4444']))
    expect(outcome).toEqual([[URI, 'wss://[fd00::7]:4444'], 'completed'])
    expect(running()).toBe(0)
  })

  it('ends with no URIs where the node does not know them', () => {
    const { hear, outcome } = resolution()
    hear(ack([]))
    expect(outcome).toEqual([[], 'completed'])
  })

  it('ends with the error of a NAK: no direct connections', () => {
    const { hear, outcome } = resolution()
    hear(nak('Address-Resolution', ID, 7, 45, { originating: to }))
    expect(outcome).toEqual([{ errorCode: 45, detail: 'OPTIONAL_FUNCTIONALITY_NOT_SUPPORTED' }, 'completed'])
  })

  it('ends with TIMEOUT after the wait', () => {
    const { advance, outcome } = resolution()
    advance(seconds(9.999))
    expect(outcome).toEqual([])
    advance(seconds(0.001))
    expect(outcome).toEqual([{ errorCode: 30, detail: 'no answer in time' }, 'completed'])
  })

  it('ends at once where the question could not be sent', () => {
    const { outcome, running } = resolution('not connected')
    expect(outcome).toEqual([{ errorCode: 0, detail: 'not sent: not connected' }, 'completed'])
    expect(running()).toBe(0)
  })

  it.each<[string, ScMessage]>([
    ['an ACK of another id', ack([URI], ID + 1)],
    ['an ACK of another node', ack([URI], ID, other)],
    ['an ACK of the hub itself', { ...ack([URI]), originating: undefined }],
    ['a NAK for another function', nak('Encapsulated-NPDU', ID, 7, 146, { originating: to })],
    ['an ACK result', { ...nak('Address-Resolution', ID, 7, 45, { originating: to }), nak: undefined }],
    ['an NPDU of the node', npdu(ID, { originating: to })],
  ])('is not ended by %s', (_, message) => {
    const { hear, outcome } = resolution()
    hear(message)
    expect(outcome).toEqual([])
  })

  it('leaves nothing behind when it is unsubscribed', () => {
    const { subscription, running, received$ } = resolution()
    subscription.unsubscribe()
    expect(running()).toBe(0)
    expect(received$.observed).toBe(false)
  })
})

describe('the URIs of an answer', () => {
  it('are those of scheme wss', () => {
    const told = [
      'http://a',
      URI,
      'ws://b',
      'WSS://c',
      'wss',
      'wss:',
      'wss://',
      'wss://d:0',
      'wss://e f',
      'wss://g#h',
      '',
    ]
    expect(usableUris(told, false)).toEqual([URI, 'WSS://c'])
    expect(usableUris(told, true)).toEqual([URI, 'ws://b', 'WSS://c'])
  })

  it('are 16 at most, of 512 characters at most', () => {
    const many = Array.from({ length: 20 }, (_, index) => `wss://host-${index}`)
    expect(usableUris(many, false)).toEqual(many.slice(0, 16))
    const long = `wss://${'a'.repeat(506)}`
    expect(usableUris([`${long}b`, long], false)).toEqual([long])
  })
})
