import type { TlsMaterial } from '../../../src/io/tls.js'
import { answerParent } from '../child.js'
import { callbackHub } from './callback-hub.js'
import type { Listening, StartServer } from './listener.js'
import { rawRelay } from './raw-relay.js'
import { rxHub } from './rx-hub.js'
import { sendHub } from './send-hub.js'

const servers = { 'rx hub': rxHub, 'callback hub': callbackHub, 'raw relay': rawRelay, 'ws.send hub': sendHub }

/** A server that can be measured. */
export type ServerName = keyof typeof servers

/** Memory of the process, in octets. */
export interface Memory {
  /** Resident set. */
  readonly rss: number
  /** Objects and buffers: heap used and external. */
  readonly live: number
}

/** What a server is to listen as. */
interface ListenAt {
  readonly server: ServerName
  readonly tls: TlsMaterial | undefined
  /** 0 picks a free one. */
  readonly port: number
}

const start = (name: ServerName): StartServer => servers[name]

const memoryNow = (): Memory => {
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, live: heapUsed + external }
}

const collected = async (): Promise<Memory> => {
  for (let times = 0; times < 4; times++) {
    globalThis.gc?.()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return memoryNow()
}

const SAMPLE_MS = 50
let listening: Listening | undefined
let watching: NodeJS.Timeout | undefined
let peak: Memory = { rss: 0, live: 0 }

const watch = (): void => {
  const now = memoryNow()
  peak = { rss: Math.max(peak.rss, now.rss), live: Math.max(peak.live, now.live) }
}

const calls = {
  listen: async ({ server, tls, port }: ListenAt): Promise<number> => {
    listening = await start(server)(tls, port)
    return listening.port
  },
  /** CPU time that the process has used, all its threads, in microseconds. */
  cpu: (): number => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  /** Memory after a collection of garbage. */
  memory: collected,
  /** Starts to look at the memory every 50 ms. */
  watchMemory: (): void => {
    peak = memoryNow()
    watching = setInterval(watch, SAMPLE_MS)
  },
  /** Stops that, and gives the most that was seen. */
  memoryPeak: (): Memory => {
    clearInterval(watching)
    return peak
  },
  drops: (): Readonly<Record<string, number>> => listening?.drops() ?? {},
}

/** What a server process can be asked. */
export type ServerCalls = typeof calls

answerParent<ServerCalls>(calls)
