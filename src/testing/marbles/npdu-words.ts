import * as E from 'fp-ts/lib/Either.js'
import { ALL_STATIONS } from '../../values/mac.js'
import type { ApplicationPdu } from '../../wire/apdu.js'
import { decodeApdu } from '../../wire/apdu-decode.js'
import { readError } from '../../wire/bacnet-error.js'
import { readIAm } from '../../wire/i-am.js'
import { ALL_NETWORKS, type NetworkAddress } from '../../wire/npci.js'
import { decodeNpdu } from '../../wire/npdu.js'
import { readWhoIs } from '../../wire/who-is.js'
import { printAddress } from './address.js'
import { print, printOctets } from './print.js'
import { CONFIRMED_SERVICES, UNCONFIRMED_SERVICES } from './services.js'

/** An NPDU as people would say it, such as `Who-Is 1 to 10 to all networks`; its octets in hex where it is none. */
export const npduWords = (npdu: Uint8Array): string => {
  const decoded = decodeNpdu(npdu)
  if (E.isLeft(decoded)) return `octets ${printOctets(npdu)}`
  const { content, destination, source, priority } = decoded.right
  const urgency = priority === 'normal' ? '' : ` (${priority})`
  const from = source === undefined ? '' : ` of ${stationWords(source)}`
  const route = `${from}${destination === undefined ? '' : ` to ${stationWords(destination)}`}`
  if (content._tag === 'Apdu') return `${apduWords(content.apdu)}${route}${urgency}`
  const { _tag, ...fields } = content
  return `${_tag}${Object.keys(fields).length === 0 ? '' : ` ${print(fields)}`}${route}${urgency}`
}

/** An APDU as people would say it; its octets in hex where it is none. */
export const apduWords = (apdu: Uint8Array): string => {
  const decoded = decodeApdu(apdu)
  return E.isLeft(decoded) ? `APDU ${printOctets(apdu)}` : pduWords(decoded.right)
}

const pduWords = (pdu: ApplicationPdu): string => {
  switch (pdu._tag) {
    case 'Unconfirmed-Request': {
      const [whoIs, iAm] = [readWhoIs(pdu), readIAm(pdu)]
      if (whoIs !== undefined) return whoIs.range ? `Who-Is ${whoIs.range.low} to ${whoIs.range.high}` : 'Who-Is'
      if (iAm !== undefined) return `I-Am ${iAm.deviceInstance}`
      return `${serviceName(UNCONFIRMED_SERVICES, pdu.service)}${parametersOf(pdu)}`
    }
    case 'Confirmed-Request':
      return `${confirmed(pdu.service)} ${pdu.invokeId}${parametersOf(pdu)}`
    case 'Simple-ACK':
      return `Simple-ACK of ${confirmed(pdu.service)} ${pdu.invokeId}`
    case 'Complex-ACK':
      return `Complex-ACK of ${confirmed(pdu.service)} ${pdu.invokeId}${parametersOf(pdu)}`
    case 'Segment-ACK':
      return `Segment-ACK ${pdu.invokeId}, segment ${pdu.sequenceNumber}`
    case 'Error': {
      const error = readError(pdu)
      const why = error === undefined ? parametersOf(pdu) : `: class ${error.errorClass}, code ${error.errorCode}`
      return `Error of ${confirmed(pdu.service)} ${pdu.invokeId}${why}`
    }
    case 'Reject':
    case 'Abort':
      return `${pdu._tag} ${pdu.invokeId}, reason ${pdu.reason}`
  }
}

/** `all networks`, `network 5` or `05 on network 5`. */
export const stationWords = ({ network, mac }: Partial<NetworkAddress>): string => {
  if (network === ALL_NETWORKS) return 'all networks'
  const where = network === undefined ? '' : `network ${network}`
  if (mac === undefined || mac === ALL_STATIONS) return where
  return where === '' ? printAddress(mac) : `${printAddress(mac)} on ${where}`
}

const confirmed = (service: number): string => serviceName(CONFIRMED_SERVICES, service)

const serviceName = (names: readonly string[], service: number): string => names[service] ?? `service ${service}`

const parametersOf = ({ parameters }: { readonly parameters: Uint8Array }): string =>
  parameters.length === 0 ? '' : ` with ${printOctets(parameters)}`
