/** A host: its name or, where nobody has given it one, a symbol of its own. */
export type HostKey = string | symbol

/** The hosts of a virtual internet, each with its name and its addresses. They are there as soon as a port says so. */
export interface VirtualHosts<Ip> {
  /** The name of the host that has an address. */
  readonly nameOf: (ip: Ip) => string
  /** A host has that address from now on. */
  readonly note: (host: HostKey, ip: Ip) => void
  /** A host has another address in the place of one of its own. */
  readonly move: (from: Ip, to: Ip) => void
  /** The first address of a host, which gets the next that is free when it has none. */
  readonly addressOf: (host: HostKey) => Ip
}

/** Where addresses and names come from that nobody has said. */
export interface VirtualHostsOptions<Ip> {
  /** The name of a host that was given none. */
  readonly nameOf: (ip: Ip) => string
  /** The address of the host of that number, from 1 on. Throws when there are not as many. */
  readonly nth: (number: number) => Ip
  /** Whether somebody has an address already. */
  readonly isTaken: (ip: Ip) => boolean
}

/** No hosts at first. */
export const virtualHosts = <Ip>({ nameOf, nth, isTaken }: VirtualHostsOptions<Ip>): VirtualHosts<Ip> => {
  const hosts = new Map<Ip, HostKey>()
  const addresses = new Map<HostKey, Ip>()
  let drawn = 0

  const note = (host: HostKey, ip: Ip): void => {
    hosts.set(ip, host)
    if (!addresses.has(host)) addresses.set(host, ip)
  }

  const next = (): Ip => {
    let ip = nth(++drawn)
    while (hosts.has(ip) || isTaken(ip)) ip = nth(++drawn)
    return ip
  }

  return {
    nameOf: ip => {
      const host = hosts.get(ip)
      return typeof host === 'string' ? host : nameOf(ip)
    },
    note,
    move: (from, to) => {
      const host = hosts.get(from)
      if (host === undefined || from === to) return
      hosts.delete(from)
      if (addresses.get(host) === from) addresses.delete(host)
      note(host, to)
    },
    addressOf: host => {
      const ip = addresses.get(host) ?? next()
      note(host, ip)
      return ip
    },
  }
}
