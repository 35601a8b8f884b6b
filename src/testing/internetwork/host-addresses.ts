import { IPV4, IPV6, type AddressFamily } from './address-family.js'

/** Which host is at which address. */
export interface HostAddresses {
  /** A port of a host, made anew where the host has another address by then. */
  readonly settle: <Options extends { readonly bind: string }, Port>(
    family: AddressFamily,
    host: string,
    options: Options,
    portAt: (options: Options) => Port,
  ) => () => Port
  /** Gives a host another address. Throws an Error where it has not exactly one of that family, or another host has that. */
  readonly move: (host: string, to: string) => { readonly from: string; readonly family: AddressFamily }
}

/** An address of a host, at this moment. */
interface Place {
  readonly host: string
  readonly family: AddressFamily
  address: string
}

/** No host has an address at first. */
export const hostAddresses = (): HostAddresses => {
  const places = new Map<string, Place>()

  return {
    settle: (family, host, options, portAt) => {
      const address = family.hostIn(options.bind)
      // On all addresses, it is wherever its host is.
      if (address === family.any) {
        const port = portAt(options)
        return () => port
      }
      const known = places.get(address)
      const place = known?.host === host ? known : { host, family, address }
      places.set(address, place)
      let made = { address, port: portAt(options) }
      return () => {
        if (place.address !== made.address) {
          const bind = family.at(options.bind, place.address)
          made = { address: place.address, port: portAt({ ...options, bind }) }
        }
        return made.port
      }
    },

    move: (host, to) => {
      const family = to.includes(':') ? IPV6 : IPV4
      const address = family.spelled(to)
      const own = [...places.values()].filter(place => place.host === host && place.family === family)
      const [place] = own
      if (place === undefined || own.length > 1) {
        throw new Error(`'${host}' has ${own.length} addresses of ${family.name}, so that none can be said to move`)
      }
      const other = places.get(address)
      if (other !== undefined && other !== place) throw new Error(`${address} is the address of '${other.host}'`)
      const from = place.address
      places.delete(from)
      place.address = address
      places.set(address, place)
      return { from, family }
    },
  }
}
