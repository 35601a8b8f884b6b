import { fileURLToPath } from 'node:url'
import { expect, vi } from 'vitest'
import { toHex } from '../../src/values/hex.js'
import type { NamespaceHost } from './namespaces.js'

const CHILD = fileURLToPath(new URL('./ip6-child.mjs', import.meta.url))

/** A B/IPv6 port of ours on a host, as a program. */
export interface Ip6Station {
  readonly vmac: string
  /** Sends to a VMAC, or with `*` to all. */
  readonly say: (to: string, npdu: Uint8Array) => void
  readonly end: () => void
  /** Waits until it has printed a line. */
  readonly prints: (line: string) => Promise<void>
  readonly printed: () => readonly string[]
}

/** Options of {@link ip6Station}. */
export interface Ip6StationOptions {
  /** `[fd71:0:0:1::5]:47808`. Default: the address of the host, at that port. */
  readonly bind?: string
  /** Its device instance. Default: a random VMAC. */
  readonly device?: number
  /** `['bbmd', …ADDRESSES]` or `['foreign', ADDRESS]`. Default: an ordinary node. */
  readonly role?: readonly string[]
  /** How much faster its clock runs. Default 1. */
  readonly speed?: number
}

/** Opens one, as `ip6-child.mjs` does; resolves when it has its VMAC, and as a foreign device when it is registered. */
export const ip6Station = async (
  host: NamespaceHost,
  { bind = `[${host.ip6}]:47808`, device, role = [], speed = 1 }: Ip6StationOptions,
): Promise<Ip6Station> => {
  const child = host.start(process.execPath, CHILD, String(speed), bind, String(device ?? '-'), ...role)
  let text = ''
  child.stdout.on('data', (octets: Buffer) => (text += octets.toString()))
  child.stderr.on('data', (octets: Buffer) => (text += octets.toString()))
  const printed = (): readonly string[] => text.split('\n').slice(0, -1)
  const finds = (line: RegExp): Promise<string> =>
    vi.waitFor(
      () => {
        const found = printed().find(one => line.test(one))
        if (found === undefined) throw new Error(`no ${String(line)} in: ${printed().join('; ')}`)
        return found
      },
      { timeout: 8000, interval: 5 },
    )
  const ready = await finds(role[0] === 'foreign' ? /^has [0-9a-f]{6} registered$/ : /^has [0-9a-f]{6}$/)
  return {
    vmac: ready.split(' ')[1] ?? '',
    say: (to, npdu) => child.stdin.write(`${to} ${toHex(npdu)}\n`),
    end: () => child.stdin.write('end\n'),
    prints: line => vi.waitFor(() => expect(printed()).toContain(line), { timeout: 8000, interval: 5 }),
    printed,
  }
}
