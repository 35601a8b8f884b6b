import * as E from 'fp-ts/lib/Either.js'
import { NIL_UUID, type DeviceUuid } from '../values/device-uuid.js'
import { BROADCAST_VMAC, isReservedVmac, type Vmac } from '../values/vmac.js'
import { functionRule, type FunctionRule } from './bvlc-function.js'
import { ControlFlag, MIN_LENGTH, type Header, type HubConnectionStatus, type ScMessage } from './bvlc-sc.js'
import { decodeError, type DecodeError, type NakAddress } from './decode-error.js'
import { ErrorClass, ErrorCode } from './error-code.js'
import {
  NO_OPTIONS,
  OPTION_LIMITS,
  optionFault,
  optionsErrorCode,
  readOptions,
  type HeaderOption,
  type OptionLimits,
} from './header-option.js'
import { hexAt, u16, u8, vmacAt } from './octets.js'

/**
 * On which way a message came, which decides the VMACs it must and must not carry:
 * to a node from its hub, to a hub from a node, or over a direct connection.
 */
export type Path = 'from-hub' | 'to-hub' | 'direct'

/**
 * Decodes one BVLC-SC message, as the peer at the end of `path` must: the checks of clause AB.3.1.5 in the order of
 * the protocol notes (2.4, rows 1 and 3 to 15). Header data, NPDUs and proprietary data are views of `octets`.
 *
 * Never throws and never reads past the end. `Left` says what is wrong and carries the NAK where one is due.
 * Options nobody knows are kept, whatever their must-understand bit: whether they are understood is the node's affair.
 */
export const decodeBvlcSc = (
  octets: Uint8Array,
  path: Path,
  limits: OptionLimits = OPTION_LIMITS,
): E.Either<DecodeError, ScMessage> => {
  const length = octets.length
  if (length < MIN_LENGTH) {
    return E.left(decodeError(ErrorCode.MESSAGE_INCOMPLETE, 'fewer than 4 octets', undefined))
  }
  const rule = functionRule(u8(octets, 0))
  const flags = u8(octets, 1)
  const hasOriginating = (flags & ControlFlag.ORIGINATING) !== 0
  const hasDestination = (flags & ControlFlag.DESTINATION) !== 0
  const addressesEnd = MIN_LENGTH + (hasOriginating ? 6 : 0) + (hasDestination ? 6 : 0)
  const complete = addressesEnd <= length
  const originating = complete && hasOriginating ? vmacAt(octets, MIN_LENGTH) : undefined
  const destination = complete && hasDestination ? vmacAt(octets, addressesEnd - 6) : undefined
  const to = (): NakAddress | undefined => nakAddress(octets, path, rule, originating, hasDestination, destination)
  const failed = (code: number, reason: string): E.Either<DecodeError, never> => E.left(decodeError(code, reason, to()))

  if (!complete) return failed(ErrorCode.MESSAGE_INCOMPLETE, 'the message ends inside a VMAC')
  if (rule === undefined) return failed(ErrorCode.BVLC_FUNCTION_UNKNOWN, `unknown BVLC function ${u8(octets, 0)}`)
  if ((flags & ControlFlag.RESERVED) !== 0) {
    return failed(ErrorCode.PARAMETER_OUT_OF_RANGE, 'reserved control flags are not 0')
  }

  let at = addressesEnd
  let destinationOptions = NO_OPTIONS
  let dataOptions = NO_OPTIONS
  if ((flags & ControlFlag.DESTINATION_OPTIONS) !== 0) {
    const read = readOptions(octets, at, limits)
    if ('failed' in read) return E.left(optionsError(read.failed, 'destination', to()))
    destinationOptions = read.options
    at = read.end
  }
  if ((flags & ControlFlag.DATA_OPTIONS) !== 0) {
    const read = readOptions(octets, at, limits)
    if ('failed' in read) return E.left(optionsError(read.failed, 'data', to()))
    dataOptions = read.options
    at = read.end
  }
  const optionError = firstFault(destinationOptions, 'destination') ?? firstFault(dataOptions, 'data')
  if (optionError !== undefined) return failed(ErrorCode.HEADER_ENCODING_ERROR, optionError)

  const addressError = addressFault(path, rule, originating, destination)
  if (addressError !== undefined) return failed(ErrorCode.HEADER_ENCODING_ERROR, addressError)
  if (originating !== undefined && isReservedVmac(originating)) {
    return failed(ErrorCode.PARAMETER_OUT_OF_RANGE, 'the originating VMAC is reserved')
  }
  if (path === 'from-hub' && destination !== undefined && destination !== BROADCAST_VMAC) {
    return failed(ErrorCode.HEADER_ENCODING_ERROR, 'the hub left an explicit destination')
  }
  if (dataOptions.length > 0 && !rule.dataOptions) {
    return failed(ErrorCode.INCONSISTENT_PARAMETERS, `${rule.name} carries no data options`)
  }

  const [least, most] = rule.payload
  const payloadLength = length - at
  if (payloadLength === 0 && least > 0) return failed(ErrorCode.PAYLOAD_EXPECTED, `${rule.name} needs a payload`)
  if (payloadLength < least) return failed(ErrorCode.MESSAGE_INCOMPLETE, `${rule.name} payload is too short`)
  if (payloadLength > most) return failed(ErrorCode.UNEXPECTED_DATA, `${rule.name} payload is too long`)

  const header: Header = { messageId: u16(octets, 2), originating, destination, destinationOptions }
  const message = readPayload(rule, header, dataOptions, octets, at)
  return '_tag' in message ? E.right(message) : failed(message.code, message.reason)
}

