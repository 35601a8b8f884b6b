import * as t from 'io-ts'
import { isRecord } from '../options.js'

/** Where in a JSON document something is: `ports[1].bind`; empty for all of it. */
export const pathOf = (context: t.Context): string =>
  context
    .map(({ key }) => key)
    .filter(key => key !== '')
    .map((key, index) => (/^\d+$/.test(key) ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`))
    .join('')

/** The first thing that is wrong, in a line, where it is named. */
export const faultIn = (errors: t.Errors): string => {
  const [error] = errors
  const path = error === undefined ? '' : pathOf(error.context)
  const message = error?.message ?? 'is not valid'
  return path === '' ? message : `${path}: ${message}`
}

/** A value that a test lets through; `wanted` says to people what that is, such as `a number from 1 to 5`. */
export const value = <A>(wanted: string, is: (value: unknown) => value is A): t.Type<A, A> =>
  new t.Type<A, A>(
    wanted,
    is,
    (input, context) => (is(input) ? t.success(input) : t.failure(input, context, `must be ${wanted}`)),
    known => known,
  )

/** A whole number from one to another. */
export const whole = (what: string, least: number, most: number): t.Type<number, number> =>
  value(
    `${what} from ${least} to ${most}`,
    (given): given is number => Number.isInteger(given) && Number(given) >= least && Number(given) <= most,
  )

/** A list of so many. */
export const list = <A>(item: t.Type<A, unknown>, least: number, most: number): t.Type<readonly A[], unknown> =>
  new t.Type<readonly A[], unknown>(
    `list of ${item.name}`,
    (given): given is readonly A[] => Array.isArray(given) && given.every(item.is),
    (input, context) => {
      if (!Array.isArray(input)) return t.failure(input, context, 'must be a list')
      if (input.length < least) return t.failure(input, context, `must have at least ${least}`)
      if (input.length > most) return t.failure(input, context, `must have at most ${most}`)
      const items: A[] = []
      for (const [index, one] of (input as readonly unknown[]).entries()) {
        const read = item.validate(one, t.appendContext(context, String(index), item, one))
        if (read._tag === 'Left') return read
        items.push(read.right)
      }
      return t.success(items)
    },
    items => items.map(item.encode),
  )

type Values<Props extends t.Props> = { readonly [Key in keyof Props]: t.TypeOf<Props[Key]> }

/** What an object of these keys is read as. */
export type Shaped<Required extends t.Props, Optional extends t.Props> = Values<Required> & Partial<Values<Optional>>

/**
 * An object of these keys; of others, too, where `isOpen` says so. A key that nobody knows is named before one that is
 * missing: often it is that one, mistyped.
 */
export const shape = <Required extends t.Props, Optional extends t.Props>(
  name: string,
  required: Required,
  optional: Optional,
  isOpen = false,
): t.Type<Shaped<Required, Optional>, unknown> => {
  const props: ReadonlyMap<string, t.Mixed> = new Map([...Object.entries(required), ...Object.entries(optional)])
  const known = [...props.keys()].filter(key => !key.startsWith('$')).join(', ')
  type Read = Shaped<Required, Optional>
  return new t.Type<Read, unknown>(
    name,
    (given): given is Read => isRecord(given),
    (input, context) => {
      if (!isRecord(input)) return t.failure(input, context, `must be an object: ${name}`)
      const within = (key: string): t.Context => t.appendContext(context, key, t.unknown, input[key])
      const stranger = isOpen ? undefined : Object.keys(input).find(key => !props.has(key))
      if (stranger !== undefined) return t.failure(input, within(stranger), `unknown key; there are ${known}`)
      const missing = Object.keys(required).find(key => !Object.hasOwn(input, key))
      if (missing !== undefined) return t.failure(input, within(missing), 'is missing')
      const read: [string, unknown][] = []
      for (const [key, codec] of props) {
        if (!Object.hasOwn(input, key)) continue
        const result = codec.validate(input[key], within(key))
        if (result._tag === 'Left') return result
        read.push([key, result.right])
      }
      return t.success(Object.fromEntries(read) as Read)
    },
    known => known,
  )
}
