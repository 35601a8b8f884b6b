/**
 * Octets and values: the BVLC-SC codec, its header options and error codes. Pure; no RxJS, no sockets.
 *
 * @module rx-bacnet/wire
 */
export * from './bvlc-sc.js'
export { BvlcFunction, type BvlcFunctionName } from './bvlc-function.js'
export { decodeBvlcSc, type Path } from './bvlc-sc-decode.js'
export { encodeBvlcSc } from './bvlc-sc-encode.js'
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
export { type Hello, helloOption, isHello, readHello } from './hello.js'
