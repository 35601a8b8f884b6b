/**
 * Octets and values: the codecs of BACnet/SC (BVLC-SC), BACnet/IP and BACnet/IPv6 (BVLL), of the network layer (NPDU), and of
 * what all APDUs have in common. Pure; no RxJS, no sockets.
 *
 * @module rx-bacnet/wire
 */
export {
  ApduType,
  UnconfirmedService,
  type AbortPdu,
  type ApduTypeName,
  type ApplicationPdu,
  type ComplexAck,
  type ConfirmedRequest,
  type ErrorPdu,
  type MaxApduLength,
  type MaxSegments,
  type PduOf,
  type RejectPdu,
  type Segment,
  type SegmentAck,
  type SimpleAck,
  type UnconfirmedRequest,
} from './apdu.js'
export { decodeApdu, type ApduError, type ApduErrorCode } from './apdu-decode.js'
export { encodeApdu } from './apdu-encode.js'
export { errorParameters, readError, type BacnetError } from './bacnet-error.js'
export * from './bvlc-sc.js'
export { BvlcFunction, type BvlcFunctionName } from './bvlc-function.js'
export { decodeBvlcSc, type Path } from './bvlc-sc-decode.js'
export { encodeBvlcSc } from './bvlc-sc-encode.js'
export { decodeBvll } from './bvll-decode.js'
export { encodeBvll } from './bvll-encode.js'
export { BvllFunction, type BvllFunctionName, BvllResultCode } from './bvll-function.js'
export * from './bvll.js'
export { decodeBvll6 } from './bvll6-decode.js'
export { encodeBvll6 } from './bvll6-encode.js'
export { Bvll6Function, type Bvll6FunctionName, Bvll6ResultCode } from './bvll6-function.js'
export * from './bvll6.js'
export type { DatagramError, DatagramFault } from './datagram-error.js'
export type { DecodeError } from './decode-error.js'
export { ErrorClass, ErrorCode, errorCodeName } from './error-code.js'
export {
  dataOption,
  type DataOption,
  hasSecurePath,
  type HeaderOption,
  markerOf,
  MAX_OPTIONS,
  MAX_OPTIONS_LENGTH,
  OPTION_LIMITS,
  NO_OPTIONS,
  OptionType,
  type Proprietary,
  proprietaryOption,
  readProprietary,
  SECURE_PATH,
  unsendable,
} from './header-option.js'
export type { CarriedNpdu } from './headroom.js'
export { type Hello, helloOption, isHello, readHello } from './hello.js'
export { encodeIAm, readIAm, type IAm, type Segmentation } from './i-am.js'
export { NetworkMessageType, RejectReason, type NetworkMessage, type RoutingTableRow } from './network-message.js'
export { ALL_NETWORKS, FIRST_HOP_COUNT, type NetworkAddress, type Npci, type Priority } from './npci.js'
export { decodeNpdu, encodeNpdu, type Apdu, type Npdu } from './npdu.js'
export type { NpduError, NpduErrorCode } from './npdu-error.js'
export { isConfirmedRequest } from './npdu-look.js'
export { asksFor, encodeWhoIs, MAX_INSTANCE, readWhoIs, type InstanceRange, type WhoIs } from './who-is.js'
