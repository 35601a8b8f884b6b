import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { textCodec } from '../../values/text-codec.js'
import { BROADCAST_VMAC, isReservedVmac, parseDeviceVmac, parseVmac, printVmac, type Vmac } from '../../values/vmac.js'

/** Some station's VMAC. */
export const StationFromText: t.Type<Vmac, string> = textCodec('VMAC', parseDeviceVmac, printVmac)

/** Some station, or all of them: a VMAC or `broadcast`. */
export const DestinationFromText: t.Type<Vmac | 'broadcast', string> = textCodec<Vmac | 'broadcast'>(
  'VMAC',
  text => {
    if (text === 'broadcast') return E.right('broadcast')
    const vmac = parseVmac(text)
    if (E.isLeft(vmac)) return vmac
    if (vmac.right === BROADCAST_VMAC) return E.right('broadcast')
    return isReservedVmac(vmac.right) ? E.left(`'${text}' is a reserved VMAC`) : vmac
  },
  to => (to === 'broadcast' ? to : printVmac(to)),
)
