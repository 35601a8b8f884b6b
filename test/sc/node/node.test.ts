import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { broadcast, unicast } from '../../../src/link/link.js'
import { messageIds } from '../../../src/sc/connection/message-id.js'
import { node, type NodeOptions } from '../../../src/sc/node/node.js'
import type { ScLinkEvent, ScOutbound } from '../../../src/sc/node/sc-link.js'
import { connectionTimings, reconnectTimings } from '../../../src/sc/connection/timings.js'
import { seconds } from '../../../src/values/duration.js'
import type { ScUri } from '../../../src/values/sc-uri.js'
import { BROADCAST_VMAC, UNKNOWN_VMAC } from '../../../src/values/vmac.js'
import { BvlcFunction, functionRule, type BvlcFunctionName } from '../../../src/wire/bvlc-function.js'
import { encodeBvlcSc } from '../../../src/wire/bvlc-sc-encode.js'
import type {
  AddressResolutionAck,
  Header,
  PeerIdentity,
  ProprietaryMessage,
  ScMessage,
} from '../../../src/wire/bvlc-sc.js'
import { proprietaryOption, SECURE_PATH } from '../../../src/wire/header-option.js'
import { chance } from '../../machine/chance.js'
import { clock } from '../../machine/clock.js'
import { farEnd } from '../../support/fake-socket.js'
import { identity } from '../../support/identities.js'
import { advertisement, bare, connectAccept, nak, npdu, peer as hub, self } from '../../support/peer-events.js'
import { roomy } from '../../support/roomy.js'

const other = identity(9).vmac
const NPDU = Uint8Array.of(1, 0x20, 0xff, 0xff, 0, 0xff, 0x10, 8)

/** The message id of the Connect-Request is drawn by chance; this is the next. */
const FIRST_ID = 0x8001

/** A node in virtual time, with a hub in the hands of the test. What it tells and sends is looked at once. */
const running = (role: 'primary' | 'failover' = 'primary', given: Pick<NodeOptions, 'givesViews'> = {}) => {
  const { scheduler, advance, running: timers } = clock()
  const far = farEnd()
  const address = { uri: 'wss://hub.example' as ScUri, socket: far.socket }
  const outbound$ = new Subject<ScOutbound>()
  const events: ScLinkEvent[] = []
  let completed = false
  const subscription = node({
    primary: undefined,
    failover: undefined,
    [role]: address,
    self: () => self,
    drawVmac: () => undefined,
    timings: { ...connectionTimings(), ...reconnectTimings() },
    nextMessageId: messageIds(chance(0.5)),
    scheduler,
    random: chance(0.5),
    direct: undefined,
    ...given,
  })(outbound$).subscribe({ next: event => events.push(event), complete: () => (completed = true) })
  return {
    ...far,
    submit: (outbound: ScOutbound) => outbound$.next(outbound),
    complete: () => outbound$.complete(),
    breaks: () => far.does({ _tag: 'Closed', code: 1006, detail: '' }),
    connects: (who = hub) => {
      far.opens()
      far.says(connectAccept(FIRST_ID - 1, who))
    },
    told: () => events.splice(0),
    sent: () => far.heard.splice(0).filter(what => typeof what === 'object'),
    pass: (durationS: number) => advance(seconds(durationS)),
    isComplete: () => completed,
    subscription,
    timers,
  }
}

/** The same, connected to a hub, and what came before that looked at. */
const connected = (who?: PeerIdentity, role?: 'primary' | 'failover') => {
  const all = running(role)
  all.connects(who)
  all.told()
  all.sent()
  return all
}

const fromOther = { originating: other }
const toAll = { originating: other, destination: BROADCAST_VMAC }

const proprietary = (change: Partial<Header>): ProprietaryMessage => {
  const { messageId, originating, destination, destinationOptions } = bare('Heartbeat-Request', 7, change)
  const header = { messageId, originating, destination, destinationOptions }
  return { _tag: 'Proprietary-Message', ...header, vendorId: 260, proprietaryFunction: 3, data: NPDU }
}

