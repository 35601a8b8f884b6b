import type { Mac } from '../../values/mac.js'
import type { RunningPort } from './running-port.js'

/** How ports stand, as others know it. */
export interface PortStandings {
  readonly changed: (port: RunningPort) => void
  readonly removed: (port: RunningPort) => void
}

/** What is done about changes. */
export interface PortStandingsOptions {
  /** Its network has come, or has gone. */
  readonly came: (port: RunningPort) => void
  /** A network has come, or a port has another address: others must hear of it. */
  readonly announce: () => void
}

/** Tells apart what has changed: whether the network of a port is there, or only the address that the port has in it. */
export const portStandings = ({ came, announce }: PortStandingsOptions): PortStandings => {
  const up = new Map<RunningPort, Mac | undefined>()
  return {
    changed: port => {
      const wasUp = up.has(port)
      const isMoved = wasUp && up.get(port) !== port.mac
      if (port.isUp) up.set(port, port.mac)
      else up.delete(port)
      if (port.isUp !== wasUp) came(port)
      if (port.isUp && (isMoved || !wasUp)) announce()
    },
    removed: port => {
      up.delete(port)
    },
  }
}
