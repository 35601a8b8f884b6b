import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { fromHex, toHex } from '../../values/hex.js'
import { dataOption, NO_OPTIONS, OptionType, unsendable, type HeaderOption } from '../../wire/header-option.js'

/** A data option in commands and reports: `{"type":1,"everySegment":true,"data":"hex"}`; no `data` for no header data. */
export interface DataOptionJson {
  readonly type: number
  readonly everySegment: boolean
  readonly data?: string
}

/** As a report shows it. */
export const dataOptionJson = ({ type, mustUnderstand, data }: HeaderOption): DataOptionJson => ({
  type,
  everySegment: mustUnderstand,
  ...(data === undefined ? {} : { data: toHex(data) }),
})

/** Data options as a command gives them; none when they are left out. */
export const DataOptionsFromJson: t.Type<readonly HeaderOption[], readonly DataOptionJson[]> = new t.Type(
  'DataOptions',
  (value): value is readonly HeaderOption[] => Array.isArray(value),
  (value, context) => {
    const read = readOptions(value)
    return E.isLeft(read) ? t.failure(value, context, read.left) : t.success(read.right)
  },
  options => options.map(dataOptionJson),
)

const readOptions = (value: unknown): E.Either<string, readonly HeaderOption[]> => {
  if (value === undefined) return E.right(NO_OPTIONS)
  if (!Array.isArray(value)) return E.left('must be a list')
  const options: HeaderOption[] = []
  for (const item of value as readonly unknown[]) {
    const option = readOption(item)
    if (E.isLeft(option)) return option
    options.push(option.right)
  }
  const fault = unsendable(options, 'data')
  return fault === undefined ? E.right(options) : E.left(fault)
}

const readOption = (value: unknown): E.Either<string, HeaderOption> => {
  if (typeof value !== 'object' || value === null) return E.left('must be a list of objects')
  const { type, everySegment, data, ...others } = value as Readonly<Record<string, unknown>>
  const unknown = Object.keys(others)[0]
  if (unknown !== undefined) return E.left(`a data option has no "${unknown}"`)
  if (typeof type !== 'number') return E.left('a data option has a "type", which is a number')
  if (everySegment !== undefined && typeof everySegment !== 'boolean') {
    return E.left('"everySegment" is true or false')
  }
  if (data !== undefined && typeof data !== 'string') return E.left('"data" is hex')
  const octets = data === undefined ? E.right(undefined) : fromHex(data)
  if (E.isLeft(octets)) return octets
  return E.right(
    dataOption({ type, everySegment: everySegment ?? type === OptionType.SECURE_PATH, data: octets.right }),
  )
}
