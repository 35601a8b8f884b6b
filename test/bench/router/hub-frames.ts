import type { Vmac } from '../../../src/values/vmac.js'
import { encodeBvlcSc } from '../../../src/wire/bvlc-sc-encode.js'
import { frameMessage } from '../../../src/wire/web-socket-frame.js'
import { uuidOf, vmacOf } from '../client/frames.js'

/** Where the NPDU begins in what a hub passes on to its destination: behind function, flags, id and originating VMAC. */
export const NPDU_AT = 10

/** What a hub passes on to its destination. */
export const passedOn = (npdu: Uint8Array, originating: Vmac, messageId: number): Uint8Array =>
  encodeBvlcSc({
    _tag: 'Encapsulated-NPDU',
    messageId,
    originating,
    destination: undefined,
    destinationOptions: [],
    dataOptions: [],
    npdu,
  })

/** The answer to a Connect-Request. */
export const connectAccept = (request: Uint8Array): Uint8Array =>
  encodeBvlcSc({
    _tag: 'Connect-Accept',
    messageId: ((request[2] ?? 0) << 8) | (request[3] ?? 0),
    originating: undefined,
    destination: undefined,
    destinationOptions: [],
    vmac: vmacOf(0xff),
    uuid: uuidOf(0xff),
    maxBvlcLength: 5705,
    maxNpduLength: 1497,
  })

/** A message of a server in its frame. */
export const framed = (message: Uint8Array): Uint8Array =>
  frameMessage(message, length => new Uint8Array(length)).octets

/** What a hub passes on from that many nodes in turns, framed: all of it in one buffer. */
export const hubFrames = (npdu: Uint8Array, nodes: number, count: number): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, messageId) => framed(passedOn(npdu, vmacOf(messageId % nodes), messageId))),
  )
