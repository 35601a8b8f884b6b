import type { Fault } from '../../../src/testing/index.js'

/** The hosts that a fault names; nothing where it concerns all. */
export const namedIn = (fault: Fault): readonly string[] | undefined => {
  const names = fault._tag === 'Partition' ? fault.ones : 'hosts' in fault ? fault.hosts : '*'
  if (names === '*') return undefined
  return typeof names === 'string' ? [names] : names
}
