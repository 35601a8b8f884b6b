import type { Bip6Address } from '../../src/values/bip6-address.js'
import { Bvll6Function } from '../../src/wire/bvll6-function.js'
import type { Bvll6Message } from '../../src/wire/bvll6.js'
import type { DecodedDatagram } from './datagram-vectors.js'
import { ipText } from './ipv6-text.js'
import { fromHex, toHex } from './vectors.js'

/** The names of the result codes (section 3.1 of the protocol notes). */
const RESULT_NAMES: ReadonlyMap<number, string> = new Map([
  [0x0000, 'Successful completion'],
  [0x0030, 'Address-Resolution NAK'],
  [0x0060, 'Virtual-Address-Resolution NAK'],
  [0x0090, 'Register-Foreign-Device NAK'],
  [0x00a0, 'Delete-Foreign-Device-Table-Entry NAK'],
  [0x00c0, 'Distribute-Broadcast-To-Network NAK'],
])

/** A message of ours of `length` octets, spelled out as the vectors do. */
export const spellOutBvll6 = (message: Bvll6Message, length: number): DecodedDatagram => ({
  function: Bvll6Function[message._tag],
  functionName: message._tag,
  length,
  ...fieldsOf(message),
})

const fieldsOf = (message: Bvll6Message): Readonly<Record<string, unknown>> => {
  switch (message._tag) {
    case 'BVLC-Result': {
      const resultName = RESULT_NAMES.get(message.code)
      return {
        sourceVmac: message.source,
        resultCode: message.code,
        ...(resultName !== undefined && { resultName }),
      }
    }
    case 'Original-Unicast-NPDU':
      return { sourceVmac: message.source, destinationVmac: message.destination, npdu: toHex(message.npdu) }
    case 'Original-Broadcast-NPDU':
    case 'Distribute-Broadcast-To-Network':
      return { sourceVmac: message.source, npdu: toHex(message.npdu) }
    case 'Address-Resolution':
      return { sourceVmac: message.source, targetVmac: message.target }
    case 'Forwarded-Address-Resolution':
      return {
        originalSourceVmac: message.source,
        targetVmac: message.target,
        originalSourceAddress: spellOutAddress(message.originating),
      }
    case 'Address-Resolution-ACK':
    case 'Virtual-Address-Resolution-ACK':
      return { sourceVmac: message.source, destinationVmac: message.destination }
    case 'Virtual-Address-Resolution':
      return { sourceVmac: message.source }
    case 'Forwarded-NPDU':
      return {
        originalSourceVmac: message.source,
        originalSourceAddress: spellOutAddress(message.originating),
        npdu: toHex(message.npdu),
      }
    case 'Register-Foreign-Device':
      return { sourceVmac: message.source, timeToLive: message.ttl }
    case 'Delete-Foreign-Device-Table-Entry':
      return { sourceVmac: message.source, address: spellOutAddress(message.address) }
    case 'Secure-BVLL':
      return { securityWrapper: toHex(message.wrapper) }
  }
}

interface SpelledAddress {
  readonly ip: string
  readonly port: number
  readonly octets: string
}

const spellOutAddress = (address: Bip6Address): SpelledAddress => ({
  ip: ipText(address),
  port: Buffer.from(fromHex(address)).readUInt16BE(16),
  octets: address,
})
