import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { DurationFromText } from '../values/duration.js'
import { textCodec } from '../values/text-codec.js'

/** Between what people type and a value: the kind of codec that options are made of. */
export type OptionCodec<A> = t.Type<A, string>

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Codecs of values that are not simply text in JSON. */
const schemas = new WeakMap<object, JsonSchema>()

/** A codec whose values are this in JSON. */
export const inJson = <A>(codec: OptionCodec<A>, schema: JsonSchema): OptionCodec<A> => {
  schemas.set(codec, schema)
  return codec
}

/** What the values of a codec are in JSON. */
export const schemaOf = <A>(codec: OptionCodec<A>): JsonSchema =>
  codec.name === DurationFromText.name ? SECONDS : (schemas.get(codec) ?? { type: 'string' })

const SECONDS: JsonSchema = { type: 'number', exclusiveMinimum: 0 }

/** A whole number within bounds, both included. `what` names it in messages, such as `number of nodes`. */
export const countFromText = (what: string, least: number, most: number): OptionCodec<number> =>
  inJson(
    textCodec<number>(
      what,
      text => {
        const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
        return count >= least && count <= most
          ? E.right(count)
          : E.left(`'${text}' is not a ${what} from ${least} to ${most}`)
      },
      String,
    ),
    { type: 'integer', minimum: least, maximum: most },
  )

const isIpv4 = (text: string): boolean => /^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)(\.(?!$)|$)){4}$/.test(text)

const isIpv6 = (text: string): boolean => /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text) && URL.canParse(`ws://[${text}]`)

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i

const isDnsName = (text: string): boolean =>
  text.length <= 253 && text.split('.').every(label => LABEL.test(label)) && !/(^|\.)\d+$/.test(text)

/** An IPv4 or IPv6 address (without brackets or zone) or a DNS name. */
export const HostFromText: OptionCodec<string> = textCodec<string>(
  'host',
  text =>
    isIpv4(text) || isIpv6(text) || isDnsName(text)
      ? E.right(text)
      : E.left(`'${text}' is neither an IP address nor a DNS name`),
  String,
)

/** The path of a file or folder. In a configuration file it counts from the folder of that file. */
export const PathFromText: OptionCodec<string> = textCodec<string>(
  'path',
  text => (text === '' || text.includes('\0') ? E.left(`'${text}' is not a path`) : E.right(text)),
  String,
)

const SWITCH: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
])

/** Yes or no. */
export const SwitchFromText: OptionCodec<boolean> = inJson(
  textCodec<boolean>(
    'switch',
    text => {
      const on = SWITCH.get(text.toLowerCase())
      return on === undefined ? E.left(`'${text}' is not one of 1, 0, true and false`) : E.right(on)
    },
    String,
  ),
  { type: 'boolean' },
)

/** Any text of one line with something in it, such as a name, of at most so many characters. */
export const lineFromText = (what: string, most: number): OptionCodec<string> =>
  textCodec<string>(
    what,
    text =>
      /^(?=.*\S)\P{Cc}+$/u.test(text) && text.length <= most
        ? E.right(text)
        : E.left(`'${text}' is not a ${what} of 1 to ${most} characters`),
    String,
  )
