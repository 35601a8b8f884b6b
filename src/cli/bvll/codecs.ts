import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { MAX_TABLE_ROWS } from '../../transport/ip-bounds.js'
import { textCodec, type TextParser } from '../../values/text-codec.js'
import { countFromText, inJson, type OptionCodec } from '../option-codecs.js'

/** Time to live of a registration, in seconds. */
export const TtlFromText: OptionCodec<number> = countFromText('whole number of seconds', 1, 0xffff)

/** The same in JSON, as a number. */
export const TtlFromJson: t.Type<number, unknown> = new t.Type<number, unknown>(
  'TTL',
  (value): value is number => typeof value === 'number',
  (input, context) =>
    typeof input === 'number' && Number.isInteger(input) && input >= 1 && input <= 0xffff
      ? t.success(input)
      : t.failure(input, context, `${JSON.stringify(input)} is not a whole number of seconds from 1 to 65535`),
  value => value,
)

const ForeignCountFromText = countFromText('number of foreign devices', 0, MAX_TABLE_ROWS)

/** How many foreign devices are taken: `yes`, which is the usual number, `no` or a number. */
export const acceptFromText = (usual: number): OptionCodec<number> => {
  const words = new Map([
    ['yes', usual],
    ['true', usual],
    ['no', 0],
    ['false', 0],
  ])
  const codec = textCodec<number>(
    'number of foreign devices',
    text => {
      const count = words.get(text.toLowerCase())
      if (count !== undefined) return E.right(count)
      const given = ForeignCountFromText.decode(text)
      return E.isRight(given) ? given : E.left(`'${text}' is neither yes nor no nor a number up to ${MAX_TABLE_ROWS}`)
    },
    String,
  )
  return inJson(codec, {
    anyOf: [{ enum: ['yes', 'no'] }, { type: 'boolean' }, { type: 'integer', minimum: 0, maximum: MAX_TABLE_ROWS }],
  })
}

/** What a port can be asked to be, by the names of the flags. */
export type RoleName = 'node' | 'foreign' | 'bbmd'

const ROLES: readonly RoleName[] = ['node', 'foreign', 'bbmd']

/** What a port can be asked to be. */
export const RoleFromText: t.Type<RoleName, string> = textCodec<RoleName>(
  'role',
  text => {
    const role = ROLES.find(name => name === text)
    return role === undefined ? E.left('there are node, foreign and bbmd') : E.right(role)
  },
  String,
)

/** Some station, or all of them, as `broadcast`. */
export const destinationFromText = <Mac extends string>(
  name: string,
  parse: TextParser<Mac>,
  print: (mac: Mac) => string,
): t.Type<Mac | 'broadcast', string> =>
  textCodec<Mac | 'broadcast'>(
    name,
    text => (text === 'broadcast' ? E.right(text) : parse(text)),
    to => (to === 'broadcast' ? to : print(to)),
  )

/** How the rows of a table are read. */
export interface RowReading<Row> {
  /** The text of a row in JSON; `undefined` when it has none. */
  readonly textOf: (value: unknown) => string | undefined
  /** What a row without text should have been. */
  readonly wanted: string
  readonly parse: TextParser<Row>
  readonly print: (row: Row) => string
}

/** A broadcast distribution table in JSON, of so many rows at most. */
export const rowsFromJson = <Row>(
  most: number,
  { textOf, wanted, parse, print }: RowReading<Row>,
): t.Type<readonly Row[], unknown> =>
  new t.Type<readonly Row[], unknown>(
    'BDT',
    (value): value is readonly Row[] => Array.isArray(value),
    (input, context) => {
      if (!Array.isArray(input)) return t.failure(input, context, 'must be a list')
      if (input.length > most) return t.failure(input, context, `there are more than ${most}`)
      const rows: Row[] = []
      for (const [index, value] of input.entries()) {
        const text = textOf(value)
        const row = text === undefined ? E.left(`must be ${wanted}`) : parse(text)
        if (E.isLeft(row)) return t.failure(input, context, `[${index}]: ${row.left}`)
        rows.push(row.right)
      }
      return t.success(rows)
    },
    rows => rows.map(print),
  )
