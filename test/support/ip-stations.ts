import { expect } from 'vitest'
import { followCli, MAIN, type CliProcess } from './cli.js'
import type { NamespaceHost } from './namespaces.js'

/** `rx-bacnet ip` or `ip6` on a host of a lab, and the BACnet device that is behind it. */
export interface Station extends CliProcess {
  /** By which the others know it: `10.71.1.5:47808`, or its VMAC. */
  readonly address: string
  readonly device: number
  /** All NPDUs it has heard, as `10.71.1.5:47808 broadcast 0120ffff00ff1008`, in order. */
  readonly heard: () => readonly string[]
  /** Starts it a second time, after its end. */
  readonly again: () => Promise<Station>
}

/** What a station is. */
export interface StationOptions {
  readonly host: NamespaceHost
  /** Default: `ip`. */
  readonly command?: 'ip' | 'ip6'
  /** `10.71.1.5:47808`. */
  readonly bind: string
  /** By which the others know it, where that is not what it is bound to, or its VMAC. */
  readonly address?: string
  readonly device: number
  readonly flags?: readonly string[]
}

const WHO_IS = '0120ffff00ff1008'

/** A Who-Is, for everybody, of this device and no other. */
export const whoIs = (device: number): string => `${WHO_IS}0a${hex(device, 4)}1a${hex(device, 4)}`

/** The I-Am of a device. */
export const iAm = (device: number): string => `01001000c402${hex(device, 6)}2205c491032100`

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** Starts a station that answers each Who-Is that is broadcast with its I-Am, to its source; waits until it listens. */
export const startStation = async (options: StationOptions): Promise<Station> => {
  const { host, command: name = 'ip', bind, device, flags = [] } = options
  const args = [name, '--json', '--bind', bind, ...flags]
  const command = followCli(
    host.start(process.execPath, MAIN, ...args),
    args,
    ({ event, destination, npdu, source }) => {
      if (event !== 'npdu' || destination !== 'broadcast' || !String(npdu).startsWith(WHO_IS)) return
      command.say({ do: 'send', to: source, npdu: iAm(device) })
    },
  )
  const { vmac } = await command.event('listening')
  const address = options.address ?? (name === 'ip' ? bind : String(vmac ?? (await command.event('vmac'))['vmac']))
  if (flags.includes('--foreign')) await command.event('registration', { state: 'registered' })
  return {
    ...command,
    address,
    device,
    heard: () =>
      command.events
        .filter(({ event }) => event === 'npdu')
        .map(({ source, destination, npdu }) => `${String(source)} ${String(destination)} ${String(npdu)}`),
    again: () => startStation(options),
  }
}

/** Has each broadcast its Who-Is, one after the other; each must hear all others and all answers, and nothing twice. */
export const expectAllToHearEach = async (stations: readonly Station[]): Promise<void> => {
  for (const station of stations) {
    station.say({ do: 'send', to: 'broadcast', npdu: whoIs(station.device) })
    await hearsAnswers(station, stations)
  }
  for (const station of stations) {
    const expected = without(station, stations).flatMap(({ address, device }) => [
      `${address} broadcast ${whoIs(device)}`,
      `${address} unicast ${iAm(device)}`,
    ])
    expect([...station.heard()].sort()).toEqual(expected.sort())
  }
}

/** Waits until a station has the I-Am of each of the others. */
export const hearsAnswers = async (station: Station, stations: readonly Station[]): Promise<void> => {
  for (const { address, device } of without(station, stations)) {
    await station.event('npdu', { destination: 'unicast', source: address, npdu: iAm(device) })
  }
}

/** The others. */
export const without = ({ device }: Station, stations: readonly Station[]): readonly Station[] =>
  stations.filter(station => station.device !== device)
