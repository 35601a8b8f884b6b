import * as E from 'fp-ts/lib/Either.js'
import { parseStation, printBipAddress } from '../values/bip-address.js'
import { parseBroadcastMask, printBroadcastMask, TWO_HOP_MASK } from '../values/broadcast-mask.js'
import type { BdtEntry } from '../wire/bvll.js'

/** Reads `10.0.1.5:47808/255.255.255.0`; the mask is all ones where none is given. */
export const parseBdtEntry = (text: string): E.Either<string, BdtEntry> => {
  const [station = '', ...masks] = text.split('/')
  const address = parseStation(station)
  if (E.isLeft(address)) return address
  const [mask] = masks
  if (mask === undefined) return E.right({ address: address.right, mask: TWO_HOP_MASK })
  if (masks.length > 1) return E.left(`'${text}' has more than one mask`)
  const read = parseBroadcastMask(mask)
  return E.isLeft(read) ? read : E.right({ address: address.right, mask: read.right })
}

/** A row of a broadcast distribution table as `10.0.1.5:47808/255.255.255.0`, without a mask of all ones. */
export const printBdtEntry = ({ address, mask }: BdtEntry): string =>
  mask === TWO_HOP_MASK ? printBipAddress(address) : `${printBipAddress(address)}/${printBroadcastMask(mask)}`
