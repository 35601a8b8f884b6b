import type { ScLinkEvent, ScOutbound } from '../../transport/sc.js'
import { toHex } from '../../values/hex.js'
import { printVmac, type Vmac } from '../../values/vmac.js'
import { errorCodeName } from '../../wire/error-code.js'
import type { Report } from '../output.js'
import { reportCertificate } from './certificate-report.js'
import { dataOptionJson } from './data-options.js'
import { reportHubEvent } from './hub-report.js'
import { unconfirmedText } from './unconfirmed-text.js'

/** A node's event, for programs and for people; `undefined` for one that tells neither of them anything. */
export const reportNodeEvent = (event: ScLinkEvent): Report | undefined => {
  switch (event._tag) {
    case 'Status': {
      const status = event.status.hubConnection
      const vmac = printVmac(event.status.vmac)
      const hub = event.status.hub && printVmac(event.status.hub.vmac)
      return {
        json: { event: 'status', status, vmac, hub },
        text: hub === undefined ? `node ${vmac}: no hub connection` : `node ${vmac}: ${status} hub ${hub}`,
      }
    }
    case 'Npdu': {
      const { destination, via } = event
      const dataOptions = event.dataOptions.map(dataOptionJson)
      const source = printVmac(event.source)
      const npdu = toHex(event.npdu)
      return {
        json: { event: 'npdu', source, destination, via, npdu, ...(dataOptions.length === 0 ? {} : { dataOptions }) },
        text: `${destination} from ${source} via ${via}: ${npdu}`,
      }
    }
    case 'Dropped': {
      const { reason, outbound } = event
      const destination = printDestination(destinationOf(outbound))
      return {
        json: { event: 'dropped', reason, destination },
        text: `not sent to ${destination ?? 'anybody'}: ${reason}`,
      }
    }
    case 'Advertisement': {
      const { hubConnection, acceptsDirectConnections, maxBvlcLength, maxNpduLength } = event.advertisement
      const source = printVmac(event.source)
      return {
        json: {
          event: 'advertisement',
          source,
          status: hubConnection,
          acceptsDirectConnections,
          maxBvlcLength,
          maxNpduLength,
        },
        text: `${source} is on hub '${hubConnection}', takes NPDUs of ${maxNpduLength} octets`,
      }
    }
    case 'Resolved': {
      const vmac = printVmac(event.vmac)
      const { uris, cause } = event
      return cause === undefined
        ? { json: { event: 'resolved', vmac, uris }, text: `${vmac} accepts direct connections at ${uris.join(' ')}` }
        : {
            json: { event: 'resolved', vmac, error: cause.detail, errorCode: cause.errorCode },
            text: `${vmac} was not resolved: ${cause.detail}`,
          }
    }
    case 'PeerResult': {
      const { resultFor, nak } = event.result
      if (nak === undefined) return undefined
      const { errorClass, errorCode, errorDetails: message } = nak
      const source = event.source && printVmac(event.source)
      const outcome = `${errorCodeName(errorCode)} ${message}`.trimEnd()
      return {
        json: { event: 'peer-result', source, resultFor, errorClass, errorCode, message },
        text: `${source ?? 'the hub'} answered function ${resultFor}: ${outcome}`,
      }
    }
    case 'Discarded': {
      const { reason, errorCode } = event
      return { json: { event: 'discarded', reason, errorCode }, text: `discarded: ${reason}` }
    }
    case 'FailedConnection': {
      const { errorCode, detail } = event.cause
      const { uri } = event
      return {
        json: { event: 'failed-connection', uri, errorCode, message: detail },
        text: `no connection to ${uri}: ${errorCodeName(errorCode)}: ${detail}`,
      }
    }
    case 'LostConnection': {
      const { errorCode, detail } = event.cause
      const { uri, tooLong, unconfirmed, hungUp } = event
      return {
        json: { event: 'lost-connection', uri, errorCode, message: detail, tooLong, unconfirmed, hungUp },
        text: `connection to ${uri} ended: ${detail}${unconfirmedText(unconfirmed)}`,
      }
    }
    case 'DirectListening':
      return { json: { event: 'listening', uri: event.uri }, text: `direct connections are accepted at ${event.uri}` }
    case 'Direct': {
      const vmac = printVmac(event.vmac)
      const { state } = event
      const way = state === 'up' ? 'directly' : 'through the hub'
      return { json: { event: 'direct', vmac, state }, text: `${vmac} is reached ${way} from now on` }
    }
    case 'DirectConnected':
    case 'FailedRequest':
    case 'Peers':
      return undefined
    case 'DirectDisconnected': {
      const vmac = printVmac(event.peer.vmac)
      const { errorCode, detail: message } = event.cause
      const { uri, address, unconfirmed } = event
      return {
        json: { event: 'lost-connection', vmac, uri, address, errorCode, message, unconfirmed },
        text: `direct connection with ${vmac} ended: ${message}${unconfirmedText(unconfirmed)}`,
      }
    }
    case 'DirectRefused': {
      const { address, reason, count } = event
      const times = count === 1 ? '' : ` (${count} times)`
      return { json: { event: 'refused', address, reason, count }, text: `refused ${address}: ${reason}${times}` }
    }
    case 'Certificate':
      return reportCertificate(event)
    case 'Hub':
      return reportHubEvent(event.event)
  }
}

const destinationOf = (outbound: ScOutbound): Vmac | 'broadcast' | undefined => {
  switch (outbound._tag) {
    case 'Npdu':
      return outbound.destination
    case 'Solicit':
    case 'Resolve':
      return outbound.to
    case 'ListPeers':
    case 'Reconnect':
      return undefined
  }
}

const printDestination = (destination: Vmac | 'broadcast' | undefined): string | undefined =>
  destination === undefined || destination === 'broadcast' ? destination : printVmac(destination)