/** Where a NAK for this message may go, clause AB.3.1 (2.3 of the protocol notes); `undefined` for nowhere. */
const nakAddress = (
  octets: Uint8Array,
  path: Path,
  rule: FunctionRule | undefined,
  originating: Vmac | undefined,
  hasDestination: boolean,
  destination: Vmac | undefined,
): NakAddress | undefined => {
  if (hasDestination && (destination === undefined || destination === BROADCAST_VMAC)) return undefined
  if (rule?.response === true) return undefined
  if (originating !== undefined && isReservedVmac(originating)) return undefined
  if (path === 'from-hub' && hasDestination) return undefined
  const toPeer = path !== 'from-hub' || rule?.connectionOnly === true
  return { messageId: u16(octets, 2), resultFor: u8(octets, 0), destination: toPeer ? undefined : originating }
}

const optionsError = (
  failed: 'incomplete' | 'too many',
  list: 'destination' | 'data',
  to: NakAddress | undefined,
): DecodeError =>
  decodeError(
    optionsErrorCode(failed),
    `${list} options: ${failed}`,
    to,
    0,
    failed === 'too many' ? ErrorClass.RESOURCES : ErrorClass.COMMUNICATION,
  )

const firstFault = (options: readonly HeaderOption[], list: 'destination' | 'data'): string | undefined => {
  for (const option of options) {
    const fault = optionFault(option, list)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Presence of VMACs by path (clause AB.2.1, 1.4 of the protocol notes); `undefined` when they are right. */
const addressFault = (
  path: Path,
  rule: FunctionRule,
  originating: Vmac | undefined,
  destination: Vmac | undefined,
): string | undefined => {
  if (rule.connectionOnly || path === 'direct') {
    return originating === undefined && destination === undefined ? undefined : `${rule.name} carries no VMACs here`
  }
  if (path === 'from-hub') {
    return originating === undefined && rule.name !== 'BVLC-Result' ? 'the originating VMAC is missing' : undefined
  }
  if (originating !== undefined) return 'a node sends no originating VMAC to its hub'
  return destination === undefined ? 'the destination VMAC is missing' : undefined
}

const HUB_CONNECTION: readonly HubConnectionStatus[] = ['none', 'primary', 'failover']

interface ValueFault {
  readonly code: number
  readonly reason: string
}

const outOfRange = (reason: string): ValueFault => ({ code: ErrorCode.PARAMETER_OUT_OF_RANGE, reason })

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const strictUtf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true })

