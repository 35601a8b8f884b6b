import type { ErrorPdu } from './apdu.js'
import { Tag, taggedNumber, taggedNumberAt } from './tagged-value.js'

/** What most services say in an Error: why what was asked for is not done (clause 18). */
export interface BacnetError {
  readonly errorClass: number
  readonly errorCode: number
}

/** Class and code of an Error; `undefined` for one of the services that say more. */
export const readError = ({ parameters }: Pick<ErrorPdu, 'parameters'>): BacnetError | undefined => {
  const errorClass = taggedNumberAt(parameters, 0, Tag.ENUMERATED)
  if (errorClass === undefined) return undefined
  const errorCode = taggedNumberAt(parameters, errorClass.end, Tag.ENUMERATED)
  if (errorCode?.end !== parameters.length) return undefined
  return { errorClass: errorClass.value, errorCode: errorCode.value }
}

/** The parameters of an Error with class and code, each a number of at most 32 bits. */
export const errorParameters = ({ errorClass, errorCode }: BacnetError): Uint8Array =>
  Uint8Array.of(...taggedNumber(Tag.ENUMERATED, errorClass), ...taggedNumber(Tag.ENUMERATED, errorCode))
