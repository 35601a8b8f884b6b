import { validImpairment } from '../paths/impairment.js'
import type { Fault } from './fault.js'

/** What each fault has to say: whom it is of. */
const SAID_BY: Readonly<Record<Fault['_tag'], readonly string[]>> = {
  Partition: ['ones'],
  Block: ['from', 'to'],
  Impair: ['from', 'to'],
  Refuse: ['hosts'],
  Hang: ['hosts'],
  Cut: ['hosts'],
  Mute: ['hosts'],
  Fill: ['hubs'],
  Kill: ['hosts'],
  PowerOff: ['hosts'],
  Rebind: ['nat'],
  Move: ['host', 'to'],
}

/** Faults that are of one only: each host that moves has an address of its own. */
const OF_ONE: ReadonlySet<Fault['_tag']> = new Set(['Rebind', 'Move'])

/**
 * A fault, once it is known to be one. Whether its hosts are there is known only when it happens.
 *
 * @throws Error for what is no fault, one that does not say whom it is of or is of nobody, one of several where it can be
 * of one only, and an impairment that is none.
 */
export const validFault = (fault: Fault): Fault => {
  const { _tag } = fault
  const fields = Object.entries(SAID_BY).find(([name]) => name === _tag)?.[1]
  if (fields === undefined) throw new Error(`'${_tag}' is no fault; there are ${Object.keys(SAID_BY).join(', ')}`)
  const said = new Map(Object.entries<unknown>(fault))
  const unsaid = fields.find(field => said.get(field) === undefined)
  if (unsaid !== undefined) throw new Error(`a ${_tag} does not say ${unsaid}`)
  const check = OF_ONE.has(_tag) ? checkOne : checkSome
  for (const field of said.get('others') === undefined ? fields : [...fields, 'others']) {
    check(`the ${field} of a ${_tag}`, said.get(field))
  }
  if (_tag === 'Impair') validImpairment(fault.impairment)
  return fault
}

const checkOne = (what: string, value: unknown): void => {
  if (!isName(value) || value === '*') throw new Error(`${what} is one name, not ${JSON.stringify(value)}`)
}

const checkSome = (what: string, value: unknown): void => {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (names.length === 0) throw new Error(`${what} are none, so that nothing would happen`)
  if (!names.every(isName)) throw new Error(`${what} are names, not ${JSON.stringify(value)}`)
}

const isName = (value: unknown): boolean => typeof value === 'string'