/** The payload of each function (clause AB.2.4 to AB.2.16, 1.6 of the protocol notes); its length is in range. */
const readPayload = (
  rule: FunctionRule,
  header: Header,
  dataOptions: readonly HeaderOption[],
  octets: Uint8Array,
  at: number,
): ScMessage | ValueFault => {
  switch (rule.name) {
    case 'BVLC-Result': {
      const code = u8(octets, at + 1)
      const rest = octets.length - at - 2
      if (code > 1) return outOfRange(`result code ${code}`)
      if (code === 0 && rest > 0) return { code: ErrorCode.UNEXPECTED_DATA, reason: 'an ACK has 2 octets' }
      if (code === 1 && rest < 5) return { code: ErrorCode.MESSAGE_INCOMPLETE, reason: 'a NAK has 7 octets or more' }
      const nak =
        code === 0
          ? undefined
          : {
              errorHeaderMarker: u8(octets, at + 2),
              errorClass: u16(octets, at + 3),
              errorCode: u16(octets, at + 5),
              errorDetails: rest === 5 ? '' : utf8.decode(octets.subarray(at + 7)),
            }
      return { _tag: rule.name, ...header, resultFor: u8(octets, at), nak }
    }
    case 'Encapsulated-NPDU':
      return {
        _tag: rule.name,
        messageId: header.messageId,
        originating: header.originating,
        destination: header.destination,
        destinationOptions: header.destinationOptions,
        dataOptions,
        npdu: octets.subarray(at),
      }
    case 'Address-Resolution-ACK': {
      const text = strictText(octets.subarray(at))
      if (text === undefined) return outOfRange('the URIs are not UTF-8')
      return { _tag: rule.name, ...header, uris: text.split(' ').filter(uri => uri !== '') }
    }
    case 'Advertisement': {
      const hubConnection = HUB_CONNECTION[u8(octets, at)]
      const accepts = u8(octets, at + 1)
      if (hubConnection === undefined) return outOfRange(`hub connection status ${u8(octets, at)}`)
      if (accepts > 1) return outOfRange(`accept direct connections ${accepts}`)
      return {
        _tag: rule.name,
        ...header,
        hubConnection,
        acceptsDirectConnections: accepts === 1,
        maxBvlcLength: u16(octets, at + 2),
        maxNpduLength: u16(octets, at + 4),
      }
    }
    case 'Connect-Request':
    case 'Connect-Accept': {
      const vmac = vmacAt(octets, at)
      const uuid = hexAt(octets, at + 6, 16)
      if (isReservedVmac(vmac)) return outOfRange('the VMAC is reserved')
      if (uuid === NIL_UUID) return outOfRange('the Device UUID is all zero')
      return {
        _tag: rule.name,
        ...header,
        vmac,
        uuid: uuid as DeviceUuid,
        maxBvlcLength: u16(octets, at + 22),
        maxNpduLength: u16(octets, at + 24),
      }
    }
    case 'Proprietary-Message':
      return {
        _tag: rule.name,
        ...header,
        vendorId: u16(octets, at),
        proprietaryFunction: u8(octets, at + 2),
        data: octets.subarray(at + 3),
      }
    case 'Address-Resolution':
    case 'Advertisement-Solicitation':
    case 'Disconnect-Request':
    case 'Disconnect-ACK':
    case 'Heartbeat-Request':
    case 'Heartbeat-ACK':
      return { _tag: rule.name, ...header }
  }
}

const strictText = (octets: Uint8Array): string | undefined => {
  try {
    return strictUtf8.decode(octets)
  } catch {
    return undefined
  }
}
