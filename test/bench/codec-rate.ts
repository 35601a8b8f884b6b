import * as E from 'fp-ts/lib/Either.js'
import { forwarding } from '../../src/sc/hub/hub-forward.js'
import { hubTable, member, type HubTable, type Member } from '../../src/sc/hub/hub-table.js'
import type { AcceptedSocket } from '../../src/sc/connection/socket.js'
import { BACNET_PORT, bipAddress } from '../../src/values/bip-address.js'
import { bip6Address } from '../../src/values/bip6-address.js'
import { instanceBip6Vmac, type Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { ipv4 } from '../../src/values/ipv4.js'
import { ipv6 } from '../../src/values/ipv6.js'
import { decodeBvlcSc } from '../../src/wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import { HUB_BVLC_LENGTH } from '../../src/wire/bvlc-sc.js'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import { decodeBvll6 } from '../../src/wire/bvll6-decode.js'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
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
export type Messages = (index: number) => Uint8Array

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
export type Work = (octets: Uint8Array) => number

/** Work for which something must be running: how that is ended. */
export interface EndingWork {
  readonly work: Work
  readonly end: () => void
}

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

const vmac6Of = (instance: number): Bip6Vmac => {
  const vmac = instanceBip6Vmac(instance)
  if (E.isLeft(vmac)) throw new Error(vmac.left)
  return vmac.right
}

const OWN_VMAC = vmac6Of(1234)

const original6: Messages = index =>
  encodeBvll6({ _tag: 'Original-Unicast-NPDU', source: vmac6Of(index), destination: OWN_VMAC, npdu: WHO_IS })

const broadcast6: Messages = index =>
  encodeBvll6({ _tag: 'Original-Broadcast-NPDU', source: vmac6Of(index), npdu: WHO_IS })

const forwarded6: Messages = index => {
  const host = Uint8Array.of(0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, index >> 8, index & 0xff)
  const originating = bip6Address(ipv6(host), BACNET_PORT)
  return encodeBvll6({ _tag: 'Forwarded-NPDU', source: vmac6Of(index), originating, npdu: WHO_IS })
}

/** Full decode and encode with one of the codecs of datagrams. */
const recoding =
  <M>(decode: (octets: Uint8Array) => E.Either<unknown, M>, encode: (message: M) => Uint8Array): Work =>
  octets => {
    const decoded = decode(octets)
    return E.isRight(decoded) ? encode(decoded.right).length : 0
  }

/** Full decode, up to the NPDU. */
const decoding =
  (decode: (octets: Uint8Array) => E.Either<unknown, object>): Work =>
  octets => {
    const decoded = decode(octets)
    return E.isRight(decoded) && 'npdu' in decoded.right ? (decoded.right.npdu as Uint8Array).length : 0
  }

const recode: Work = octets => {
  const decoded = decodeBvlcSc(octets, 'to-hub')
  return E.isRight(decoded) ? encodeBvlcSc(decoded.right).length : 0
}

/** A rate that is measured in this process. */
export interface CodecRate {
  readonly load: string
  readonly target: string
  readonly measure: (rounds: number) => Promise<Result>
}

/** Measures a rate in this process; it is to be at least `target` million a second. */
export const codecRate = (
  load: string,
  target: number,
  messages: Messages,
  start: () => Work | EndingWork,
): CodecRate => {
  const text = `>= ${target} M/s`
  const measure = (rounds: number): Promise<Result> => {
    const started = start()
    const { work, end } = typeof started === 'function' ? { work: started, end: () => undefined } : started
    const ours = spread(millionsPerSecond(messages, work, rounds))
    end()
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
 * Of BACnet/IP and BACnet/IPv6: full decode of what a node hears, and full decode and encode of what a BBMD passes on.
 */
export const codecRates: readonly CodecRate[] = [
  codecRate('header look + forwarded frame, in process', 5, message, () => forward(fullTable())),
  codecRate('full decode + encode, in process', 1, message, () => recode),
  codecRate('B/IP Original-Unicast-NPDU: decode', 5, originalNpdu('Original-Unicast-NPDU'), () => decoding(decodeBvll)),
  codecRate('B/IP Original-Broadcast-NPDU: decode', 5, originalNpdu('Original-Broadcast-NPDU'), () =>
    decoding(decodeBvll),
  ),
  codecRate('B/IP Forwarded-NPDU: decode + encode', 2, forwardedNpdu, () => recoding(decodeBvll, encodeBvll)),
  codecRate('B/IPv6 Original-Unicast-NPDU: decode', 5, original6, () => decoding(decodeBvll6)),
  codecRate('B/IPv6 Original-Broadcast-NPDU: decode', 5, broadcast6, () => decoding(decodeBvll6)),
  codecRate('B/IPv6 Forwarded-NPDU: decode + encode', 1, forwarded6, () => recoding(decodeBvll6, encodeBvll6)),
]
