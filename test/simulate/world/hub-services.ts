import type { Happening } from './fact.js'

/** Which nodes hubs have, by who they are: their VMACs may change. */
export interface HubServices {
  readonly connected: (hub: string, uuid: string) => void
  readonly disconnected: (hub: string, uuid: string) => void
  /** A hub has gone down, and tells nothing more. */
  readonly ended: (hub: string) => void
}

/** Tells when a hub has a node, and when no more: it may have a new connection of a node before the end of the old one. */
export const hubServices = (
  hostOf: (uuid: string) => string | undefined,
  tell: (happening: Happening) => void,
): HubServices => {
  const connections = new Map<string, Map<string, number>>()

  const count = (hub: string, uuid: string, change: number): void => {
    const node = hostOf(uuid)
    if (node === undefined) return
    const nodes = connections.get(hub) ?? new Map<string, number>()
    connections.set(hub, nodes)
    const before = nodes.get(node) ?? 0
    nodes.set(node, before + change)
    if (before > 0 !== before + change > 0) tell({ _tag: 'Serves', hub, node, isServed: change > 0 })
  }

  return {
    connected: (hub, uuid) => count(hub, uuid, 1),
    disconnected: (hub, uuid) => count(hub, uuid, -1),
    ended: hub => {
      for (const [node, times] of connections.get(hub) ?? []) {
        if (times > 0) tell({ _tag: 'Serves', hub, node, isServed: false })
      }
      connections.delete(hub)
    },
  }
}
