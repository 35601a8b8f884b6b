import * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import { toHex } from '../../src/values/hex.js'
import { decodeNpci, type NetworkAddress } from '../../src/wire/npci.js'
import { followCli, MAIN, type CliEvent, type CliProcess } from './cli.js'
import type { NamespaceHost } from './namespaces.js'
import { PATIENCE_MS } from './patience.js'
import { fromHex } from './vectors.js'

/*
 * Devices on the networks that a box joins, each a command on a host of its own, and the box itself.
 */

/** The octets of a Who-Is, for everybody. */
export const WHO_IS = '1008'

/** The octets of an I-Am. */
export const iAm = (device: number): string => `1000c4${deviceId(device)}2205c491032100`

/** The octets of the question for the name of a device. */
export const readName = (device: number, invokeId: number): string =>
  `0205${hex(invokeId, 2)}0c0c${deviceId(device)}194d`

/** The octets of the answer: the name is `AHU`. */
export const name = (device: number, invokeId: number): string =>
  `30${hex(invokeId, 2)}0c0c${deviceId(device)}194d3e7504004148553f`

const deviceId = (device: number): string => (0x0200_0000 + device).toString(16).padStart(8, '0')

/** A number in so many digits. */
export const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** The address of a station, in the order of octets that an NPDU has it in: number, length, MAC address. */
export const address = (network: number, mac: string): string => `${hex(network, 4)}${hex(mac.length / 2, 2)}${mac}`

/** What an NPDU to a station of another network begins with. */
export const to = (network: number, mac: string, isReplyExpected = false): string =>
  `01${isReplyExpected ? '24' : '20'}${address(network, mac)}ff`

/** A command that runs on a host. */
export const runOn = (
  host: NamespaceHost,
  args: readonly string[],
  hear?: (event: CliEvent, command: CliProcess) => void,
): CliProcess => {
  const command: CliProcess = followCli(host.start(process.execPath, MAIN, ...args), args, event =>
    hear?.(event, command),
  )
  return command
}

/** A device: it answers each Who-Is with its I-Am, and each question for its name. */
export interface Device extends CliProcess {
  /** What it has heard, as `SOURCE unicast 0100…`, in order. */
  readonly heard: () => readonly string[]
  /** Waits until it has heard that. */
  readonly hears: (line: string) => Promise<void>
  /** Sends to a station of its network, or to `broadcast`. */
  readonly send: (station: string, npdu: string) => void
}

/** Runs one; `args` say what it speaks, and where. */
export const device = (host: NamespaceHost, instance: number, args: readonly string[]): Device => {
  const answer = (apdu: string): string | undefined => {
    if (apdu === WHO_IS) return iAm(instance)
    return apdu === readName(instance, Number.parseInt(apdu.slice(4, 6), 16))
      ? name(instance, Number.parseInt(apdu.slice(4, 6), 16))
      : undefined
  }
  const command = runOn(host, [...args, '--json'], ({ event, source, npdu }, { say }) => {
    if (event !== 'npdu') return
    const octets = fromHex(String(npdu))
    const npci = decodeNpci(octets)
    if (E.isLeft(npci) || npci.right.isNetworkMessage) return
    const reply = answer(toHex(octets.subarray(npci.right.end)))
    if (reply !== undefined) say({ do: 'send', to: source, npdu: `${wayBack(npci.right.source)}${reply}` })
  })
  const heard = (): readonly string[] =>
    command.events
      .filter(({ event }) => event === 'npdu')
      .map(({ source, destination, npdu }) => `${String(source)} ${String(destination)} ${String(npdu)}`)
  return {
    ...command,
    heard,
    hears: line => expect.poll(heard, { timeout: PATIENCE_MS, interval: 10 }).toContain(line),
    send: (station, npdu) => command.say({ do: 'send', to: station, npdu }),
  }
}

const wayBack = (source: NetworkAddress | undefined): string =>
  source === undefined ? '0100' : to(source.network, source.mac)
