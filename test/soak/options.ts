import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

/** How a soak is run. */
export interface SoakOptions {
  readonly minutes: number
  readonly nodes: number
  readonly seed: number
  /** Nothing goes wrong. */
  readonly calm: boolean
}

/** What `--help` prints. */
export const USAGE = `npm run soak -- [options]
  --minutes N  how long it lasts (default 10)
  --nodes N    BACnet/SC nodes, from 2 to 1000 (default 200)
  --seed N     of everything that is drawn: faults, traffic, lengths (default: random, and printed)
  --calm       without faults, to see what memory does by itself
Ends with 1 when an NPDU is lost without a word, comes twice, changed, from a false source or to somebody it is not for;
when memory grows; when a process misbehaves or leaves something open.`

/** Reads the command line; `undefined` asks for help. Throws on what it does not know. */
export const readOptions = (args: readonly string[]): SoakOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      nodes: { type: 'string', default: '200' },
      seed: { type: 'string' },
      calm: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const minutes = Number(values.minutes)
  if (!(minutes >= 0.5 && minutes <= 10_000)) throw new Error(`--minutes ${values.minutes} is not from 0.5 to 10000`)
  const whole = (name: string, text: string, least: number, most: number): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new Error(`--${name} ${text} is not a whole number from ${least} to ${most}`)
    }
    return value
  }
  const seed = values.seed === undefined ? randomInt(2 ** 31) : whole('seed', values.seed, 0, 2 ** 32 - 1)
  return { minutes, nodes: whole('nodes', values.nodes, 2, 1000), seed, calm: values.calm }
}
