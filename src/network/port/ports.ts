import type { RunningPort } from './running-port.js'

/** The ports of a node. */
export interface Ports {
  readonly named: (name: string) => RunningPort | undefined
  readonly all: () => Iterable<RunningPort>
  readonly size: () => number
  readonly add: (port: RunningPort) => void
  readonly remove: (port: RunningPort) => void
  /** The lowest port id that is free; `undefined` when none is. */
  readonly freeId: () => number | undefined
}

/** The most ports of a node, as a port id has one octet, and 0 is none. */
export const MAX_PORTS = 255

/** No port so far. */
export const ports = (): Ports => {
  const byName = new Map<string, RunningPort>()
  return {
    named: name => byName.get(name),
    all: () => byName.values(),
    size: () => byName.size,
    add: port => {
      byName.set(port.name, port)
    },
    remove: port => {
      byName.delete(port.name)
    },
    freeId: () => {
      const taken = new Set([...byName.values()].map(({ id }) => id))
      for (let id = 1; id <= MAX_PORTS; id++) if (!taken.has(id)) return id
      return undefined
    },
  }
}
