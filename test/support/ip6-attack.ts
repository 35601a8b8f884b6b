import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { followCli, type CliEvent, type CliProcess } from './cli.js'
import type { NamespaceHost } from './namespaces.js'

const PORT = fileURLToPath(new URL('./ip6-json-child.mjs', import.meta.url))
const ATTACKER = fileURLToPath(new URL('./udp6-attacker.mjs', import.meta.url))

/** A UDP port of a host: `['fd71:0:0:1::5', 47808]`; port 0 takes one that is free. */
export type Endpoint6 = readonly [host: string, port: number]

/** Runs a program in this process's network, or on a host of a lab. */
const startOn = (
  host: NamespaceHost | undefined,
  ...args: readonly string[]
): ChildProcessByStdio<Writable, Readable, Readable> =>
  host === undefined ? spawn(process.execPath, args, { stdio: 'pipe' }) : host.start(process.execPath, ...args)

/** A broadcast NPDU of somebody hostile, and the VMAC that he has. */
export const WHO_IS = '0120ffff00ff1008'
export const SOMEBODY = '0004d2'

/** NPDUs that begin like this are printed by ports, all others only counted. */
export const WORD = `${WHO_IS}ee`

/** All that a port has counted and knows. */
export interface Look {
  readonly told: Readonly<Record<string, number>>
  readonly fdt: readonly string[]
  readonly cache: readonly (readonly [vmac: string, address: string])[]
  readonly counters: {
    readonly received: number
    readonly sent: number
    readonly forwarded: number
    readonly discarded: Readonly<Record<string, number>>
    readonly dropped: Readonly<Record<string, number>>
  }
}

/** A B/IPv6 port in a process of its own. */
export interface Ip6Process extends CliProcess {
  readonly look: () => Promise<Look>
  /** Looks when it has read all that waits in its buffer; until then the system may drop anything. */
  readonly drained: () => Promise<Look>
}

/** Waits for something that a process does. */
const until = <Found>(look: () => Found | undefined, process: CliProcess): Promise<Found> =>
  vi.waitFor(
    () => {
      const found = look()
      if (found === undefined) throw new Error(`it does not say so; stderr: ${process.stderr()}`)
      return found
    },
    { timeout: 20_000, interval: 5 },
  )

const answerOf = (process: CliProcess, name: string, line: unknown): Promise<CliEvent> => {
  const before = process.events.length
  process.say(line)
  return until(() => process.events.slice(before).find(({ event }) => event === name), process)
}

/** Starts a port and waits until it has its VMAC, and a foreign device until it is registered. */
export const startIp6 = async (
  host: NamespaceHost | undefined,
  options: Readonly<Record<string, unknown>>,
): Promise<Ip6Process> => {
  const child = startOn(host, PORT, JSON.stringify({ word: WORD, ...options }))
  const followed = followCli(child, ['--json'])
  const isReady = ({ event, vmac, registration }: CliEvent): boolean =>
    event === 'status' && vmac !== undefined && (options['foreign'] === undefined || registration === 'registered')
  await until(() => (followed.events.some(isReady) ? true : undefined), followed)
  const look = async (): Promise<Look> => (await answerOf(followed, 'look', { do: 'look' })) as unknown as Look
  const drained = async (before?: Look): Promise<Look> => {
    await new Promise(done => setTimeout(done, 30))
    const after = await look()
    return before?.counters.received === after.counters.received ? after : drained(after)
  }
  return { ...followed, look, drained: () => drained() }
}

/** What somebody sends, and how long. `vvvvvv` in a datagram is another VMAC each time. */
export interface Attack {
  readonly from: readonly Endpoint6[]
  readonly to: Endpoint6
  readonly hex: readonly string[]
  readonly ms?: number
  readonly count?: number
  /** The interface for what goes to a group. */
  readonly zone?: string
}

/** Somebody hostile in a process of his own. */
export interface Attacker {
  /** Resolves with the number of datagrams when they are sent. */
  readonly send: (attack: Attack) => Promise<number>
  /** Ends what he is sending. */
  readonly stop: () => void
  /** Says of each VMAC that somebody tries on that link from now on that it is taken. */
  readonly claimAll: (from: Endpoint6, group: Endpoint6, zone: string) => Promise<void>
  /** What has come to these sockets since this was last asked. */
  readonly heard: (...at: readonly Endpoint6[]) => Promise<{ datagrams: number; octets: number; last: string }>
}

/** Starts somebody hostile. */
export const startAttacker = (host: NamespaceHost | undefined): Attacker => {
  const followed = followCli(startOn(host, ATTACKER), ['--json'])
  const ask = async (line: unknown): Promise<CliEvent> => {
    const answer = await answerOf(followed, 'done', line)
    if (typeof answer['error'] === 'string') throw new Error(answer['error'])
    return answer
  }
  return {
    send: async attack => Number((await ask(attack))['sent']),
    stop: () => followed.say({ stop: true }),
    claimAll: async (from, to, claim) => {
      await ask({ claim, from, to })
    },
    heard: async (...heard) => (await ask({ heard })) as unknown as Awaited<ReturnType<Attacker['heard']>>,
  }
}

/** A datagram of BACnet/IPv6 of that function; its length is right. */
export const bvll6 = (fn: number, payload = ''): string =>
  `82${fn.toString(16).padStart(2, '0')}${(4 + payload.length / 2).toString(16).padStart(4, '0')}${payload}`
