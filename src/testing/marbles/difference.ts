import { lookedAt } from './looked-at.js'
import { print } from './print.js'

/**
 * The first place where two values differ, in words such as `in iAm.vendorId: expected 15, got 33`; `undefined` where they
 * do not. They are compared deeply: octets one by one, whatever array they are in; lists, Maps, Sets and the fields of
 * objects in depth; errors by name and message; functions, and
 * objects that keep what they are to themselves, by identity. A field that is `undefined` is as good as none, and
 * fields with symbols for names do not count. What throws when it is looked at, or has no end, equals itself only.
 */
export const firstDifference = (expected: unknown, actual: unknown): string | undefined => {
  const compared = lookedAt(() => ({ difference: differ(expected, actual, '', new WeakMap()) }), undefined)
  return compared === undefined ? `expected ${print(expected)}, got ${print(actual)}` : compared.difference
}

/** What has been compared with what, or is being: each pair is compared once, also where a value holds itself. */
type Compared = WeakMap<object, WeakSet<object>>

const differ = (expected: unknown, actual: unknown, at: string, compared: Compared): string | undefined => {
  if (expected === actual || Object.is(expected, actual)) return undefined
  const say = (): string => `${at === '' ? '' : `in ${at}: `}expected ${print(expected)}, got ${print(actual)}`
  if (!isObject(expected) || !isObject(actual) || kindOf(expected) !== kindOf(actual)) return say()
  const others = compared.get(expected) ?? new WeakSet()
  if (others.has(actual)) return undefined
  compared.set(expected, others.add(actual))
  const each = (one: readonly unknown[], other: readonly unknown[], place: (index: number) => string) => {
    const shared = Math.min(one.length, other.length)
    for (let index = 0; index < shared; index++) {
      const found = differ(one[index], other[index], place(index), compared)
      if (found !== undefined) return found
    }
    if (one.length === other.length) return undefined
    return `in ${at === '' ? 'length' : `${at}.length`}: expected ${one.length}, got ${other.length}`
  }
  const item = (index: number): string => `${at}[${index}]`

  if (expected instanceof Uint8Array && actual instanceof Uint8Array) {
    const index = expected.findIndex((octet, place) => octet !== actual[place])
    if (index < 0 || index >= actual.length) return expected.length === actual.length ? undefined : say()
    return `in ${at === '' ? 'octet' : `${at}, octet`} ${index}: expected ${hex(expected[index])}, got ${hex(actual[index])}`
  }
  if (expected instanceof Error && actual instanceof Error) {
    return expected.name === actual.name && expected.message === actual.message ? undefined : say()
  }
  if (expected instanceof Date || expected instanceof RegExp)
    return print(expected) === print(actual) ? undefined : say()
  if (Array.isArray(expected) && Array.isArray(actual)) return each(expected, actual, item)
  if (expected instanceof Set && actual instanceof Set) return each([...expected], [...actual], item)
  if (expected instanceof Map && actual instanceof Map) return each([...expected], [...actual], item)
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)])
  if (names.size === 0 && !(isOpen(expected) && isOpen(actual))) return say()
  for (const name of names) {
    const [one, other] = [fieldOf(expected, name), fieldOf(actual, name)]
    const found = differ(one, other, at === '' ? name : `${at}.${name}`, compared)
    if (found !== undefined) return found
  }
  return undefined
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const fieldOf = (object: object, name: string): unknown => (object as Readonly<Record<string, unknown>>)[name]

const KINDS = [Uint8Array, Error, Date, RegExp, Array, Map, Set] as const

/** Whether all that it is can be seen. */
const isOpen = (object: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === null || prototype === Object.prototype || ArrayBuffer.isView(object)
}

/** Two objects of different kinds are different, whatever their fields. */
const kindOf = (object: object): unknown => KINDS.find(kind => object instanceof kind)

const hex = (octet: number | undefined): string => (octet ?? 0).toString(16).padStart(2, '0')
