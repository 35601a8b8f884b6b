import fc from 'fast-check'
import { of, Subject, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { accepting, type AcceptingState } from '../../../src/sc/connection/accepting.js'
import { connection, type ConnectionOptions } from '../../../src/sc/connection/connection.js'
import { IDLE } from '../../../src/sc/connection/disconnecting.js'
import { initiating, type InitiatingState } from '../../../src/sc/connection/initiating.js'
import type { Admission, ConnectionEvent } from '../../../src/sc/connection/peer.js'
import { understandsNone } from '../../../src/sc/connection/receive.js'
import { Subprotocol, type Socket } from '../../../src/sc/connection/socket.js'
import { seconds } from '../../../src/values/duration.js'
import { UNKNOWN_VMAC } from '../../../src/values/vmac.js'
import { encodeBvlcSc } from '../../../src/wire/bvlc-sc-encode.js'
import type { ScMessage } from '../../../src/wire/bvlc-sc.js'
import { chance } from '../../machine/chance.js'
import { clock } from '../../machine/clock.js'
import { anyMessage, anyOctets } from '../../support/arbitraries.js'
import { farEnd } from '../../support/fake-socket.js'
import { bare, connectAccept, connectRequest, nak, npdu, peer, self, timings } from '../../support/peer-events.js'

/** A connection in virtual time, with its peer in the hands of the test. Its first message has id 0. */
const running = <State extends { readonly _tag: string }>(
  peerOptions: Pick<ConnectionOptions<State>, 'transition' | 'initial' | 'admit'>,
  socket?: Socket,
) => {
  const { scheduler, advance, running: timers } = clock()
  const far = farEnd()
  const outbound$ = new Subject<ScMessage>()
  const events: ConnectionEvent[] = []
  let end: string | undefined
  let messageId = 0
  const run = connection<State>({
    ...peerOptions,
    socket: socket ?? far.socket,
    receiver: { path: 'direct', maxBvlcLength: 1600, understands: understandsNone },
    nextMessageId: () => messageId++,
    activity: { lastValid: 0, lastSent: 0 },
    scheduler,
    random: chance(),
  })
  const subscription = run(outbound$).subscribe({
    next: event => events.push(event),
    complete: () => (end = 'completed'),
    error: (error: unknown) => (end = String(error)),
  })
  return {
    ...far,
    outbound$,
    told: () => events.splice(0),
    end: () => end,
    pass: (durationS: number) => advance(seconds(durationS)),
    subscription,
    timers,
  }
}

const initiatingOptions = {
  transition: initiating({ subprotocol: Subprotocol.HUB, self, timings }),
  initial: IDLE as InitiatingState,
}
const acceptingOptions = (admission: Admission = { _tag: 'Accept', self }) => ({
  transition: accepting(timings),
  initial: IDLE as AcceptingState,
  admit: () => admission,
})

/** An initiating peer that is CONNECTED, and what came before that looked at. */
const connected = (who = peer) => {
  const all = running(initiatingOptions)
  all.opens()
  all.says(connectAccept(0, who))
  all.told()
  all.heard.splice(0)
  return all
}

describe('a connection passes on', () => {
  it('NPDUs and other messages both ways once it is CONNECTED', () => {
    const { outbound$, heard, says, told } = connected()
    outbound$.next(npdu(7))
    says(npdu(8))
    says(nak('Encapsulated-NPDU', 7, 7, 146))
    expect(heard).toEqual([npdu(7)])
    expect(told()).toEqual([
      { _tag: 'Received', message: npdu(8) },
      { _tag: 'Received', message: nak('Encapsulated-NPDU', 7, 7, 146) },
    ])
  })

  it('no NPDU before that', () => {
    const { says, opens, told } = running(initiatingOptions)
    opens()
    says(npdu(8))
    expect(told()).toEqual([])
  })

  it('NPDUs that were on their way when it said goodbye', () => {
    const { outbound$, says, told } = connected()
    outbound$.complete()
    says(npdu(8))
    expect(told()).toEqual([{ _tag: 'Received', message: npdu(8) }])
  })
})

describe('a connection gives back as Unsent', () => {
  it('what comes before it is CONNECTED, and after', () => {
    const { outbound$, opens, says, told } = running(initiatingOptions)
    const unsent = [{ _tag: 'Unsent', message: npdu(7), reason: 'not connected' }]
    outbound$.next(npdu(7))
    expect(told()).toEqual(unsent)
    opens()
    outbound$.next(npdu(7))
    expect(told()).toEqual(unsent)
    says(connectAccept(0))
    says(bare('Disconnect-Request', 9))
    told()
    outbound$.next(npdu(7))
    expect(told()).toEqual([])
  })

  it('what comes after the peer was taken for dead', () => {
    const { outbound$, heard, told, pass } = connected()
    pass(90)
    told()
    heard.splice(0)
    outbound$.next(npdu(7))
    expect(told()).toEqual([{ _tag: 'Unsent', message: npdu(7), reason: 'not connected' }])
    expect(heard).toEqual([])
  })

  it('what is too long for the peer: a message, or an NPDU in it', () => {
    const { outbound$, heard, told } = connected({ ...peer, maxBvlcLength: 24, maxNpduLength: 15 })
    const [fits, tooLong] = [npdu(7, { npdu: new Uint8Array(15) }), npdu(7, { npdu: new Uint8Array(16) })]
    const option = { type: 2, mustUnderstand: false, data: new Uint8Array(3) }
    const withOption = { ...fits, destinationOptions: [option] }
    for (const message of [fits, tooLong, withOption]) outbound$.next(message)
    expect(heard).toEqual([fits])
    expect(told()).toEqual(
      [tooLong, withOption].map(message => ({ _tag: 'Unsent', message, reason: 'too long for the peer' })),
    )
  })

  it('what the socket does not take', () => {
    const { outbound$, setFull, told } = connected()
    setFull(true)
    outbound$.next(npdu(7))
    expect(told()).toEqual([{ _tag: 'Unsent', message: npdu(7), reason: 'send queue full' }])
  })
})

describe('a connection tells its end before it completes', () => {
  it('when the WebSocket does not open in time; the socket is dropped', () => {
    const { told, end, pass, held, timers } = running(initiatingOptions)
    pass(10)
    expect(told()).toMatchObject([{ _tag: 'Failed', cause: { errorCode: 30 } }])
    expect([end(), held(), timers()]).toEqual(['completed', 0, 0])
  })

  it('when the socket fails before opening it returns', () => {
    const failing: Socket = () => of({ _tag: 'Failed', errorCode: 166, detail: 'no TLS' })
    const { told, end } = running(initiatingOptions, failing)
    expect(told()).toMatchObject([{ _tag: 'Failed', cause: { errorCode: 166, detail: 'no TLS' } }])
    expect(end()).toBe('completed')
  })

  it('when the peer refuses, reads our Close and closes while we still handle its refusal', () => {
    const { opens, says, told, end, held } = running(initiatingOptions)
    opens()
    says(nak('Connect-Request', 0, 3, 0))
    expect(told()).toMatchObject([{ _tag: 'Failed', cause: { errorCode: 0 } }])
    expect([end(), held()]).toEqual(['completed', 0])
  })

  it('when the Disconnect-ACK does not come in time; the socket is dropped', () => {
    const { outbound$, told, end, pass, held, timers } = connected()
    outbound$.complete()
    pass(20)
    expect(told()).toMatchObject([{ _tag: 'Disconnected', cause: { errorCode: 30 } }])
    expect([end(), held(), timers()]).toEqual(['completed', 0, 0])
  })
})

describe('a connection ends', () => {
  it('at once when it is unsubscribed: no socket and no timer is left, and nothing more is sent', () => {
    const { subscription, held, timers, heard, outbound$ } = connected()
    subscription.unsubscribe()
    expect([held(), timers(), heard, outbound$.observed]).toEqual([0, 0, [], false])
  })

  it('with the error of its socket, which only a broken program makes', () => {
    const { end } = running(initiatingOptions, () => throwError(() => new Error('no such socket')))
    expect(end()).toBe('Error: no such socket')
  })
})

describe('an accepting connection', () => {
  const damaged = encodeBvlcSc(connectRequest(7)).subarray(0, 20)
  const reserved = encodeBvlcSc(connectRequest(8, { ...peer, vmac: UNKNOWN_VMAC }))

  it('answers a malformed Connect-Request, and still takes a good one', () => {
    const { opens, says, heard, told } = running(acceptingOptions())
    opens()
    says(damaged)
    says(reserved)
    says(connectRequest(9))
    expect(heard).toMatchObject([
      { _tag: 'BVLC-Result', messageId: 7, resultFor: 6, nak: { errorClass: 7, errorCode: 147 } },
      { _tag: 'BVLC-Result', messageId: 8, resultFor: 6, nak: { errorClass: 7, errorCode: 80 } },
      connectAccept(9, self),
    ])
    expect(told().map(({ _tag }) => _tag)).toEqual([
      ...['Malformed', 'RequestRefused', 'Malformed', 'RequestRefused', 'Connected'],
    ])
  })

  it('is CONNECTED before its Connect-Accept leaves, so that nothing sent after it is lost', () => {
    const { opens, says, heard, outbound$, told } = running(acceptingOptions())
    opens()
    says(connectRequest(9))
    outbound$.next(npdu(7))
    expect(told()).toEqual([{ _tag: 'Connected', peer }])
    expect(heard).toEqual([connectAccept(9, self), npdu(7)])
  })

  it('sends its NAK before its Close', () => {
    const refuse = { _tag: 'Refuse', errorClass: 7, errorCode: 151, reason: 'the VMAC is used' } as const
    const { opens, says, heard, told, end } = running(acceptingOptions(refuse))
    opens()
    says(connectRequest(9))
    expect(heard).toEqual([nak('Connect-Request', 9, 7, 151, { errorDetails: 'the VMAC is used' }), 1000])
    expect(told()).toMatchObject([
      { _tag: 'RequestRefused', peer, cause: { errorCode: 151 } },
      { _tag: 'Failed', cause: { errorCode: 151 } },
    ])
    expect(end()).toBe('completed')
  })
})

const anyHeard = (): fc.Arbitrary<Uint8Array> => fc.oneof(anyOctets(0, 40), anyMessage('direct').map(encodeBvlcSc))

describe('a connection, whatever octets come', () => {
  it.each([
    ['initiating', () => running(initiatingOptions), connectAccept(0)],
    ['accepting', () => running(acceptingOptions()), connectRequest(0)],
  ])('the %s peer does not fail, and tells at most one end', (_, run, hello) => {
    fc.assert(
      fc.property(fc.array(anyHeard(), { maxLength: 20 }), fc.nat(20), (heard, helloAt) => {
        const { opens, says, end, told, subscription, held, timers } = run()
        opens()
        for (const octets of heard.toSpliced(helloAt, 0, encodeBvlcSc(hello))) says(octets)
        const ends = told().filter(({ _tag }) => _tag === 'Failed' || _tag === 'Disconnected')
        expect(ends.length).toBeLessThanOrEqual(1)
        expect(end()).toBe(ends.length === 0 ? undefined : 'completed')
        subscription.unsubscribe()
        expect([held(), timers()]).toEqual([0, 0])
      }),
    )
  })
})
