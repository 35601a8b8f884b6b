import * as E from 'fp-ts/lib/Either.js'

/** What was read; throws where nothing could be. */
export const right = <A>(read: E.Either<unknown, A>): A => {
  if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
  return read.right
}
