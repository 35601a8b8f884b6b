import * as E from 'fp-ts/lib/Either.js'
import { FIRST_PROPRIETARY_TYPE, type NetworkMessage, type RoutingTableRow } from './network-message.js'
import { npduError, type NpduError } from './npdu-error.js'
import { u16, u8 } from './octets.js'

type Decoded = E.Either<NpduError, NetworkMessage>

/**
 * Reads the network layer message that begins at `at` of an NPDU (section 2 of the protocol notes). Information and data
 * are views of `npdu`. Octets behind fields of a fixed length do not matter; lists must be whole.
 *
 * Never throws and never reads past the end. A type that is not known is a message all the same, as a router refuses it.
 */
export const decodeNetworkMessage = (npdu: Uint8Array, at: number): Decoded => {
  if (at >= npdu.length) return npduError('TRUNCATED', 'message type octet missing')
  const type = u8(npdu, at)
  const data = npdu.subarray(at + 1)
  const { length } = data
  if (type >= FIRST_PROPRIETARY_TYPE) {
    if (length < 2) return npduError('TRUNCATED', 'vendor id needs 2 octets')
    return E.right({ _tag: 'Proprietary', type, vendorId: u16(data, 0), data: data.subarray(2) })
  }
  switch (type) {
    case 0x00:
      if (length === 1) return npduError('BAD_MESSAGE', 'network number is 0 or 2 octets')
      return E.right({ _tag: 'Who-Is-Router-To-Network', network: length === 0 ? undefined : u16(data, 0) })
    case 0x01:
      if (length === 0) return npduError('BAD_MESSAGE', 'at least one network number')
      return networkList('I-Am-Router-To-Network', data)
    case 0x02:
      return length < 3
        ? needs(3)
        : E.right({ _tag: 'I-Could-Be-Router-To-Network', network: u16(data, 0), performanceIndex: u8(data, 2) })
    case 0x03:
      return length < 3
        ? needs(3)
        : E.right({ _tag: 'Reject-Message-To-Network', reason: u8(data, 0), network: u16(data, 1) })
    case 0x04:
      return networkList('Router-Busy-To-Network', data)
    case 0x05:
      return networkList('Router-Available-To-Network', data)
    case 0x06:
      return routingTable('Initialize-Routing-Table', data)
    case 0x07:
      return routingTable('Initialize-Routing-Table-Ack', data)
    case 0x08:
      return length < 3
        ? needs(3)
        : E.right({ _tag: 'Establish-Connection-To-Network', network: u16(data, 0), terminationTime: u8(data, 2) })
    case 0x09:
      return length < 2 ? needs(2) : E.right({ _tag: 'Disconnect-Connection-To-Network', network: u16(data, 0) })
    case 0x12:
      return E.right({ _tag: 'What-Is-Network-Number' })
    case 0x13:
      return length < 3
        ? needs(3)
        : E.right({ _tag: 'Network-Number-Is', network: u16(data, 0), isConfigured: u8(data, 2) === 1 })
    default:
      return E.right({ _tag: 'Unknown', type, data })
  }
}

const needs = (octets: number): Decoded => npduError('BAD_MESSAGE', `needs ${octets} octets`)

type ListTag = 'I-Am-Router-To-Network' | 'Router-Busy-To-Network' | 'Router-Available-To-Network'

const networkList = (_tag: ListTag, data: Uint8Array): Decoded => {
  if (data.length % 2 !== 0) return npduError('BAD_MESSAGE', 'list of 2-octet numbers')
  return E.right({ _tag, networks: Array.from({ length: data.length / 2 }, (_, index) => u16(data, 2 * index)) })
}

/** The octets of a row before its information. */
const ROW_LENGTH = 4

type TableTag = 'Initialize-Routing-Table' | 'Initialize-Routing-Table-Ack'

const routingTable = (_tag: TableTag, data: Uint8Array): Decoded => {
  const [count] = data
  if (count === undefined) return npduError('BAD_MESSAGE', 'count octet missing')
  const rows: RoutingTableRow[] = []
  let at = 1
  while (rows.length < count) {
    if (at + ROW_LENGTH > data.length) {
      return npduError('BAD_MESSAGE', `says ${count} entries, has ${rows.length}`)
    }
    const info = u8(data, at + 3)
    const left = data.length - at - ROW_LENGTH
    if (info > left) return npduError('BAD_MESSAGE', `port info length ${info}, has ${left}`)
    const end = at + ROW_LENGTH + info
    rows.push({
      network: u16(data, at),
      portId: u8(data, at + 2),
      portInfo: data.subarray(at + ROW_LENGTH, end),
    })
    at = end
  }
  return at === data.length ? E.right({ _tag, rows }) : npduError('BAD_MESSAGE', 'octets behind the last entry')
}
