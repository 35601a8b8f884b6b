import type { Hosts } from '../paths/paths.js'
import type { Fault } from './fault.js'

/** The names that faults can be of. */
export interface KnownHosts {
  /** A host that something is made on. */
  readonly host: (name: string) => void
  /** The hub function of a device: a host of its own on the paths, whose power is that of the device. */
  readonly hubFunction: (name: string) => void
  /** An address at which WebSockets are accepted, which faults of WebSockets can be of. */
  readonly address: (name: string) => void
  /** Throws an Error for a fault of a name that is not known: it would do nothing, and the test would pass. */
  readonly check: (fault: Fault) => void
}

/** Names that faults can be of; none at first. */
export const knownHosts = (): KnownHosts => {
  const powered = new Set<string>()
  const onPaths = new Set<string>()
  const accepting = new Set<string>()

  const check = (known: ReadonlySet<string>, names: readonly string[]): void => {
    const unknown = names.filter(name => !known.has(name))
    if (unknown.length === 0) return
    const there = known.size === 0 ? 'is none' : `are ${quoted([...known])}`
    throw new Error(`a fault of ${quoted(unknown)}, where no such host is; there ${there}`)
  }

  return {
    host: name => {
      for (const all of [powered, onPaths, accepting]) all.add(name)
    },
    hubFunction: name => {
      for (const all of [onPaths, accepting]) all.add(name)
    },
    address: name => void accepting.add(name),
    check: fault => {
      switch (fault._tag) {
        case 'Partition':
          check(onPaths, [...namesOf(fault.ones), ...namesOf(fault.others ?? [])])
          break
        case 'Block':
        case 'Impair':
          check(onPaths, [...namesOf(fault.from), ...namesOf(fault.to)])
          break
        case 'Refuse':
        case 'Hang':
        case 'Cut':
        case 'Mute':
          check(accepting, [fault.host])
          break
        case 'Kill':
        case 'PowerOff':
          check(powered, [fault.host])
          break
      }
    },
  }
}

const namesOf = (hosts: Hosts): readonly string[] => {
  if (hosts === '*') return []
  return typeof hosts === 'string' ? [hosts] : hosts
}

/** A thousand names would hide the one that is wrong. */
const MOST_NAMED = 20

const quoted = (names: readonly string[]): string =>
  names
    .slice(0, MOST_NAMED)
    .map(name => `'${name}'`)
    .join(', ') + (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '')
