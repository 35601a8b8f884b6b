import { now } from './clock.js'

/** Memory of a process after a collection of garbage, in octets, and what it has open. */
export interface Memory {
  readonly at: number
  readonly rss: number
  /** Heap used and external: objects and buffers. */
  readonly live: number
  /** Handles and timers by kind, as Node names them. */
  readonly open: Readonly<Record<string, number>>
}

/** That of this process. Without `--expose-gc` garbage is among it. */
export const memoryHere = (): Memory => {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { at: now(), rss, live: heapUsed + external, open: openHere() }
}

/** What this process has open. */
export const openHere = (): Readonly<Record<string, number>> => {
  const open: Record<string, number> = {}
  for (const what of process.getActiveResourcesInfo()) open[what] = (open[what] ?? 0) + 1
  return open
}

const isSocket = (what: string): boolean => /^(TCPSocketWrap|TLSWrap|TCPWrap|UDPWrap|TCPConnectWrap|UDPSendWrap)$/i.test(what)

/** Sockets among what is open. */
export const socketsOf = ({ open }: Pick<Memory, 'open'>): number =>
  Object.entries(open).reduce((sum, [what, count]) => sum + (isSocket(what) ? count : 0), 0)
