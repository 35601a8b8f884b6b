import type { HubEvent, HubNode, KnownPeer, KnownPeerOptions } from '../../transport/sc.js'
import { printDeviceUuid } from '../../values/device-uuid.js'
import { printVmac } from '../../values/vmac.js'
import type { Report } from '../output.js'
import { reportCertificate } from './certificate-report.js'
import { unconfirmedText } from './unconfirmed-text.js'

/** A hub's event, for programs and for people; `undefined` for one that another event tells as well. */
export const reportHubEvent = (event: HubEvent): Report | undefined => {
  switch (event._tag) {
    case 'Listening': {
      const { uri } = event
      const vmac = printVmac(event.vmac)
      const uuid = printDeviceUuid(event.uuid)
      return {
        json: { event: 'listening', uri, vmac, uuid },
        text: `hub ${vmac} listens at ${uri} (Device UUID ${uuid})`,
      }
    }
    case 'NodeConnected': {
      const { address, hello } = event
      const vmac = printVmac(event.vmac)
      const uuid = printDeviceUuid(event.uuid)
      return {
        json: { event: 'node-connected', vmac, uuid, address, hello },
        text: `node ${vmac} connected from ${address}`,
      }
    }
    case 'NodeDisconnected': {
      const vmac = printVmac(event.vmac)
      const uuid = printDeviceUuid(event.uuid)
      const reason = event.cause.detail
      const { unconfirmed } = event
      return {
        json: { event: 'node-disconnected', vmac, uuid, reason, unconfirmed },
        text: `node ${vmac} disconnected: ${reason}${unconfirmedText(unconfirmed)}`,
      }
    }
    case 'Refused': {
      const { address, reason, count } = event
      const times = count === 1 ? '' : ` (${count} times)`
      return { json: { event: 'refused', address, reason, count }, text: `refused ${address}: ${reason}${times}` }
    }
    case 'FailedRequest':
      return undefined
    case 'Dropped': {
      const { reason, address, count } = event
      const from = event.from && printVmac(event.from)
      const to = event.to && printVmac(event.to)
      const who = `${from === undefined ? '' : ` from ${from}`}${to === undefined ? '' : ` to ${to}`}`
      const at = address === undefined ? '' : ` at ${address}`
      return {
        json: { event: 'dropped', reason, from, to, address, count },
        text: `dropped ${count}${who}${at}: ${reason}`,
      }
    }
    case 'Nodes':
      return {
        json: { event: 'nodes', nodes: event.nodes.map(nodeJson) },
        text: event.nodes.map(({ vmac, address }) => `node ${printVmac(vmac)} from ${address}`).join('\n'),
      }
    case 'NoSuchNode': {
      const message = `no node has VMAC ${printVmac(event.vmac)}`
      return { json: { event: 'error', message }, text: `error: ${message}` }
    }
    case 'Counters':
      return { json: { event: 'stats', ...event.counters }, text: JSON.stringify(event.counters) }
    case 'NodesReconnected': {
      const { count } = event
      return { json: { event: 'reconnected', count }, text: `${count} nodes were sent to connect anew` }
    }
    case 'IdentityPinned': {
      const pin = printKnownPeer(event.pin)
      return { json: { event: 'identity', state: 'pinned', ...pin }, text: `pinned ${Object.values(pin).join(', ')}` }
    }
    case 'IdentityDiffers': {
      const { address, reason } = event
      const vmac = printVmac(event.vmac)
      const uuid = printDeviceUuid(event.uuid)
      return {
        json: { event: 'identity', state: 'differs', vmac, uuid, address, reason },
        text: `node ${vmac} from ${address} would be refused: ${reason}`,
      }
    }
    case 'IdentityPolicy': {
      const { state, message } = event
      return { json: { event: 'identity', state, message }, text: message }
    }
    case 'Pins': {
      const pins = event.pins.map(printKnownPeer)
      return {
        json: { event: 'pins', pins },
        text: pins.map(pin => Object.values(pin).join(', ')).join('\n'),
      }
    }
    case 'Certificate':
      return reportCertificate(event)
  }
}

/** A device that is known, as people write it. */
export const printKnownPeer = ({ vmac, uuid, fingerprint, subject }: KnownPeer): KnownPeerOptions => ({
  ...(vmac === undefined ? {} : { vmac: printVmac(vmac) }),
  ...(uuid === undefined ? {} : { uuid: printDeviceUuid(uuid) }),
  ...(fingerprint === undefined ? {} : { fingerprint }),
  ...(subject === undefined ? {} : { subject }),
})

const nodeJson = (node: HubNode): Readonly<Record<string, unknown>> => ({
  ...node,
  vmac: printVmac(node.vmac),
  uuid: printDeviceUuid(node.uuid),
  connectedAt: new Date(node.connectedAt).toISOString(),
})
