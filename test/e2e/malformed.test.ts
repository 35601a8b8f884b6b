import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ms } from '../../src/values/duration.js'
import { closeLab, connected, heard, isTag, labTls, startHub, startNode } from '../support/lab.js'
import { connectRequest, rawClient, type RawClient } from '../support/raw-client.js'
import { rawServer } from '../support/raw-server.js'
import { fromHex, malformedVectors, pathsOf, toHex, type MalformedVector } from '../support/vectors.js'
import { connectAccept, PEER, startVictim, UNTRACED, victims, type Victim } from '../support/victims.js'
import { itIsDissectedByTshark } from '../support/wire-judge.js'

/** What a hub takes in good part, though the vector refuses it: an originating VMAC that is true (field quirks, bac-py 1). */
const TOLERATED: readonly string[] = ['hub-origin-present']

/** What is answered, without the error details. */
const due = ({ error }: MalformedVector): readonly string[] => (error.silent === true ? [] : [error.expectedNakHex])

const withoutDetails = (answers: readonly string[]): readonly string[] =>
  answers.map(answer => answer.slice(0, answer.startsWith('0004') ? 34 : 22))

const whatIsDue = (vector: MalformedVector): string =>
  vector.error.silent === true ? 'is met with silence' : `is answered with ${vector.error.expectedErrorCode}`

describe.each(victims)('a malformed message that $kind hears over a real socket', ({ path, start }) => {
  let victim: Victim
  beforeAll(async () => {
    victim = await start()
  })
  afterAll(closeLab)

  const vectors = malformedVectors.filter(vector => pathsOf(vector).includes(path) && !TOLERATED.includes(vector.name))
  it.each(vectors.map(vector => ({ vector, title: `${vector.name} ${whatIsDue(vector)}` })))(
    '$title, and the connection goes on',
    async ({ vector }) => {
      let delivered = 0
      const counting = victim.station.npdu$.subscribe(() => delivered++)
      expect(withoutDetails(await victim.answers(fromHex(vector.hex)))).toEqual(due(vector))
      expect(delivered, 'NPDUs delivered').toBe(0)
      counting.unsubscribe()
      await victim.works()
    },
  )

  it('are all the vectors of that path', () => {
    expect(vectors.length).toBeGreaterThan(path === 'direct' ? 3 : 15)
  })
})

describe('a hub, to a node that says who it is', () => {
  afterAll(closeLab)

  it('passes on the vector hub-origin-present, without a NAK', async () => {
    const vector = malformedVectors.find(({ name }) => TOLERATED.includes(name))
    const victim = await startVictim('a hub')
    const arrived = heard(victim.station.npdu$, isTag('Npdu'))
    expect(await victim.answers(fromHex(vector?.hex ?? ''))).toEqual([])
    expect((await arrived).source).toBe(PEER.vmac)
  })
})

describe('a malformed message before the connection is there', () => {
  afterAll(closeLab)

  it('is answered by a hub when it is a Connect-Request, and the right one is accepted after all', async () => {
    const hub = await startHub()
    const client = await rawClient(hub.uri, await labTls('peer'))
    const requests = malformedVectors.filter(({ name }) => name.startsWith('bad-connect-request'))
    for (const vector of requests) {
      client.send(fromHex(vector.hex))
      expect(withoutDetails([toHex(await client.next())]), vector.name).toEqual(due(vector))
    }
    expect(requests).toHaveLength(8)
    client.send(connectRequest(PEER, 0x7777))
    expect(toHex(await client.next())).toMatch(/^07007777/)
    expect(hub.events.filter(isTag('Refused'))).toEqual([])
  })

  it('is met with silence by a hub when it is anything else, and a Connect-Request is accepted after all', async () => {
    const hub = await startHub()
    const client = await rawClient(hub.uri, await labTls('peer'))
    const others = malformedVectors.filter(vector => !vector.hex.startsWith('06'))
    for (const { hex } of others) client.send(fromHex(hex))
    client.send(connectRequest(PEER, 0x7777))
    expect(toHex(await client.next())).toMatch(/^07007777/)
    expect(client.waiting).toEqual([])
  })

  it('is met with silence by a node, which waits on for its Connect-Accept', async () => {
    const server = await rawServer(await labTls('hub'))
    const node = await startNode({ primaryHub: server.uri, ...UNTRACED })
    const hub: RawClient = await server.accepted()
    const request = await hub.next()
    for (const { hex } of malformedVectors) hub.send(fromHex(hex))
    hub.send(connectAccept(request))
    expect((await connected(node)).hub?.vmac).toBe(PEER.vmac)
    hub.send(fromHex('0a00beef'))
    expect(toHex(await hub.next())).toBe('0b00beef')
    server.stop()
  })

  it('does not keep a node waiting longer than its connect wait', async () => {
    const server = await rawServer(await labTls('hub'))
    const node = await startNode({ primaryHub: server.uri, timings: { connectWait: ms(300) }, ...UNTRACED })
    const failed = heard(node.event$, isTag('FailedConnection'))
    const hub = await server.accepted()
    const request = await hub.next()
    hub.send(connectAccept(request).subarray(0, 29))
    expect((await failed).cause).toEqual({ errorCode: 30, detail: 'no Connect-Accept in time' })
    expect(await hub.closed).toBe(1000)
    server.stop()
  })
})

describe('the wire of this file', itIsDissectedByTshark)
