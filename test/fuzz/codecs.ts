import * as E from 'fp-ts/lib/Either.js'
import { forwarding } from '../../src/sc/hub/hub-forward.js'
import { hubTable, member } from '../../src/sc/hub/hub-table.js'
import { receive, understandsNone } from '../../src/sc/connection/receive.js'
import type { AcceptedSocket } from '../../src/sc/connection/socket.js'
import type { DeviceUuid } from '../../src/values/device-uuid.js'
import type { Vmac } from '../../src/values/vmac.js'
import { decodeBvlcSc, type Path } from '../../src/wire/bvlc-sc-decode.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import { HUB_BVLC_LENGTH, MAX_BVLC_LENGTH, MAX_NPDU_LENGTH, type BvlcResult } from '../../src/wire/bvlc-sc.js'
import { readOptions, skipOptions } from '../../src/wire/header-option.js'
import { forwardFrame, hasWholeAddresses, payloadLength } from '../../src/wire/hub-header.js'
import { messageOf } from '../../src/wire/web-socket-frame.js'
import type { Dice } from './dice.js'
import { hexOf, NOBODIES, soundFrame, type Cast } from './frames.js'
import { mutated } from './mutate.js'
import { headOf, mayBeAnswered, passedOn } from './oracle.js'
import { must } from './violation.js'

const PATHS: readonly Path[] = ['from-hub', 'to-hub', 'direct']
const BACK: Readonly<Record<Path, Path>> = { 'from-hub': 'to-hub', 'to-hub': 'from-hub', direct: 'direct' }

const SENDER = '0200000000a1'
const MEMBERS: readonly string[] = [SENDER, '0200000000b2', '0200000000c3']
const CAST: Cast = { sources: MEMBERS, destinations: [...MEMBERS, ...NOBODIES] }

const TABLE = hubTable()
for (const vmac of MEMBERS) {
  const identity = { vmac: vmac as Vmac, uuid: vmac.padStart(32, '0') as DeviceUuid }
  const lengths = { maxBvlcLength: MAX_BVLC_LENGTH, maxNpduLength: MAX_NPDU_LENGTH }
  TABLE.enter(member({ ...identity, ...lengths }, {} as AcceptedSocket, 0))
}
const SENDING = [...TABLE.byKey.values()][0] as ReturnType<typeof member>

/** One frame through every decoder, on each path. */
export const fuzzCodecs = (dice: Dice): void => {
  const path = dice.pick(PATHS)
  const frame = mutated(dice, soundFrame(dice, path, CAST), soundFrame(dice, dice.pick(PATHS), CAST))
  checkDecoders(frame)
}

/** Everything that must hold of one frame. Throws a `Violation`, or whatever the code under test threw. */
export const checkDecoders = (frame: Uint8Array): void => {
  const before = hexOf(frame)
  for (const path of PATHS) checkDecoder(frame, path)
  checkOptions(frame)
  checkForwarding(frame)
  must(hexOf(frame) === before, 'the frame was changed', frame)
}

const checkDecoder = (frame: Uint8Array, path: Path): void => {
  const decoded = decodeBvlcSc(frame, path)
  if (E.isLeft(decoded)) {
    if (decoded.left.nak !== undefined) checkNak(frame, path, decoded.left.nak)
  } else {
    const once = encodeBvlcSc(decoded.right)
    const again = decodeBvlcSc(once, path)
    must(E.isRight(again), `what was decoded ${path} is encoded so that it cannot be decoded`, frame)
    if (E.isRight(again)) must(same(encodeBvlcSc(again.right), once), `encoding is not stable, ${path}`, frame)
  }
  const received = receive(frame, { path, maxBvlcLength: MAX_BVLC_LENGTH, understands: understandsNone })
  if (E.isLeft(received)) {
    if (received.left.nak !== undefined) checkNak(frame, path, received.left.nak)
  } else {
    must(E.isRight(decoded), `received ${path}, though it cannot be decoded`, frame)
  }
}

const checkNak = (frame: Uint8Array, path: Path, nak: BvlcResult): void => {
  must(mayBeAnswered(frame, path), `a NAK ${path} where silence is due`, frame)
  const octets = encodeBvlcSc(nak)
  const head = headOf(octets)
  must(head?.fn === 0 && head.id === hexOf(frame.subarray(2, 4)), `a NAK ${path} of another id`, frame)
  must(head?.originating === undefined, `a NAK ${path} that says who we are`, frame)
  must(octets[head?.restAt ?? 0] === frame[0], `a NAK ${path} of another function`, frame)
  const asked = headOf(frame)?.originating
  must(head?.destination === undefined || head.destination === asked, `a NAK ${path} to somebody else`, frame)
  const heardOn = path === 'from-hub' && head?.destination === undefined ? 'direct' : BACK[path]
  must(E.isRight(decodeBvlcSc(octets, heardOn)), `a NAK ${path} that cannot be decoded`, frame)
}

const checkOptions = (frame: Uint8Array): void => {
  const at = headOf(frame)?.restAt ?? 0
  const read = readOptions(frame, at)
  const end = skipOptions(frame, at)
  if ('failed' in read) must(read.failed === 'too many' || end === -1, 'options are skipped that cannot be read', frame)
  else must(end === read.end, 'options are skipped otherwise than read', frame)
  if (hasWholeAddresses(frame)) must(payloadLength(frame) <= frame.length, 'the payload is longer than all', frame)
}

const checkForwarding = (frame: Uint8Array): void => {
  const decision = forwarding(frame, SENDING, TABLE, HUB_BVLC_LENGTH)
  const due = passedOn(frame, SENDER, MEMBERS, HUB_BVLC_LENGTH)
  if (decision._tag !== 'Unicast' && decision._tag !== 'Broadcast') {
    must(due === undefined, `a hub does not pass on what it should (${decision._tag})`, frame)
    return
  }
  const to = decision._tag === 'Unicast' ? [decision.to.identity.vmac] : MEMBERS.slice(1)
  must(due?.to.join() === to.join(), 'a hub passes it on to somebody else', frame)
  const allocate = (length: number): Uint8Array => new Uint8Array(length).fill(0xa5)
  const passed = messageOf(forwardFrame(frame, SENDING.originator, decision._tag === 'Broadcast', allocate))
  must(hexOf(passed) === due?.hex, 'a hub passes on something else', frame)
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0
