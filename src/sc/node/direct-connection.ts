import type { PeerIdentity } from '../../wire/bvlc-sc.js'
import type { DirectLine } from './direct-line.js'
import type { DirectConnection } from './direct-table.js'
import type { PeerTable } from './peer-table.js'

/** What the line to that peer has become, entered among the connections of the node. */
export const directConnection = (
  { far, send, end }: DirectLine,
  peer: PeerIdentity,
  connections: PeerTable,
  now: number,
): DirectConnection => {
  const uri = far._tag === 'Dialled' ? far.uri : undefined
  const address = far._tag === 'Accepted' ? far.address : undefined
  const entry = connections.enter({ ...peer, role: 'direct', uri, address, connectedAt: now })
  const disconnect = (): void => {
    connections.leave(entry)
    end()
  }
  return { peer, uri, address, entry, lastUsed: now, send, disconnect }
}