const addressResolutionAck = (messageId: number, uris: readonly string[]): AddressResolutionAck => ({
  ...bare('Address-Resolution', messageId, fromOther),
  _tag: 'Address-Resolution-ACK',
  uris,
})

const npduOf = (message: ScMessage | undefined): Uint8Array | undefined =>
  message?._tag === 'Encapsulated-NPDU' ? message.npdu : undefined

/** A message with another function octet. */
const withFunction = (fn: number, message: ScMessage): Uint8Array => encodeBvlcSc(message).with(0, fn)

const mustUnderstand = proprietaryOption(260, 1, Uint8Array.of(0xaa), true)
const mayUnderstand = proprietaryOption(260, 1, Uint8Array.of(0xaa), false)

describe('a node sends', () => {
  it('an NPDU to one station, with its data options', () => {
    const { submit, sent, told } = connected()
    submit({ ...unicast(NPDU, other), dataOptions: [SECURE_PATH] })
    expect(sent()).toEqual([npdu(FIRST_ID, { destination: other, npdu: NPDU, dataOptions: [SECURE_PATH] })])
    expect(told()).toEqual([])
  })

  it('an NPDU to all', () => {
    const { submit, sent } = connected()
    submit(broadcast(NPDU))
    expect(sent()).toEqual([npdu(FIRST_ID, { destination: BROADCAST_VMAC, npdu: NPDU })])
  })

  it.each([BROADCAST_VMAC, UNKNOWN_VMAC])('nothing to the reserved VMAC %s as to a station', reserved => {
    const { submit, sent, told } = connected()
    submit(unicast(NPDU, reserved))
    expect(sent()).toEqual([])
    expect(told()).toMatchObject([{ _tag: 'Dropped', reason: 'to what is no station' }])
  })

  it.each([[other], ['broadcast']] as const)('the very octets of an NPDU that has room in front of it: %s', to => {
    const { submit, sent } = connected()
    const given = roomy(NPDU, to)
    submit(given.outbound)
    const [message] = sent()
    const destination = to === 'broadcast' ? BROADCAST_VMAC : to
    expect(message).toEqual(npdu(FIRST_ID, { destination, npdu: NPDU }))
    expect([given.isIn(npduOf(message)), given.isUnharmed()]).toEqual([true, true])
  })

  it('a copy where the data options take more than the room', () => {
    const { submit, sent } = connected()
    const given = roomy(NPDU, other)
    const dataOptions = [proprietaryOption(260, 1, new Uint8Array(20), false)]
    submit({ ...given.outbound, dataOptions })
    const [message] = sent()
    expect(message).toEqual(npdu(FIRST_ID, { destination: other, npdu: NPDU, dataOptions }))
    expect([given.isIn(npduOf(message)), given.isUnharmed()]).toEqual([false, true])
  })

  it('an Advertisement-Solicitation', () => {
    const { submit, sent } = connected()
    submit({ _tag: 'Solicit', to: other })
    expect(sent()).toEqual([bare('Advertisement-Solicitation', FIRST_ID, { destination: other })])
  })

  it('with message ids that grow by one', () => {
    const { submit, says, sent } = connected()
    submit(unicast(NPDU, other))
    submit(broadcast(NPDU))
    submit({ _tag: 'Solicit', to: other })
    submit({ _tag: 'Resolve', to: other })
    says(bare('Advertisement-Solicitation', 7, fromOther))
    expect(sent().map(({ messageId }) => messageId)).toEqual([0, 1, 2, 3, 4].map(count => FIRST_ID + count))
  })

  it('with message ids that go on at 0 after 65535', () => {
    const nextId = messageIds(chance(0.99999))
    expect([nextId(), nextId(), nextId()]).toEqual([65535, 0, 1])
  })

  it('no originating VMAC, whatever it sends', () => {
    const { submit, says, sent, pass, complete } = connected()
    submit(unicast(NPDU, other))
    submit(broadcast(NPDU))
    submit({ _tag: 'Solicit', to: other })
    submit({ _tag: 'Resolve', to: other })
    says(bare('Advertisement-Solicitation', 7, fromOther))
    says(bare('Address-Resolution', 7, fromOther))
    says(proprietary(fromOther))
    says(npdu(7, { ...fromOther, destinationOptions: [mustUnderstand] }))
    says(withFunction(0x42, npdu(7, fromOther)))
    pass(60)
    complete()
    const messages = sent()
    expect(messages.map(({ _tag }) => _tag)).toEqual([
      'Encapsulated-NPDU',
      'Encapsulated-NPDU',
      'Advertisement-Solicitation',
      'Address-Resolution',
      'Advertisement',
      'BVLC-Result',
      'BVLC-Result',
      'BVLC-Result',
      'BVLC-Result',
      'Heartbeat-Request',
      'Disconnect-Request',
    ])
    expect(messages.filter(({ originating }) => originating !== undefined)).toEqual([])
  })
})

