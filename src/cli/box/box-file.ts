import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { reasonOf, UsageError } from '../usage.js'

/** The longest file that is read, in octets: 255 ports with tables of their own are a tenth of it. */
const MAX_LENGTH = 1 << 22

/** A JSON file, and the folder that its paths count from. */
export interface BoxFile {
  readonly json: unknown
  readonly folder: string
}

/** Reads it, with or without a byte order mark; throws a {@link UsageError}. */
export const readBoxFile = (file: string): BoxFile => {
  try {
    const { size } = statSync(file)
    if (size > MAX_LENGTH) throw new UsageError(`is ${size} octets long, of which at most ${MAX_LENGTH} are read`)
    const json: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
    return { json, folder: dirname(file) }
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`)
  }
}
