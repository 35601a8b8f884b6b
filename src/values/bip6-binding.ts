import * as E from 'fp-ts/lib/Either.js'
import { isMulticast, parseBip6Address, type Bip6Address } from './bip6-address.js'

/**
 * Reads what a port is bound to: one address of this host or `[::]` for all of them, and a port, or 0 for one that is
 * free; `port` is for text without one.
 */
export const parseBind6 = (text: string, port?: number): E.Either<string, Bip6Address> => {
  const address = parseBip6Address(text, port)
  return E.isRight(address) && isMulticast(address.right)
    ? E.left(`'${text}' cannot be the address of a host`)
    : address
}
