import type { Dropped } from '../../link/link.js'
import type { NetworkAddress } from '../../wire/npci.js'
import { printAddress } from './address.js'
import { lookedAt } from './looked-at.js'
import { apduWords, npduWords, stationWords } from './npdu-words.js'
import { print } from './print.js'

/**
 * A value as people would say it: `I-Am 7 from 02:00:00:00:00:07`, `Who-Is, broadcast`, `dropped, not connected: …` for what
 * goes into links and the network layer and comes out; all else as it is written in programs.
 */
export const describe = (value: unknown): string => lookedAt(() => described(value), undefined) ?? print(value)

const described = (value: unknown): string => {
  if (!isTagged(value)) return print(value)
  switch (value._tag) {
    case 'Npdu':
      if (!(value['npdu'] instanceof Uint8Array)) return print(value)
      return `${npduWords(value['npdu'])}${from(value['source'])}${to(value['destination'])}${options(value['dataOptions'])}`
    case 'Apdu':
      if (!(value['apdu'] instanceof Uint8Array)) return print(value)
      return `${apduWords(value['apdu'])}${from(value['source'])}${to(value['destination'])}${options(value['dataOptions'])}`
    case 'Dropped': {
      const { reason, outbound } = value as unknown as Dropped<unknown>
      return `dropped, ${reason}: ${describe(outbound)}`
    }
    case 'Status':
      return `status ${print(value['status'])}`
    default: {
      const { _tag, ...fields } = value
      return Object.keys(fields).length === 0 ? _tag : `${_tag} ${print(fields)}`
    }
  }
}

type Tagged = Readonly<Record<string, unknown>> & { readonly _tag: string }

const isTagged = (value: unknown): value is Tagged =>
  typeof value === 'object' && value !== null && typeof (value as Tagged)._tag === 'string'

const from = (source: unknown): string => {
  if (typeof source === 'string') return ` from ${printAddress(source)}`
  return typeof source === 'object' && source !== null ? ` from ${stationWords(source)}` : ''
}

/** Where it goes, or how it came. */
const to = (destination: unknown): string => {
  if (destination === 'broadcast') return ', broadcast'
  if (destination === 'unicast' || destination === undefined) return ''
  if (typeof destination === 'string') {
    return /^[0-9a-f]+$/u.test(destination) ? ` to ${printAddress(destination)}` : `, ${destination}`
  }
  if (!isTagged(destination)) return ` to ${print(destination)}`
  switch (destination._tag) {
    case 'GlobalBroadcast':
      return ' to all networks'
    case 'LocalBroadcast':
      return ', broadcast'
    default:
      return ` to ${stationWords(destination as unknown as NetworkAddress)}`
  }
}

const options = (dataOptions: unknown): string =>
  Array.isArray(dataOptions) && dataOptions.length > 0 ? ` with data options ${print(dataOptions)}` : ''
