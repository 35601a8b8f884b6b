import { setTimeout as wait } from 'node:timers/promises'
import { getHeapCodeStatistics } from 'node:v8'
import { now } from './clock.js'

/** Memory of a process after a collection of garbage, in octets, and what it has open. */
export interface Memory {
  readonly at: number
  readonly rss: number
  /** Heap used and external, without compiled code, of which V8 makes more for a while: objects and buffers. */
  readonly live: number
  /** Handles and timers by kind, as Node names them. */
  readonly open: Readonly<Record<string, number>>
}

/** How long what one collection has found may take to let go of what it held. */
const LETTING_GO_MS = 20

/** That of this process. Without `--expose-gc` garbage is among it. */
export const memoryHere = async (): Promise<Memory> => {
  globalThis.gc?.()
  await wait(LETTING_GO_MS)
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  const { code_and_metadata_size: code, bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics()
  return { at: now(), rss, live: heapUsed + external - code - bytecode, open: openHere() }
}

/** What this process has open. */
export const openHere = (): Readonly<Record<string, number>> => {
  const open: Record<string, number> = {}
  for (const what of process.getActiveResourcesInfo()) open[what] = (open[what] ?? 0) + 1
  return open
}

const isSocket = (what: string): boolean =>
  /^(TCPSocketWrap|TLSWrap|TCPWrap|UDPWrap|TCPConnectWrap|UDPSendWrap)$/i.test(what)

/** Sockets among what is open. */
export const socketsOf = (open: Memory['open']): number =>
  Object.entries(open).reduce((sum, [what, count]) => sum + (isSocket(what) ? count : 0), 0)
