import { toHex } from '../../values/hex.js'
import { lookedAt } from './looked-at.js'

/** What is printed of a value has such a length at most, in characters. */
const LONGEST = 400

/** What is printed of a text, of octets, and of a list or an object. */
const LONGEST_TEXT = 100
const MOST_OCTETS = 48
const MOST_ENTRIES = 12
const DEEPEST = 4

/** What is printed of what throws when it is looked at: a proxy, say, or what a getter should give. */
const UNSEEN = '(throws when it is looked at)'

/** A value as a line for people: octets in hex, objects as they are written in programs. It may be anything. */
export const print = (value: unknown): string => cut(printed(value, []), LONGEST)

/** Octets in hex; of many, the first. */
export const printOctets = (octets: Uint8Array): string =>
  octets.length <= MOST_OCTETS
    ? toHex(octets) || 'no octets'
    : `${toHex(octets.subarray(0, MOST_OCTETS))}… (${octets.length} octets)`

const printed = (value: unknown, around: readonly object[]): string => lookedAt(() => written(value, around), UNSEEN)

const written = (value: unknown, around: readonly object[]): string => {
  if (typeof value === 'string') return `'${cut(value, LONGEST_TEXT).replaceAll('\n', '\\n')}'`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (around.includes(value)) return '(itself)'
  const inside = [...around, value]
  const each = <Entry>(
    entries: readonly Entry[],
    write: (entry: Entry) => string,
    open: string,
    close: string,
  ): string => {
    if (entries.length === 0) return `${open}${close}`
    if (inside.length > DEEPEST) return `${open}…${close}`
    const more = entries.length > MOST_ENTRIES ? [`… ${entries.length - MOST_ENTRIES} more`] : []
    const space = open.endsWith('{') ? ' ' : ''
    return `${open}${space}${[...entries.slice(0, MOST_ENTRIES).map(write), ...more].join(', ')}${space}${close}`
  }
  const item = (found: unknown): string => printed(found, inside)
  const nameOf = (key: unknown): string =>
    typeof key === 'string' && /^[\w$]+$/u.test(key) ? key : printed(key, inside)
  const field = ([key, found]: readonly [unknown, unknown]): string => `${nameOf(key)}: ${printed(found, inside)}`
  if (value instanceof Uint8Array) return printOctets(value)
  if (value instanceof Error) return `${value.name}: ${cut(value.message, LONGEST_TEXT)}`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof RegExp) return String(value)
  if (Array.isArray(value)) return each(value, item, '[', ']')
  if (value instanceof Map) return each([...value], field, 'Map {', '}')
  if (value instanceof Set) return each([...value], item, 'Set {', '}')
  const fieldOf = (key: string): string => {
    const found = lookedAt(() => [(value as Readonly<Record<string, unknown>>)[key]] as const, undefined)
    return found === undefined ? `${nameOf(key)}: ${UNSEEN}` : field([key, found[0]])
  }
  return each(Object.keys(value), fieldOf, '{', '}')
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`)
