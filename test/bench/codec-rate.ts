import * as E from 'fp-ts/lib/Either.js'
import { forwarding } from '../../src/sc/hub/hub-forward.js'
import { hubTable, member, type HubTable, type Member } from '../../src/sc/hub/hub-table.js'
import type { AcceptedSocket } from '../../src/sc/connection/socket.js'
import { BACNET_PORT, bipAddress } from '../../src/values/bip-address.js'
import { ipv4 } from '../../src/values/ipv4.js'
import { decodeBvlcSc } from '../../src/wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import { HUB_BVLC_LENGTH } from '../../src/wire/bvlc-sc.js'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import { forwardFrame } from '../../src/wire/hub-header.js'
import { uuidOf, vmacOf } from './client/frames.js'
import { spread, type Result } from './result.js'

const MESSAGE_LENGTH = 40
const MEMBERS = 100
const BATCH = 200_000
const WARM_UP_ROUNDS = 3
const LEAST_ROUNDS = 5

const allocate = (length: number): Uint8Array => Buffer.allocUnsafe(length)

const NO_SOCKET = {} as AcceptedSocket

const memberOf = (index: number): Member => {
  return member({ vmac: vmacOf(index), uuid: uuidOf(index), maxBvlcLength: 1600, maxNpduLength: 1497 }, NO_SOCKET, 0)
}

/** Messages that differ in an address, as the socket gives them. */
type Messages = (index: number) => Uint8Array

const message: Messages = destination =>
  Buffer.from(
    encodeBvlcSc({
      _tag: 'Encapsulated-NPDU',
      messageId: destination,
      originating: undefined,
      destination: vmacOf(destination),
      destinationOptions: [],
      dataOptions: [],
      npdu: new Uint8Array(MESSAGE_LENGTH - 10).fill(0x55),
    }),
  )

/** What is done once to each message; gives a number that depends on the work, so that none of it is left out. */
type Work = (octets: Uint8Array) => number

const fullTable = (): HubTable => {
  const table = hubTable()
  for (let index = 0; index < MEMBERS; index++) table.enter(memberOf(index))
  return table
}

const forward = (table: HubTable): Work => {
  const sender = memberOf(0)
  return octets => {
    const decision = forwarding(octets, sender, table, HUB_BVLC_LENGTH)
    return decision._tag === 'Unicast'
      ? forwardFrame(octets, sender.originator, false, allocate).octets.length + decision.to.sent
      : 0
  }
}

/** A global Who-Is. */
const WHO_IS = Uint8Array.of(0x01, 0x20, 0xff, 0xff, 0x00, 0xff, 0x10, 0x08)

const forwardedNpdu: Messages = index =>
  encodeBvll({ _tag: 'Forwarded-NPDU', originating: bipAddress(ipv4(0x0a000000 + index), BACNET_PORT), npdu: WHO_IS })

const originalNpdu =
  (_tag: 'Original-Unicast-NPDU' | 'Original-Broadcast-NPDU'): Messages =>
  () =>
    encodeBvll({ _tag, npdu: WHO_IS })

const recodeDatagram: Work = octets => {
  const decoded = decodeBvll(octets)
  return E.isRight(decoded) ? encodeBvll(decoded.right).length : 0
}

const decodeDatagram: Work = octets => {
  const decoded = decodeBvll(octets)
  return E.isRight(decoded) && 'npdu' in decoded.right ? decoded.right.npdu.length : 0
}

const recode: Work = octets => {
  const decoded = decodeBvlcSc(octets, 'to-hub')
  return E.isRight(decoded) ? encodeBvlcSc(decoded.right).length : 0
}

/** A rate that is measured in this process. */
interface CodecRate {
  readonly load: string
  readonly target: string
  readonly measure: (rounds: number) => Promise<Result>
}

const codecRate = (load: string, target: number, messages: Messages, work: () => Work): CodecRate => {
  const text = `>= ${target} M/s`
  const measure = (rounds: number): Promise<Result> => {
    const ours = spread(millionsPerSecond(messages, work(), rounds))
    const met = ours.median >= target
    const note = 'per second of CPU time'
    return Promise.resolve({ load, unit: 'M/s', ours, baseline: undefined, ratio: undefined, target: text, met, note })
  }
  return { load, target: text, measure }
}

const millionsPerSecond = (make: Messages, work: Work, rounds: number): readonly number[] => {
  const messages = Array.from({ length: MEMBERS - 1 }, (_, index) => make(index + 1))
  const millions: number[] = []
  for (let round = -WARM_UP_ROUNDS; round < Math.max(LEAST_ROUNDS, rounds); round++) {
    let done = 0
    const began = process.cpuUsage()
    for (let each = 0; each < BATCH; each++) done += work(messages[each % messages.length] as Uint8Array)
    const { user, system } = process.cpuUsage(began)
    if (done < BATCH) throw new Error('some messages were not taken')
    if (round >= 0) millions.push(BATCH / (user + system))
  }
  return millions
}

/**
 * Of BACnet/SC: the look at the header with the rewritten frame, and full decode and encode, of an Encapsulated-NPDU.
 * Of BACnet/IP: full decode of what a node hears, and full decode and encode of what a BBMD passes on.
 */
export const codecRates: readonly CodecRate[] = [
  codecRate('header look + forwarded frame, in process', 5, message, () => forward(fullTable())),
  codecRate('full decode + encode, in process', 1, message, () => recode),
  codecRate('B/IP Original-Unicast-NPDU: decode', 5, originalNpdu('Original-Unicast-NPDU'), () => decodeDatagram),
  codecRate('B/IP Original-Broadcast-NPDU: decode', 5, originalNpdu('Original-Broadcast-NPDU'), () => decodeDatagram),
  codecRate('B/IP Forwarded-NPDU: decode + encode', 2, forwardedNpdu, () => recodeDatagram),
]
