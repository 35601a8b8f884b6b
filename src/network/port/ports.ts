import type { RunningPort } from './running-port.js'

/** The ports of a node. */
export interface Ports {
  readonly named: (name: string) => RunningPort | undefined
  /** The one that has been there for the longest time. */
  readonly first: () => RunningPort | undefined
  readonly all: () => Iterable<RunningPort>
  readonly size: () => number
  /** Whether something leaves through it: it is up and, of a router, the number of its network is known. */
  readonly isOpen: (port: RunningPort) => boolean
  /** Those that something leaves through. */
  readonly open: () => readonly RunningPort[]
  /** The others of these that may have what comes in through this one. */
  readonly onward: (from: RunningPort) => readonly RunningPort[]
  /** The others of these whose stations may reach what is behind this one. */
  readonly backward: (to: RunningPort) => readonly RunningPort[]
  readonly mayPass: (from: string, to: string) => boolean
  readonly add: (port: RunningPort) => void
  readonly remove: (port: RunningPort) => void
  /** The lowest port id that is free; `undefined` when none is. */
  readonly freeId: () => number | undefined
}

/** The most ports of a node, as a port id has one octet, and 0 is none. */
export const MAX_PORTS = 255

/** What is to be known of the ports of a node. */
export interface PortsOptions {
  /** A router says and carries on nothing through a port before the number of its network is known. */
  readonly isRouter: boolean
  /** Whether anything goes from one port to another, by their names. */
  readonly mayPass: (from: string, to: string) => boolean
}

/** No port so far. */
export const ports = ({ isRouter, mayPass }: PortsOptions): Ports => {
  const byName = new Map<string, RunningPort>()
  const isOpen = ({ isUp, network }: RunningPort): boolean => isUp && (!isRouter || network !== undefined)
  const open = (): readonly RunningPort[] => [...byName.values()].filter(isOpen)
  const others = (port: RunningPort, isWanted: (other: RunningPort) => boolean): readonly RunningPort[] =>
    open().filter(other => other !== port && isWanted(other))
  let first: RunningPort | undefined
  return {
    named: name => byName.get(name),
    first: () => first,
    all: () => byName.values(),
    size: () => byName.size,
    isOpen,
    open,
    onward: from => others(from, ({ name }) => mayPass(from.name, name)),
    backward: to => others(to, ({ name }) => mayPass(name, to.name)),
    mayPass,
    add: port => {
      byName.set(port.name, port)
      first ??= port
    },
    remove: port => {
      byName.delete(port.name)
      if (first === port) [first] = byName.values()
    },
    freeId: () => {
      const taken = new Set([...byName.values()].map(({ id }) => id))
      for (let id = 1; id <= MAX_PORTS; id++) if (!taken.has(id)) return id
      return undefined
    },
  }
}
