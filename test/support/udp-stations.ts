import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { whyNoNamespaces, type NamespaceHost } from './namespaces.js'

const CHILD = fileURLToPath(new URL('./udp-child.mjs', import.meta.url))
const BUILT = fileURLToPath(new URL('../../dist/io/udp6.js', import.meta.url))

/** Whether there can be stations, with IPv6 or without; if not, why. */
export const whyNoStations = (ipv6 = false): Promise<string | undefined> =>
  existsSync(BUILT) ? whyNoNamespaces(ipv6) : Promise.resolve('the library is not built: npm run build')

/** A UDP port of ours on a host. */
export interface UdpStation {
  readonly say: (to: string, hex: string) => void
  /** Waits until it has printed a line. */
  readonly prints: (line: string) => Promise<void>
  readonly printed: () => readonly string[]
}

/** Starts one with the arguments of `udp-child.mjs`; resolves when it is bound, or cannot be. */
export const udpStation = async (host: NamespaceHost, ...args: readonly string[]): Promise<UdpStation> => {
  const child = host.start(process.execPath, CHILD, ...args)
  let text = ''
  let errors = ''
  child.stdout.on('data', (octets: Buffer) => (text += octets.toString()))
  child.stderr.on('data', (octets: Buffer) => (errors += octets.toString()))
  const printed = (): readonly string[] => text.split('\n').slice(0, -1)
  const prints = async (line: string): Promise<void> =>
    vi.waitFor(
      () => {
        if (!printed().some(found => found.startsWith(line))) throw new Error(`no '${line}' in: ${text}${errors}`)
      },
      { timeout: 5000, interval: 5 },
    )
  await prints('')
  return { say: (to, hex) => child.stdin.write(`${to} ${hex}\n`), prints, printed }
}
