type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: value => typeof value === 'string',
  number: value => typeof value === 'number',
  integer: Number.isInteger,
  boolean: value => typeof value === 'boolean',
}

/** What is said about a value, and does not bear on it. */
const NOTES: ReadonlySet<string> = new Set(['$schema', '$defs', 'title', 'description', 'default'])

const resolved = (root: Json, ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), root)

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/**
 * What a JSON Schema (draft 2020-12) finds wrong with a value: a line for each, none where it is right. As much of it as
 * our own schemas use; throws for a keyword that it does not know, so that nothing is taken for right unseen.
 */
export const faultsOf = (root: Json, value: unknown): readonly string[] => {
  const check = (schema: unknown, given: unknown, path: string): readonly string[] => {
    if (!isObject(schema)) throw new Error(`${path}: no schema`)
    return Object.entries(schema).flatMap(([keyword, bound]) => apply(schema, keyword, bound, given, path))
  }
  const isRight = (schema: unknown, given: unknown): boolean => check(schema, given, '').length === 0

  const apply = (schema: Json, keyword: string, bound: unknown, given: unknown, path: string): readonly string[] => {
    const unless = (right: boolean): readonly string[] =>
      right ? [] : [`${path === '' ? '.' : path}: ${keyword} ${JSON.stringify(bound)}`]
    const list = Array.isArray(bound) ? (bound as readonly unknown[]) : []
    if (NOTES.has(keyword)) return []
    switch (keyword) {
      case '$ref':
        return check(resolved(root, String(bound)), given, path)
      case 'type':
        return unless(TYPES[String(bound)]?.(given) === true)
      case 'const':
        return unless(same(bound, given))
      case 'enum':
        return unless(list.some(one => same(one, given)))
      case 'pattern':
        return unless(typeof given !== 'string' || new RegExp(String(bound)).test(given))
      case 'minimum':
        return unless(typeof given !== 'number' || given >= Number(bound))
      case 'maximum':
        return unless(typeof given !== 'number' || given <= Number(bound))
      case 'exclusiveMinimum':
        return unless(typeof given !== 'number' || given > Number(bound))
      case 'minItems':
        return unless(!Array.isArray(given) || given.length >= Number(bound))
      case 'maxItems':
        return unless(!Array.isArray(given) || given.length <= Number(bound))
      case 'items':
        return Array.isArray(given) ? given.flatMap((one, index) => check(bound, one, `${path}[${index}]`)) : []
      case 'required':
        return isObject(given) ? unless(list.every(key => Object.hasOwn(given, String(key)))) : []
      case 'properties':
        return isObject(given) && isObject(bound)
          ? Object.entries(bound).flatMap(([key, one]) =>
              Object.hasOwn(given, key) ? check(one, given[key], `${path}.${key}`) : [],
            )
          : []
      case 'additionalProperties': {
        const known = isObject(schema['properties']) ? schema['properties'] : {}
        return isObject(given) ? unless(Object.keys(given).every(key => Object.hasOwn(known, key))) : []
      }
      case 'allOf':
        return list.flatMap(one => check(one, given, path))
      case 'anyOf':
        return unless(list.some(one => isRight(one, given)))
      case 'if':
        return isRight(bound, given) ? check(schema['then'], given, path) : []
      case 'then':
        return []
      default:
        throw new Error(`${path}: ${keyword} is not known here`)
    }
  }
  return check(root, value, '')
}
