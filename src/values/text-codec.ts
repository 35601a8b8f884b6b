import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

/** Reads what a person typed; `Left` is one plain sentence that says what is wrong with it. */
export type TextParser<A> = (text: string) => E.Either<string, A>

/**
 * An io-ts codec between text and a value, for files, flags and environment variables. Not for the frame path.
 * A value that is not text is refused with the parser's own kind of sentence.
 */
export const textCodec = <A>(name: string, parse: TextParser<A>, print: (value: A) => string): t.Type<A, string> =>
  new t.Type<A, string, unknown>(
    name,
    (value): value is A => survives(value, parse, print),
    (input, context) => {
      if (typeof input !== 'string') return t.failure(input, context, `${name} must be text`)
      const parsed = parse(input)
      return E.isLeft(parsed) ? t.failure(input, context, parsed.left) : t.success(parsed.right)
    },
    print,
  )

/** Whether something is a value that can be written and read again, and not merely the text of one. */
const survives = <A>(value: unknown, parse: TextParser<A>, print: (value: A) => string): boolean => {
  try {
    const parsed = parse(print(value as A))
    return E.isRight(parsed) && parsed.right === value
  } catch {
    return false
  }
}