describe('a node gives back as Dropped', () => {
  it('what is submitted while there is no hub', () => {
    const { submit, told, breaks } = connected()
    breaks()
    told()
    for (const outbound of [unicast(NPDU, other), broadcast(NPDU), { _tag: 'Solicit', to: other } as const]) {
      submit(outbound)
      expect(told()).toEqual([{ _tag: 'Dropped', reason: 'not connected', outbound }])
    }
  })

  it('an NPDU that is longer than the hub takes', () => {
    const { submit, told, sent } = connected({ ...hub, maxNpduLength: 100 })
    const [longest, tooLong] = [unicast(new Uint8Array(100), other), unicast(new Uint8Array(101), other)]
    submit(longest)
    submit(tooLong)
    expect(sent()).toHaveLength(1)
    expect(told()).toEqual([{ _tag: 'Dropped', reason: 'too long for the peer', outbound: tooLong }])
  })

  it('an NPDU that makes a message longer than the hub takes', () => {
    const { submit, told, sent } = connected({ ...hub, maxBvlcLength: 100 })
    // 4 octets of header and 6 of destination VMAC come before the NPDU.
    const [longest, tooLong] = [broadcast(new Uint8Array(90)), broadcast(new Uint8Array(91))]
    submit(longest)
    submit(tooLong)
    expect(sent()).toHaveLength(1)
    expect(told()).toEqual([{ _tag: 'Dropped', reason: 'too long for the peer', outbound: tooLong }])
  })

  it('what the socket does not take, until it takes again', () => {
    const { submit, told, sent, setFull } = connected()
    setFull(true)
    submit(unicast(NPDU, other))
    expect(told()).toEqual([{ _tag: 'Dropped', reason: 'send queue full', outbound: unicast(NPDU, other) }])
    setFull(false)
    submit(unicast(NPDU, other))
    expect([sent().length, told()]).toEqual([1, []])
  })

  it('an NPDU of no octets', () => {
    const { submit, told, sent } = connected()
    const outbound = unicast(new Uint8Array(0), other)
    submit(outbound)
    expect(told()).toEqual([{ _tag: 'Dropped', reason: 'empty NPDU', outbound }])
    expect(sent()).toEqual([])
  })
})

