import { answerParent } from '../child.js'
import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { boundSocket, endpointOf } from './bound-socket.js'
import { npdu, type Traffic } from './traffic.js'
import { wireOf, type AnnexName } from './wire.js'

interface Crew {
  readonly run: (count: number) => Promise<number>
}

interface Enlist {
  readonly crew: string
  readonly annex: AnnexName
  readonly traffic: Traffic
  readonly to: Endpoint
}

const SMALL_BUFFER = 1 << 16
const crews = new Map<string, Crew>()
const tellers = new Map<string, { readonly endpoint: Endpoint; onAcknowledged: () => void }>()

/** Stations that send datagrams, a burst at a time. One that got lost makes a run fail. */
const enlist = async ({ crew, annex, traffic: { kind, peers, burst }, to }: Enlist): Promise<void> => {
  const teller = tellers.get(crew)
  if (teller === undefined) throw new Error(`nobody can be told by '${crew}'`)
  const { socket: type, peerHost, load } = wireOf(annex)
  const sockets = await Promise.all(
    Array.from({ length: peers }, (_, peer) =>
      boundSocket({ type, host: peerHost(peer), recvBufferSize: SMALL_BUFFER }),
    ),
  )
  const payload = npdu()
  const datagrams = sockets.map((_, peer) => load(kind, peer, payload))
  const say = (peer: number): void => sockets[peer]?.send(datagrams[peer] as Uint8Array, to.port, to.host)
  const run = (wanted: number): Promise<number> =>
    new Promise(resolve => {
      const bursts = Math.ceil(wanted / burst)
      let over = -1
      teller.onAcknowledged = () => {
        if (++over === bursts) resolve(bursts * burst)
        else for (let each = 0; each < burst; each++) say(each % peers)
      }
      teller.onAcknowledged()
    })
  crews.set(crew, { run })
}

const calls = {
  /** Opens a socket on which a crew is told when a burst has arrived. */
  teller: async ({ crew, annex }: { crew: string; annex: AnnexName }): Promise<Endpoint> => {
    const { socket: type, tellerHost } = wireOf(annex)
    const socket = await boundSocket({ type, host: tellerHost, recvBufferSize: SMALL_BUFFER })
    const teller = { endpoint: endpointOf(socket), onAcknowledged: () => undefined }
    tellers.set(crew, teller)
    socket.on('message', () => teller.onAcknowledged())
    return teller.endpoint
  },
  enlist,
  /** Has so many datagrams sent, or a few more, and waits until all have arrived. */
  run: async ({ crew, count }: { crew: string; count: number }): Promise<number> => {
    const running = crews.get(crew)
    if (running === undefined) throw new Error(`no crew '${crew}'`)
    return running.run(count)
  },
}

/** What the process can be asked. */
export type PeerCalls = typeof calls

answerParent<PeerCalls>(calls)
