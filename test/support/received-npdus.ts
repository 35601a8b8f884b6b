import type { DecodedNpdu } from '../../src/network/application/decode-npdus.js'
import type { ReceivedNpdu } from '../../src/link/link.js'
import type { Mac } from '../../src/values/mac.js'
import { decodeNpdu } from '../../src/wire/npdu.js'
import { right } from './right.js'
import { fromHex } from './vectors.js'
import { macOf } from './mac.js'

/** An NPDU from a station of a network without a kind. */
export const received = (hex: string, rest: Partial<ReceivedNpdu<Mac>> = {}): ReceivedNpdu<Mac> => ({
  _tag: 'Npdu',
  npdu: fromHex(hex),
  source: macOf('0000000000aa'),
  destination: 'unicast',
  via: 'a test',
  dataOptions: [],
  ...rest,
})

/** The same, decoded. */
export const receivedAndDecoded = (hex: string, rest: Partial<ReceivedNpdu<Mac>> = {}): DecodedNpdu<Mac> => {
  const npdu = received(hex, rest)
  return { ...npdu, decoded: right(decodeNpdu(npdu.npdu)) }
}
