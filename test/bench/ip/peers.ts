import { answerParent } from '../child.js'
import type { Endpoint } from '../../../src/io/datagram-sender.js'
import { boundSocket, endpointOf, npdu } from './traffic.js'

interface Crew {
  readonly run: (count: number) => Promise<number>
}

interface Enlist {
  readonly crew: string
  readonly to: Endpoint
  /** 0x0a to one station, 0x0b to all of the subnet. */
  readonly bvlcFunction: number
  readonly peers: number
  readonly burst: number
}

const SMALL_BUFFER = 1 << 16
const crews = new Map<string, Crew>()
const tellers = new Map<string, { readonly endpoint: Endpoint; onAcknowledged: () => void }>()

/** Stations that send datagrams, a burst at a time. One that got lost makes a run fail. */
const enlist = async ({ crew, to, bvlcFunction, peers, burst }: Enlist): Promise<void> => {
  const teller = tellers.get(crew)
  if (teller === undefined) throw new Error(`nobody can be told by '${crew}'`)
  const sockets = await Promise.all(
    Array.from({ length: peers }, (_, index) => boundSocket(`127.0.1.${index + 1}`, 0, SMALL_BUFFER)),
  )
  for (const socket of sockets) socket.setBroadcast(true)
  const payload = npdu()
  const datagram = Uint8Array.of(0x81, bvlcFunction, 0, 4 + payload.length, ...payload)
  const run = (wanted: number): Promise<number> =>
    new Promise(resolve => {
      const bursts = Math.ceil(wanted / burst)
      let over = -1
      teller.onAcknowledged = () => {
        if (++over === bursts) resolve(bursts * burst)
        else for (let each = 0; each < burst; each++) sockets[each % peers]?.send(datagram, to.port, to.host)
      }
      teller.onAcknowledged()
    })
  crews.set(crew, { run })
}

const calls = {
  /** Opens a socket on which a crew is told when a burst has arrived. */
  teller: async (crew: string): Promise<Endpoint> => {
    const socket = await boundSocket('127.0.0.1', 0, SMALL_BUFFER)
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
