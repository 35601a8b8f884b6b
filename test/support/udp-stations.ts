import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { whyNoNamespaces, type Inside, type NamespaceHost } from './namespaces.js'

const CHILD = fileURLToPath(new URL('./udp-child.mjs', import.meta.url))
const BUILT = fileURLToPath(new URL('../../dist/io/udp6.js', import.meta.url))

/** Whether there can be stations, with IPv6 or without; if not, why. */
export const whyNoStations = (ipv6 = false): Promise<string | undefined> =>
  existsSync(BUILT) ? whyNoNamespaces(ipv6) : Promise.resolve('the library is not built: npm run build')

/** A UDP port of ours on a host. */
export interface UdpStation {
  readonly say: (to: string, hex: string) => void
  /** Lets it look at the addresses of its host. */
  readonly look: () => void
  /** Waits until it has printed a line. */
  readonly prints: (line: string) => Promise<void>
  readonly printed: () => readonly string[]
}

/** The program that has all stations of a host. */
interface Program {
  readonly child: Inside
  readonly lines: () => readonly string[]
  readonly errors: () => string
}

const programs = new WeakMap<NamespaceHost, Program>()
let stations = 0

const programOn = (host: NamespaceHost): Program => {
  const running = programs.get(host)
  if (running !== undefined) return running
  const child = host.start(process.execPath, CHILD)
  let text = ''
  let errors = ''
  child.stdout.on('data', (octets: Buffer) => (text += octets.toString()))
  child.stderr.on('data', (octets: Buffer) => (errors += octets.toString()))
  const program = { child, lines: () => text.split('\n').slice(0, -1), errors: () => errors }
  programs.set(host, program)
  return program
}

/** Opens one with the arguments of `udp-child.mjs`; resolves when it is bound, or cannot be. */
export const udpStation = async (host: NamespaceHost, ...args: readonly string[]): Promise<UdpStation> => {
  const { child, lines, errors } = programOn(host)
  const name = String(++stations)
  const printed = (): readonly string[] =>
    lines().flatMap(line => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []))
  const prints = async (line: string): Promise<void> =>
    vi.waitFor(
      () => {
        if (!printed().some(found => found.startsWith(line))) {
          throw new Error(`no '${line}' in: ${printed().join('; ')}${errors()}`)
        }
      },
      { timeout: 5000, interval: 5 },
    )
  child.stdin.write(`${name} bind ${args.join(' ')}\n`)
  await prints('')
  return {
    say: (to, hex) => child.stdin.write(`${name} ${to} ${hex}\n`),
    look: () => child.stdin.write(`${name} look\n`),
    prints,
    printed,
  }
}
