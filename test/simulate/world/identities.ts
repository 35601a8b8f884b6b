import { randomDeviceUuid } from '../../../src/values/device-uuid.js'
import type { Random } from '../../../src/values/random.js'

/** Who is who on BACnet/SC: VMACs may change, and two may have one; Device UUIDs do not. */
export interface Identities {
  /** Draws a Device UUID for a node. */
  readonly uuidFor: (host: string) => string
  /** Who has a Device UUID. */
  readonly hostOf: (uuid: string) => string | undefined
}

/** Nobody at first. */
export const identities = (random: Random): Identities => {
  const hosts = new Map<string, string>()
  return {
    uuidFor: host => {
      const uuid = randomDeviceUuid(random)
      hosts.set(uuid, host)
      return uuid
    },
    hostOf: uuid => hosts.get(uuid),
  }
}