describe('a node delivers', () => {
  it('an NPDU that was sent to it, with its data options', () => {
    const { says, told } = connected()
    says(npdu(7, { ...fromOther, npdu: NPDU, dataOptions: [SECURE_PATH] }))
    const received = { source: other, destination: 'unicast', via: 'hub', dataOptions: [SECURE_PATH] }
    expect(told()).toEqual([{ _tag: 'Npdu', npdu: NPDU, ...received }])
  })

  it('an NPDU that was sent to all', () => {
    const { says, told } = connected()
    says(npdu(7, { ...toAll, npdu: NPDU }))
    const received = { source: other, destination: 'broadcast', via: 'hub', dataOptions: [] }
    expect(told()).toEqual([{ _tag: 'Npdu', npdu: NPDU, ...received }])
  })

  it('an NPDU of its own, not a view of what the socket may use again', () => {
    const { says, told } = connected()
    const octets = encodeBvlcSc(npdu(7, { ...fromOther, npdu: NPDU }))
    says(octets)
    octets.fill(0)
    expect(told()).toMatchObject([{ npdu: NPDU }])
  })

  it('a view where that is wanted', () => {
    const { connects, says, told } = running('primary', { givesViews: true })
    connects()
    told()
    const octets = encodeBvlcSc(npdu(7, { ...fromOther, npdu: NPDU }))
    says(octets)
    octets.fill(0)
    expect(told()).toMatchObject([{ npdu: new Uint8Array(NPDU.length) }])
  })

  it('an NPDU with a destination option that it need not understand', () => {
    const { says, told, sent } = connected()
    says(npdu(7, { ...fromOther, npdu: NPDU, destinationOptions: [mayUnderstand] }))
    expect(told()).toMatchObject([{ _tag: 'Npdu', npdu: NPDU }])
    expect(sent()).toEqual([])
  })

  it('an Advertisement, unanswered', () => {
    const { says, told, sent } = connected()
    says(advertisement(7, fromOther))
    const news = [{ _tag: 'Advertisement', source: other, advertisement: advertisement(7, fromOther) }]
    expect([told(), sent()]).toEqual([news, []])
  })

  it('a BVLC-Result that answers no request of its own', () => {
    const { says, told } = connected()
    const fromNode = nak('Encapsulated-NPDU', 7, 7, 146, fromOther)
    const fromHub = nak('Encapsulated-NPDU', 7, 7, 145)
    says(fromNode)
    says(fromHub)
    expect(told()).toEqual([
      { _tag: 'PeerResult', source: other, result: fromNode },
      { _tag: 'PeerResult', source: undefined, result: fromHub },
    ])
  })
})

