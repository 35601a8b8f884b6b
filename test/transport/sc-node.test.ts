import { EMPTY, lastValueFrom, map, NEVER, of, timer, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ConfigurationError, ms, scHub, scNode, seconds, type ScRequest, type Vmac } from '../../src/index.js'
import { labTls } from '../support/lab.js'

const quiet = { allowPlaintext: true, warn: () => undefined }
const DEAD = 'ws://127.0.0.1:1'

describe('the options of a node or hub', () => {
  it.each([
    ['a wait that is no number', { minReconnect: Number.NaN as never }, /timings\.minReconnect: NaN/],
    ['no wait at all', { minReconnect: ms(0) }, /timings\.minReconnect: 0/],
    ['a wait without end', { heartbeat: Number.POSITIVE_INFINITY as never }, /timings\.heartbeat: Infinity/],
    ['jitter above all of the wait', { jitter: 1.5 }, /timings\.jitter: 1\.5/],
  ])('refuse %s, which would make a hot loop or a deaf node', async (_, timings, message) => {
    const node = scNode({ primaryHub: DEAD, ...quiet, timings })
    await expect(lastValueFrom(NEVER.pipe(node))).rejects.toThrow(message)
  })

  it('refuse a configured direct peer without TLS that is not allowed', async () => {
    const directConnections = { initiate: true, peers: { '02:00:00:00:00:0b': ['ws://bob'] } }
    const node = scNode({ primaryHub: 'wss://hub', directConnections })
    await expect(lastValueFrom(NEVER.pipe(node))).rejects.toThrow(/ws:\/\/bob.* must be allowed/)
  })

  it('refuse to tell peers a URI without TLS that is not allowed', async () => {
    const tls = await labTls('node')
    const directConnections = { listen: 'wss://127.0.0.1:0', uris: ['wss://proxy', 'ws://bob'] }
    const ended = lastValueFrom(NEVER.pipe(scNode({ primaryHub: 'wss://hub', tls, directConnections })))
    await expect(ended).rejects.toThrow(ConfigurationError)
    await expect(ended).rejects.toThrow(/^directConnections\.uris\[1\]: ws:\/\/bob: .* must be allowed/)
  })

  it('refuse seconds(NaN) where it is made', () => {
    expect(() => seconds(Number('x'))).toThrow(RangeError)
  })
})

describe('an error of what is fed in', () => {
  const broken = new Error('broken')
  const breaking$ = timer(1).pipe(
    map((): never => {
      throw broken
    }),
  )

  it('is handed on by a node, which drops its connection', async () => {
    await expect(lastValueFrom(breaking$.pipe(scNode({ primaryHub: DEAD, ...quiet })))).rejects.toBe(broken)
  })

  it('is handed on by a hub', async () => {
    await expect(lastValueFrom(breaking$.pipe(scHub({ listen: 'ws://127.0.0.1:0', ...quiet })))).rejects.toBe(broken)
  })
})

describe('a node that is asked to end', () => {
  it('ends at once when it has no connection', async () => {
    const events = await lastValueFrom(EMPTY.pipe(scNode({ primaryHub: DEAD, ...quiet }), toArray()))
    expect(events.map(({ _tag }) => _tag)).toEqual(['Status'])
  })

  it('tells the outcome of every Resolve before it ends', async () => {
    const resolve: ScRequest = { _tag: 'Resolve', to: '020000000001' as Vmac }
    const events = await lastValueFrom(of(resolve).pipe(scNode({ primaryHub: DEAD, ...quiet }), toArray()))
    expect(events).toContainEqual(expect.objectContaining({ _tag: 'Resolved', uris: [] }))
  })
})
