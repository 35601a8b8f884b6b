import { answerParent } from '../child.js'
import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { boundSocket } from './bound-socket.js'
import { openTeller, type Teller } from './teller.js'
import { npdu, type Traffic } from './traffic.js'
import { wireOf, type AnnexName } from './wire.js'

interface Enlist {
  readonly crew: string
  readonly annex: AnnexName
  readonly traffic: Traffic
  readonly to: Endpoint
  /** The NPDU that is sent, as hex. Default: that of all ports. */
  readonly payload?: string
}

type Run = (count: number) => Promise<number>

const SMALL_BUFFER = 1 << 16
const crews = new Map<string, Run>()
const tellers = new Map<string, Teller>()

/** Stations that send datagrams, a burst at a time. One that got lost makes a run fail. */
const enlist = async ({ crew, annex, traffic: { kind, peers, burst }, to, payload }: Enlist): Promise<void> => {
  const teller = tellers.get(crew)
  if (teller === undefined) throw new Error(`nobody can be told by '${crew}'`)
  const { socket: type, peerHost, load } = wireOf(annex)
  const sockets = await Promise.all(
    Array.from({ length: peers }, (_, peer) =>
      boundSocket({ type, host: peerHost(peer), recvBufferSize: SMALL_BUFFER }),
    ),
  )
  const sent = payload === undefined ? npdu() : Buffer.from(payload, 'hex')
  const datagrams = sockets.map((_, peer) => load(kind, peer, sent))
  const say = (peer: number): void => sockets[peer]?.send(datagrams[peer] as Uint8Array, to.port, to.host)
  const sendBurst = (): void => {
    for (let each = 0; each < burst; each++) say(each % peers)
  }
  crews.set(crew, count => teller.inBursts(burst, sendBurst, count))
}

const calls = {
  /** Opens a socket on which a crew is told when a burst has arrived. */
  teller: async ({ crew, annex }: { crew: string; annex: AnnexName }): Promise<Endpoint> => {
    const { socket: type, tellerHost } = wireOf(annex)
    const teller = await openTeller(type, tellerHost)
    tellers.set(crew, teller)
    return teller.endpoint
  },
  enlist,
  /** Has so many datagrams sent, or a few more, and waits until all have arrived. */
  run: async ({ crew, count }: { crew: string; count: number }): Promise<number> => {
    const run = crews.get(crew)
    if (run === undefined) throw new Error(`no crew '${crew}'`)
    return run(count)
  },
}

/** What the process can be asked. */
export type PeerCalls = typeof calls

answerParent<PeerCalls>(calls)
