import type { HubEvent, NetworkPort } from '../../transport/sc.js'
import { printDeviceUuid } from '../../values/device-uuid.js'
import { printVmac } from '../../values/vmac.js'
import type { Report } from '../output.js'
import { networkPortJson } from './network-port-report.js'

/** What a hub says about itself when it listens. */
export type HubListening = HubEvent & { readonly _tag: 'Listening' }

/** All that a hub can say about itself, for programs and for people; its counters and nodes are asked for by themselves. */
export const reportHubState = (listening: HubListening | undefined, port: NetworkPort | undefined): Report => {
  const vmac = listening && printVmac(listening.vmac)
  const uuid = listening && printDeviceUuid(listening.uuid)
  return {
    json: { event: 'state', vmac, uuid, networkPort: port && networkPortJson(port) },
    text: `${vmac ?? 'no VMAC'}: ${listening === undefined ? 'does not listen yet' : `listens at ${listening.uri}`}`,
  }
}
