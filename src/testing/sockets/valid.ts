import * as E from 'fp-ts/lib/Either.js'

/** What was parsed. A test that says it wrongly is told so at once. */
export const valid = <A>(parsed: E.Either<string, A>): A => {
  if (E.isLeft(parsed)) throw new Error(parsed.left)
  return parsed.right
}
