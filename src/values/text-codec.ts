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
    (value): value is A => typeof value === 'string' && E.isRight(parse(value)),
    (input, context) => {
      if (typeof input !== 'string') return t.failure(input, context, `${name} must be text`)
      const parsed = parse(input)
      return E.isLeft(parsed) ? t.failure(input, context, parsed.left) : t.success(parsed.right)
    },
    print,
  )
