import type { Hosts } from '../paths/hosts.js'
import type { Fault } from './fault.js'

/** The names that faults can be of. */
export interface KnownHosts {
  /** A host that something is made on. */
  readonly host: (name: string) => void
  /** A host that a hub is made on. */
  readonly hub: (name: string) => void
  /** The hub function of a device: a host of its own on the paths, whose power is that of the device. */
  readonly hubFunction: (name: string) => void
  /** An address at which WebSockets are accepted, which faults of WebSockets can be of. */
  readonly address: (name: string) => void
  readonly nat: (name: string) => void
  /** The hosts meant, of those that can lose their power. */
  readonly powered: (hosts: Hosts) => readonly string[]
  /** Throws an Error for a fault of a name that is not known: it would do nothing, and the test would pass. */
  readonly check: (fault: Fault) => void
}

/** Names that faults can be of; none at first. */
export const knownHosts = (): KnownHosts => {
  const powered = new Set<string>()
  const onPaths = new Set<string>()
  const accepting = new Set<string>()
  const hubs = new Set<string>()
  const nats = new Set<string>()

  const check = (known: ReadonlySet<string>, names: readonly string[], kind = 'host'): void => {
    const unknown = names.filter(name => !known.has(name))
    if (unknown.length === 0) return
    const there = known.size === 0 ? 'is none' : `are ${quoted([...known])}`
    throw new Error(`a fault of ${quoted(unknown)}, where no such ${kind} is; there ${there}`)
  }

  /** Of a fault that happens to those that are there. */
  const checkThose = (known: ReadonlySet<string>, hosts: Hosts, kind = 'host'): void => {
    if (hosts === '*' && known.size === 0) throw new Error(`a fault of every ${kind}, where there is none`)
    check(known, namesOf(hosts), kind)
  }

  const addTo = (sets: readonly Set<string>[], name: string): void => {
    for (const all of sets) all.add(name)
  }

  return {
    host: name => addTo([powered, onPaths, accepting], name),
    hub: name => addTo([powered, onPaths, accepting, hubs], name),
    hubFunction: name => addTo([onPaths, accepting, hubs], name),
    address: name => addTo([accepting], name),
    nat: name => addTo([nats], name),
    powered: hosts => (hosts === '*' ? [...powered] : namesOf(hosts)),
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
          checkThose(accepting, fault.hosts)
          break
        case 'Fill':
          checkThose(hubs, fault.hubs, 'hub')
          break
        case 'Kill':
        case 'PowerOff':
          checkThose(powered, fault.hosts)
          break
        case 'Rebind':
          check(nats, [fault.nat], 'NAT')
          break
        case 'Move':
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
