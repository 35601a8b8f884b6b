import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'

/** What a codec says of an input that it refuses; `undefined` when it takes it. */
export const failureOf = (codec: t.Mixed, input: unknown): string | undefined => {
  const decoded = codec.decode(input)
  return E.isLeft(decoded) ? decoded.left.map(({ message }) => message).join('; ') : undefined
}
