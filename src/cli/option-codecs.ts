import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { textCodec } from '../values/text-codec.js'

/** Between what people type and a value: the kind of codec that options are made of. */
export type OptionCodec<A> = t.Type<A, string>

/** A whole number within bounds, both included. `what` names it in messages, such as `number of nodes`. */
export const countFromText = (what: string, least: number, most: number): OptionCodec<number> =>
  textCodec<number>(
    what,
    text => {
      const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
      return count >= least && count <= most
        ? E.right(count)
        : E.left(`'${text}' is not a ${what} from ${least} to ${most}`)
    },
    String,
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
export const SwitchFromText: OptionCodec<boolean> = textCodec<boolean>(
  'switch',
  text => {
    const on = SWITCH.get(text.toLowerCase())
    return on === undefined ? E.left(`'${text}' is not one of 1, 0, true and false`) : E.right(on)
  },
  String,
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
