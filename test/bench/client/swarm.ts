import { setTimeout as wait } from 'node:timers/promises'
import { BROADCAST_VMAC } from '../../../src/values/vmac.js'
import { openConnection, sendFrames, type Connection, type Target } from './connection.js'
import { framesTo, vmacOf } from './frames.js'

/** Which nodes of all are played by one process. */
export interface Share {
  readonly firstIndex: number
  readonly connections: number
}

/** Many nodes in one process that live on when their hub dies. */
export interface Swarm {
  readonly share: Share
  readonly connections: readonly Connection[]
}

/** Unicast at a fixed rate, spread over all connections. */
export interface Rate {
  readonly perSecond: number
  readonly seconds: number
}

/** Milliseconds from the call that wrote a message to its arrival; what did not arrive is not among them. */
export type Delays = readonly number[]

const BROADCAST_OCTETS = 40
/** As long as a broadcast when it arrives, with its destination still in it: connections count frames of one length. */
const UNICAST_OCTETS = BROADCAST_OCTETS + 6
const SERVER_HEADER = 2
const FRAMES = 16
const RETRY_MS = 50
const TICK_MS = 2
const LINGER_MS = 2_000

/** Dials all at once, as nodes do when their hub is back, and each again until it is in. */
export const joinSwarm = async (target: Target, share: Share): Promise<Swarm> => {
  const { firstIndex, connections } = share
  const indexes = Array.from({ length: connections }, (_, each) => firstIndex + each)
  return { share, connections: await Promise.all(indexes.map(index => join(target, index))) }
}

const join = async (target: Target, index: number): Promise<Connection> => {
  for (;;) {
    try {
      const supply = framesTo(vmacOf(index ^ 1), FRAMES, UNICAST_OCTETS)
      return await openConnection(target, index, SERVER_HEADER + UNICAST_OCTETS, supply, false)
    } catch {
      await wait(RETRY_MS)
    }
  }
}

/** Resolves when the hub has dropped all of them. */
export const swarmDropped = async ({ connections }: Swarm): Promise<void> => {
  const open = connections.filter(({ socket }) => !socket.closed)
  await Promise.all(open.map(({ socket }) => new Promise(resolve => socket.once('close', resolve))))
}

/** Neighbours write to each other at that rate, each message in a write of its own. */
export const delaysAt = async ({ connections }: Swarm, { perSecond, seconds }: Rate): Promise<Delays> => {
  const delays: number[] = []
  const sentAt: number[][] = connections.map(() => [])
  connections.forEach((connection, index) => {
    connection.onFrames = count => {
      const now = performance.now()
      for (let each = 0; each < count; each++) delays.push(now - (sentAt[index ^ 1]?.shift() ?? now))
    }
  })
  const total = perSecond * seconds
  const began = performance.now()
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * perSecond))
    for (; sent < due; sent++) {
      const at = sent % connections.length
      sentAt[at]?.push(performance.now())
      sendFrames(connections[at] as Connection, 1)
    }
    await wait(TICK_MS)
  }
  for (const end = performance.now() + LINGER_MS; delays.length < total && performance.now() < end;) await wait(TICK_MS)
  return delays
}

/** Resolves when each of `receivers` has one message more, with the time of the last, on the clock of the system. */
export const oneMore = (receivers: readonly Connection[]): Promise<number> =>
  new Promise(resolve => {
    let missing = receivers.length
    for (const receiver of receivers) {
      receiver.onFrames = count => {
        missing -= count
        if (missing === 0) resolve(systemClock())
      }
    }
  })

/** Sends one broadcast from the first connection; gives the time before that. */
export const broadcastOnce = ({ connections: [sender] }: Swarm): number => {
  if (sender === undefined) throw new Error('a broadcast needs a sender')
  const now = systemClock()
  sendFrames({ ...sender, supply: framesTo(BROADCAST_VMAC, 1, BROADCAST_OCTETS) }, 1)
  return now
}

/** Milliseconds, the same in all processes. */
const systemClock = (): number => Number(process.hrtime.bigint()) / 1e6
