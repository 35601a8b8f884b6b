import { whyNoStations } from './udp-stations.js'

/** Why there can be no B/IPv6 ports in network namespaces here, if so. */
export const whyNoIp6: string | undefined = await whyNoStations(true)

/** What a test says of itself where it is skipped for that. */
export const skippedIp6: string = whyNoIp6 === undefined ? '' : ` (skipped: ${whyNoIp6})`
