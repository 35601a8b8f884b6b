import { Observable, Subject } from 'rxjs'
import type { OutboundNpdu } from '../../src/link/link.js'
import type { LinkStanding, NetworkLinkEvent } from '../../src/network/link/network-link.js'
import type { NetworkPortOptions } from '../../src/network/port/port.js'
import { NO_OPTIONS, type HeaderOption } from '../../src/wire/header-option.js'
import { fromHex, toHex } from './vectors.js'
import { macOf } from './mac.js'

/** An NPDU that left through a port. */
export interface SentNpdu {
  readonly port: string
  readonly to: string
  readonly hex: string
}

/** A port of a node under test, with a link that a test plays. */
export interface PlayedPort {
  readonly options: NetworkPortOptions
  /** An NPDU comes in. */
  readonly hear: (npdu: string, from: string, isBroadcast?: boolean, dataOptions?: readonly HeaderOption[]) => void
  /** The same in octets, which the link keeps for itself. */
  readonly hearOctets: (npdu: Uint8Array, from: string) => void
  readonly stand: (standing: Partial<LinkStanding>) => void
  /** The link gives the latest NPDU back. */
  readonly giveBack: (reason: string) => void
  readonly fail: (error: Error) => void
  /** What its link was given last, as it was given. */
  readonly latest: () => OutboundNpdu<string> | undefined
  /** The link takes what it is given from now on. */
  readonly listen: () => void
  readonly isOpen: () => boolean
}

/** What a played port is like. */
export interface PlayedPortOptions extends Partial<Omit<NetworkPortOptions, 'link' | 'network'>> {
  readonly network?: number | undefined
  readonly mac: string
  readonly maxNpduLength?: number
  readonly isUp?: boolean
  readonly tooLong?: string
  /** Whether its link takes nothing until `listen`. */
  readonly isDeaf?: boolean
}

/** A port with a link that a test plays; what leaves through it is added to `sent`. */
export const playedPort = (
  name: string,
  { mac, maxNpduLength = 1497, isUp = true, isDeaf = false, tooLong, network, ...options }: PlayedPortOptions,
  sent: SentNpdu[],
): PlayedPort => {
  const event$ = new Subject<NetworkLinkEvent>()
  let standing: LinkStanding = { mac: macOf(mac), isUp, maxNpduLength }
  let latest: OutboundNpdu<string> | undefined
  let isOpen = false
  let listen = (): void => undefined
  const stand = (changed: Partial<LinkStanding>): void => {
    standing = { ...standing, ...changed }
    event$.next({ _tag: 'Standing', standing })
  }
  const hear = (npdu: Uint8Array, from: string, isBroadcast = false, dataOptions = NO_OPTIONS): void =>
    event$.next({
      _tag: 'Npdu',
      npdu,
      source: macOf(from),
      destination: isBroadcast ? 'broadcast' : 'unicast',
      via: 'test',
      dataOptions,
    })
  return {
    options: {
      name,
      ...(network === undefined ? {} : { network }),
      ...options,
      link: {
        macLength: mac.length / 2,
        tooLong,
        duplex: outbound$ =>
          new Observable(subscriber => {
            isOpen = true
            subscriber.add(() => (isOpen = false))
            subscriber.add(event$.subscribe(subscriber))
            listen = () => {
              const heard = outbound$.subscribe({
                next: outbound => {
                  latest = outbound
                  sent.push({ port: name, to: outbound.destination, hex: toHex(outbound.npdu) })
                },
                complete: () => subscriber.complete(),
              })
              subscriber.add(heard)
            }
            if (!isDeaf) listen()
            stand({})
          }),
      },
    },
    hear: (npdu, from, isBroadcast, dataOptions) => hear(fromHex(npdu), from, isBroadcast, dataOptions),
    hearOctets: (npdu, from) => hear(npdu, from),
    stand,
    giveBack: reason => {
      if (latest !== undefined) event$.next({ _tag: 'Dropped', reason, outbound: latest as never })
    },
    fail: error => event$.error(error),
    latest: () => latest,
    listen: () => listen(),
    isOpen: () => isOpen,
  }
}
