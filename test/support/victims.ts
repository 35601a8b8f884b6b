import { expect } from 'vitest'
import type { ScNodeOptions } from '../../src/index.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import type { Path } from '../../src/wire/bvlc-sc-decode.js'
import type { Vmac } from '../../src/values/vmac.js'
import { identity } from './identities.js'
import { connected, heard, isTag, labTls, startHub, startNode, type LabNode } from './lab.js'
import { opaqueNpdu } from './npdu.js'
import { connectRequest, rawClient, type RawClient } from './raw-client.js'
import { rawServer } from './raw-server.js'
import { Subprotocol } from '../../src/sc/connection/socket.js'
import { fromHex, toHex } from './vectors.js'

/** The bare peer of every victim, and the node that hears: both as the vectors call them. */
export const PEER = identity(1, { vmac: '927bf71a96a2' as Vmac })
export const STATION = identity(2, { vmac: '3212a4c8550e' as Vmac })

/** Options of a node that hears what is not proper: it is no matter for the judge of what we put on the wire. */
export const UNTRACED: Pick<ScNodeOptions, 'dial'> = { dial: real => real }

/** Something of ours behind a real socket, CONNECTED to a bare peer that may say anything to it. */
export interface Victim {
  /** The path on which it hears. */
  readonly path: Path
  /** The node that hears what is not for the connection itself. */
  readonly station: LabNode
  /** Says something, and resolves with all that was answered, in hex. Rejects when the connection does not go on. */
  readonly answers: (octets: Uint8Array) => Promise<readonly string[]>
  /** Shows that NPDUs still go both ways. */
  readonly works: () => Promise<void>
}

/** Something that can be started as a victim. */
export interface VictimKind {
  readonly kind: string
  readonly path: Path
  readonly start: () => Promise<Victim>
}

/** Starts a victim of each kind; another kind of connection needs no more than another entry. */
export const victims: readonly VictimKind[] = [
  {
    kind: 'a hub',
    path: 'to-hub',
    start: async () => {
      const tls = await labTls('peer')
      const hub = await startHub()
      const station = await startNode({ primaryHub: hub.uri, ...printed(STATION), ...UNTRACED })
      await connected(station)
      const peer = await rawClient(hub.uri, tls)
      peer.send(connectRequest(PEER))
      expect(toHex(await peer.next())).toMatch(/^07000001/)
      return victim('to-hub', peer, station, { there: `0104%${STATION.vmac}`, back: `0108%${STATION.vmac}` })
    },
  },
  {
    kind: 'a node',
    path: 'from-hub',
    start: async () => {
      const server = await rawServer(await labTls('hub'))
      const station = await startNode({ primaryHub: server.uri, ...printed(STATION), ...UNTRACED })
      const peer = await server.accepted()
      peer.send(connectAccept(await peer.next()))
      await connected(station)
      return victim('from-hub', peer, station, { there: `0108%${PEER.vmac}`, back: `0104%${PEER.vmac}` })
    },
  },
  {
    kind: 'a node that accepts direct connections',
    path: 'direct',
    start: async () => {
      const directConnections = { listen: 'wss://127.0.0.1:0' }
      const station = await startNode({ primaryHub: NOWHERE, ...printed(STATION), ...UNTRACED, directConnections })
      const { uri } = await heard(station.event$, isTag('DirectListening'))
      const peer = await rawClient(uri, await labTls('peer'), [Subprotocol.DIRECT])
      peer.send(connectRequest(PEER))
      expect(toHex(await peer.next())).toMatch(/^07000001/)
      return victim('direct', peer, station, DIRECT)
    },
  },
  {
    kind: 'a node that initiated a direct connection',
    path: 'direct',
    start: async () => {
      const server = await rawServer(await labTls('peer'), Subprotocol.DIRECT)
      const peers = { [printed(PEER).vmac]: [server.uri] }
      const directConnections = { initiate: true, peers }
      const station = await startNode({ primaryHub: NOWHERE, ...printed(STATION), ...UNTRACED, directConnections })
      station.send(opaqueNpdu(), PEER.vmac)
      const peer = await server.accepted()
      const up = heard(station.event$, isTag('DirectConnected'))
      peer.send(connectAccept(await peer.next()))
      await up
      return victim('direct', peer, station, DIRECT)
    },
  },
]

/** A victim of that kind. */
export const startVictim = (wanted: VictimKind['kind']): Promise<Victim> => {
  const found = victims.find(({ kind }) => kind === wanted)
  if (found === undefined) throw new Error(`there is no victim '${wanted}'`)
  return found.start()
}

/** A hub that is not there: direct connections need none. */
const NOWHERE = 'wss://127.0.0.1:1'

const printed = ({ vmac, uuid }: typeof STATION): { readonly vmac: string; readonly uuid: string } => ({
  vmac: (vmac.match(/../g) ?? []).join(':'),
  uuid: uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
})

/** The Connect-Accept of the bare peer that answers a Connect-Request. */
export const connectAccept = (request: Uint8Array): Uint8Array =>
  encodeBvlcSc({
    _tag: 'Connect-Accept',
    messageId: ((request[2] ?? 0) << 8) | (request[3] ?? 0),
    originating: undefined,
    destination: undefined,
    destinationOptions: [],
    ...PEER,
  })

/** What is before an NPDU from the peer to the station and back; `%` stands for the message id. */
interface Headers {
  readonly there: string
  readonly back: string
}

/** Over a direct connection no VMACs are needed. */
const DIRECT: Headers = { there: '0100%', back: '0100%' }

const victim = (path: Path, peer: RawClient, station: LabNode, { there, back }: Headers): Victim => {
  let count = 0
  const answers = async (octets: Uint8Array): Promise<readonly string[]> => {
    const id = (0xb000 + (count++ & 0xfff)).toString(16)
    peer.send(octets)
    peer.send(fromHex(`0a00${id}`))
    const answered: string[] = []
    for (;;) {
      const heard = toHex(await peer.next())
      if (heard === `0b00${id}`) return answered
      answered.push(heard)
    }
  }
  return {
    path,
    station,
    answers,
    works: async () => {
      const npdu = opaqueNpdu(0xee, count++ & 0xff)
      const arrived = heard(station.npdu$, isTag('Npdu'))
      peer.send(Uint8Array.from([...fromHex(there.replace('%', 'aaaa')), ...npdu]))
      expect(await arrived).toMatchObject({ source: PEER.vmac, npdu })
      station.send(npdu, PEER.vmac)
      const answer = toHex(await peer.next())
      expect(answer.slice(0, 4) + answer.slice(8)).toBe(back.replace('%', '') + toHex(npdu))
    },
  }
}