describe('a node answers', () => {
  it.each(['primary', 'failover'] as const)(
    'an Advertisement-Solicitation with a fresh id, its own limits and status %s',
    hubConnection => {
      const { says, sent } = connected(hub, hubConnection)
      says(bare('Advertisement-Solicitation', 7, fromOther))
      const { maxBvlcLength, maxNpduLength } = self
      const answer = { destination: other, hubConnection, maxBvlcLength, maxNpduLength }
      expect(sent()).toEqual([advertisement(FIRST_ID, { ...answer, acceptsDirectConnections: false })])
    },
  )

  it.each<readonly [string, ScMessage | Uint8Array, BvlcFunctionName | number, number, number]>([
    ['an Address-Resolution with 7/45', bare('Address-Resolution', 7, fromOther), 'Address-Resolution', 45, 0],
    ['a Proprietary-Message with 7/144', proprietary(fromOther), 'Proprietary-Message', 144, 0],
    [
      'an option that must be understood with 7/146 and its marker',
      npdu(7, { ...fromOther, destinationOptions: [mustUnderstand] }),
      'Encapsulated-NPDU',
      146,
      0x7f,
    ],
    [
      'the first of several such options, more-options bit included',
      npdu(7, { ...fromOther, destinationOptions: [mayUnderstand, mustUnderstand, mustUnderstand] }),
      'Encapsulated-NPDU',
      146,
      0xff,
    ],
    ['an unknown function with 7/143', withFunction(0x42, npdu(7, fromOther)), 0x42, 143, 0],
    ['an NPDU without originating VMAC with 7/145', npdu(7), 'Encapsulated-NPDU', 145, 0],
    [
      'an NPDU of no octets with 7/149',
      npdu(7, { ...fromOther, npdu: new Uint8Array(0) }),
      'Encapsulated-NPDU',
      149,
      0,
    ],
  ])('%s', (_, message, resultFor, errorCode, errorHeaderMarker) => {
    const { says, sent, told } = connected()
    says(message)
    const destination = message instanceof Uint8Array ? other : message.originating
    const errorDetails = expect.stringMatching(/./) as unknown as string
    expect(sent()).toEqual([nak(resultFor, 7, 7, errorCode, { destination, errorHeaderMarker, errorDetails })])
    expect(told()).toMatchObject([{ _tag: 'Discarded', errorCode }])
  })

  it('no broadcast, whatever is wrong with it', () => {
    const { says, sent, told } = connected()
    says(bare('Address-Resolution', 7, toAll))
    says(bare('Advertisement-Solicitation', 7, toAll))
    says(proprietary(toAll))
    says(npdu(7, { ...toAll, destinationOptions: [mustUnderstand] }))
    says(npdu(7, { ...toAll, npdu: new Uint8Array(0) }))
    says(withFunction(0x42, npdu(7, toAll)))
    expect(sent()).toEqual([])
    expect(told().map(({ _tag }) => _tag)).toEqual(Array.from({ length: 6 }, () => 'Discarded'))
  })

  it.each(Object.values(BvlcFunction).filter(fn => functionRule(fn)?.response))(
    'no response, whatever is wrong with it: function %d',
    fn => {
      const { says, sent } = connected()
      const { length } = encodeBvlcSc(npdu(7, fromOther))
      for (const cut of [4, 10, 11, length - 1, length]) {
        says(withFunction(fn, npdu(7, fromOther)).subarray(0, cut))
        says(withFunction(fn, npdu(7, { ...fromOther, destinationOptions: [mustUnderstand] })).subarray(0, cut))
      }
      expect(sent()).toEqual([])
    },
  )
})

describe('a node discards', () => {
  it('an NPDU that is longer than it takes, silently', () => {
    const { says, sent, told } = connected()
    const { maxNpduLength } = self
    says(npdu(7, { ...fromOther, npdu: new Uint8Array(maxNpduLength) }))
    expect(told()).toMatchObject([{ _tag: 'Npdu' }])
    says(npdu(7, { ...fromOther, npdu: new Uint8Array(maxNpduLength + 1) }))
    expect(told()).toMatchObject([{ _tag: 'Discarded', errorCode: 113 }])
    expect(sent()).toEqual([])
  })

  it('a message that is longer than it takes, silently', () => {
    const { says, sent, told } = connected()
    says(withFunction(0x42, npdu(7, { ...fromOther, npdu: new Uint8Array(self.maxBvlcLength - 9) })))
    expect(told()).toMatchObject([{ _tag: 'Discarded', errorCode: 113 }])
    expect(sent()).toEqual([])
  })

  it('a message with an explicit destination, silently', () => {
    const { says, sent, told } = connected()
    says(npdu(7, { ...fromOther, destination: self.vmac }))
    expect(told()).toMatchObject([{ _tag: 'Discarded', errorCode: 145 }])
    expect(sent()).toEqual([])
  })

  it('and says so when an answer could not be sent', () => {
    const { says, told, setFull } = connected()
    setFull(true)
    says(bare('Advertisement-Solicitation', 7, fromOther))
    const reason = 'the answer Advertisement was not sent: send queue full'
    expect(told()).toEqual([{ _tag: 'Discarded', reason, errorCode: 0 }])
  })
})

