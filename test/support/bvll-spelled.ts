import type { BipAddress } from '../../src/values/bip-address.js'
import { BvllFunction } from '../../src/wire/bvll-function.js'
import type { BvllMessage } from '../../src/wire/bvll.js'
import type { DecodedDatagram } from './datagram-vectors.js'
import { fromHex, toHex } from './vectors.js'

/** The names of the result codes (section 3.1 of the protocol notes). */
const RESULT_NAMES: ReadonlyMap<number, string> = new Map([
  [0x0000, 'Successful completion'],
  [0x0010, 'Write-Broadcast-Distribution-Table NAK'],
  [0x0020, 'Read-Broadcast-Distribution-Table NAK'],
  [0x0030, 'Register-Foreign-Device NAK'],
  [0x0040, 'Read-Foreign-Device-Table NAK'],
  [0x0050, 'Delete-Foreign-Device-Table-Entry NAK'],
  [0x0060, 'Distribute-Broadcast-To-Network NAK'],
])

/** A message of ours of `length` octets, spelled out as the vectors do. */
export const spellOutBvll = (message: BvllMessage, length: number): DecodedDatagram => ({
  function: BvllFunction[message._tag],
  functionName: message._tag,
  length,
  ...fieldsOf(message),
})

const fieldsOf = (message: BvllMessage): Readonly<Record<string, unknown>> => {
  switch (message._tag) {
    case 'BVLC-Result': {
      const resultName = RESULT_NAMES.get(message.code)
      return { resultCode: message.code, ...(resultName !== undefined && { resultName }) }
    }
    case 'Write-Broadcast-Distribution-Table':
    case 'Read-Broadcast-Distribution-Table-Ack':
      return {
        entries: message.entries.map(({ address, mask }) => ({ ...spellOutAddress(address), mask: maskText(mask) })),
      }
    case 'Read-Foreign-Device-Table-Ack':
      return {
        entries: message.entries.map(({ address, ttl, remaining }) => ({
          ...spellOutAddress(address),
          timeToLive: ttl,
          remaining,
        })),
      }
    case 'Read-Broadcast-Distribution-Table':
    case 'Read-Foreign-Device-Table':
      return {}
    case 'Register-Foreign-Device':
      return { timeToLive: message.ttl }
    case 'Delete-Foreign-Device-Table-Entry':
      return { address: { ...spellOutAddress(message.address), mac: message.address } }
    case 'Forwarded-NPDU':
      return {
        originatingAddress: { ...spellOutAddress(message.originating), mac: message.originating },
        npdu: toHex(message.npdu),
      }
    case 'Distribute-Broadcast-To-Network':
    case 'Original-Unicast-NPDU':
    case 'Original-Broadcast-NPDU':
      return { npdu: toHex(message.npdu) }
    case 'Secure-BVLL':
      return { securityWrapper: toHex(message.wrapper) }
  }
}

const spellOutAddress = (address: BipAddress): { readonly ip: string; readonly port: number } => {
  const octets = fromHex(address)
  return { ip: octets.subarray(0, 4).join('.'), port: Buffer.from(octets).readUInt16BE(4) }
}

const maskText = (mask: number): string => {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(mask)
  return octets.join('.')
}