describe('a node resolves', () => {
  const resolve = { _tag: 'Resolve', to: other } as const

  it('the URIs of another node', () => {
    const { submit, says, sent, told, timers } = connected()
    const before = timers()
    submit(resolve)
    expect(sent()).toEqual([bare('Address-Resolution', FIRST_ID, { destination: other })])
    says(addressResolutionAck(FIRST_ID, ['wss://10.0.0.7:4444', 'http://10.0.0.7']))
    expect(told()).toEqual([
      { _tag: 'Resolved', vmac: other, uris: ['wss://10.0.0.7:4444'], cause: undefined, outcome: 'answered' },
    ])
    expect(timers()).toBe(before)
  })

  it('that another node accepts no direct connections; its NAK is told as well', () => {
    const { submit, says, told } = connected()
    submit(resolve)
    says(nak('Address-Resolution', FIRST_ID, 7, 45, fromOther))
    const cause = { errorCode: 45, detail: 'OPTIONAL_FUNCTIONALITY_NOT_SUPPORTED' }
    const [result, resolved] = told()
    expect(result).toMatchObject({ _tag: 'PeerResult', source: other })
    expect(resolved).toEqual({ _tag: 'Resolved', vmac: other, uris: [], cause, outcome: 'answered' })
  })

  it('that there is no answer within the connect wait', () => {
    const { submit, told, pass } = connected()
    submit(resolve)
    pass(9.999)
    expect(told()).toEqual([])
    pass(0.001)
    const cause = { errorCode: 30, detail: 'no answer in time' }
    expect(told()).toEqual([{ _tag: 'Resolved', vmac: other, uris: [], cause, outcome: 'silent' }])
  })

  it('that it is not connected', () => {
    const { submit, told } = running()
    told()
    submit(resolve)
    const cause = { errorCode: 0, detail: 'not sent: not connected' }
    expect(told()).toEqual([{ _tag: 'Resolved', vmac: other, uris: [], cause, outcome: 'not asked' }])
  })

  it('64 addresses at once, and no more', () => {
    const { submit, says, sent, told } = connected()
    for (let i = 0; i < 64; i++) submit(resolve)
    expect([sent().length, told()]).toEqual([64, []])
    submit(resolve)
    const cause = { errorCode: 0, detail: '64 resolutions are waiting already' }
    expect([sent(), told()]).toEqual([[], [{ _tag: 'Resolved', vmac: other, uris: [], cause, outcome: 'not asked' }]])
    says(addressResolutionAck(FIRST_ID + 63, []))
    submit(resolve)
    expect(sent()).toHaveLength(1)
  })

  it('nothing for an answer that nobody waits for, or that comes twice', () => {
    const { submit, says, told } = connected()
    says(addressResolutionAck(FIRST_ID, []))
    submit(resolve)
    says(addressResolutionAck(FIRST_ID, []))
    says(addressResolutionAck(FIRST_ID, []))
    expect(told()).toHaveLength(1)
  })
})

describe('a node tells', () => {
  it('its status first, and each change with its VMAC and its hub', () => {
    const { told, connects, breaks } = running()
    const status = (hubConnection: string, who?: PeerIdentity) => ({
      _tag: 'Status',
      status: { hubConnection, vmac: self.vmac, hub: who },
    })
    expect(told()).toEqual([status('none')])
    connects()
    expect(told()).toEqual([status('primary', hub)])
    breaks()
    expect(told()).toMatchObject([{ _tag: 'LostConnection' }, status('none')])
  })

  it('its end when its outbound stream completes: disconnected in good order, no timer left', () => {
    const { submit, complete, says, sent, isComplete, held, timers } = connected()
    submit({ _tag: 'Resolve', to: other })
    complete()
    const [, farewell] = sent()
    expect([farewell?._tag, isComplete()]).toEqual(['Disconnect-Request', false])
    expect(timers(), 'only the disconnect wait').toBe(1)
    says(bare('Disconnect-ACK', farewell?.messageId ?? -1))
    expect([isComplete(), held(), timers()]).toEqual([true, 0, 0])
  })

  it('nothing more when it is unsubscribed: no socket and no timer is left', () => {
    const { submit, subscription, held, timers } = connected()
    submit({ _tag: 'Resolve', to: other })
    subscription.unsubscribe()
    expect([held(), timers()]).toEqual([0, 0])
  })
})
