import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import {
  A,
  AT_B,
  B,
  connectedLab,
  DEAF,
  directLab,
  heardBy,
  labNode,
  waysOf,
  type DirectLab,
} from '../support/direct-lab.js'
import { inWords, type RunningNode } from '../support/virtual-network.js'

const NOT_SUPPORTED = ErrorCode.OPTIONAL_FUNCTIONALITY_NOT_SUPPORTED

const resolve = ({ a, advance }: DirectLab): void => {
  a.submit({ _tag: 'Resolve', to: B })
  advance(ms(20))
}

const solicit = ({ a, advance }: DirectLab): void => {
  a.submit({ _tag: 'Solicit', to: B })
  advance(ms(20))
}

/** What went over the direct connection from now on. */
const directTalk = (lab: DirectLab): (() => readonly string[]) => {
  const { length } = lab.tapped
  return () =>
    lab.tapped
      .slice(length)
      .filter(({ hub }) => hub === AT_B)
      .map(inWords)
}

const causes = (node: RunningNode): readonly string[] =>
  node.told('FailedConnection').map(({ uri, cause }) => `${uri}: ${cause.detail}`)

describe('an Address-Resolution is answered', () => {
  it('with the URIs, by a node that accepts direct connections', () => {
    const lab = directLab({}, { directConnections: { uris: ['wss://b-direct', 'wss://elsewhere:4444'] } })
    resolve(lab)
    expect(lab.a.told('Resolved')).toMatchObject([{ vmac: B, uris: ['wss://b-direct', 'wss://elsewhere:4444'] }])
  })

  it('with no URI, by a node that accepts them and does not know where', () => {
    const lab = directLab({}, { directConnections: { uris: [] } })
    resolve(lab)
    expect(lab.a.told('Resolved')).toMatchObject([{ vmac: B, uris: [], cause: undefined }])
  })

  it('with NAK 45, by a node that accepts none, even if it initiates them', () => {
    for (const ofB of [DEAF, { directConnections: { initiate: true, listen: undefined } }]) {
      const lab = directLab({}, ofB)
      resolve(lab)
      expect(lab.a.told('Resolved')).toMatchObject([{ vmac: B, uris: [], cause: { errorCode: NOT_SUPPORTED } }])
      lab.a.send(1, B)
      lab.advance(seconds(30))
      expect(lab.a.told('FailedConnection')).toEqual([])
    }
  })

  it('over a direct connection, if there is one', () => {
    const lab = connectedLab()
    const said = directTalk(lab)
    resolve(lab)
    expect(said()).toEqual(['a > b-direct Address-Resolution', 'b-direct > a Address-Resolution-ACK'])
    expect(lab.a.told('Resolved')).toMatchObject([{ vmac: B, uris: ['wss://b-direct'] }])
  })

  it('over a direct connection also with NAK 45', () => {
    const lab = connectedLab({ directConnections: { initiate: true, listen: undefined } })
    const said = directTalk(lab)
    lab.b.submit({ _tag: 'Resolve', to: A })
    lab.advance(ms(20))
    expect(said()).toEqual(['b-direct > a Address-Resolution', 'a > b-direct BVLC-Result'])
    expect(lab.b.told('Resolved')).toMatchObject([{ vmac: A, cause: { errorCode: NOT_SUPPORTED } }])
  })
})

describe('an Advertisement', () => {
  it('says whether its sender accepts direct connections', () => {
    for (const [ofB, accepts] of [
      [{}, true],
      [DEAF, false],
      [{ directConnections: { listen: undefined, initiate: true } }, false],
    ] as const) {
      const lab = directLab({}, ofB)
      solicit(lab)
      const flags = lab.a.told('Advertisement').map(({ advertisement }) => advertisement.acceptsDirectConnections)
      expect(flags).toEqual([accepts])
    }
  })

  it('is solicited and comes over a direct connection, if there is one', () => {
    const lab = connectedLab()
    const said = directTalk(lab)
    solicit(lab)
    expect(said()).toEqual(['a > b-direct Advertisement-Solicitation', 'b-direct > a Advertisement'])
    expect(lab.a.told('Advertisement').map(({ source }) => source)).toEqual([B])
  })
})

describe('what a peer tells is remembered', () => {
  const asked = (lab: DirectLab): number =>
    lab.tapped.map(inWords).filter(what => what === 'a > hub-a Address-Resolution').length

  it('that it accepts no direct connections: it is not asked again while that is fresh, and asked again later', () => {
    const lab = directLab({ directConnections: { freshness: seconds(100), initiate: true } }, DEAF)
    for (let number = 0; number < 9; number++) {
      lab.a.send(number, B)
      lab.advance(seconds(10))
    }
    expect(asked(lab)).toBe(1)
    lab.advance(seconds(20))
    lab.a.send(9, B)
    lab.advance(ms(10))
    expect(asked(lab)).toBe(2)
    expect(lab.b.heard()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('its URIs: they are dialled again without a question', () => {
    const lab = connectedLab({ directConnections: { idle: seconds(10), freshness: seconds(300), initiate: true } })
    lab.advance(seconds(60))
    lab.a.send(1, B)
    lab.advance(seconds(1))
    expect(waysOf(lab.a)).toEqual(['up b', 'down b', 'up b'])
    expect(asked(lab)).toBe(1)
  })
})

describe('the URIs of a peer', () => {
  it('are tried in their order until one works', () => {
    const uris = ['wss://nobody', 'wss://nobody-either', 'wss://b-direct', 'wss://never-tried']
    const { a, b, advance } = directLab({}, { directConnections: { uris } })
    a.send(1, B)
    advance(seconds(1))
    a.send(2, B)
    advance(ms(10))
    expect(causes(a)).toEqual(['wss://nobody: nobody listens', 'wss://nobody-either: nobody listens'])
    expect(heardBy(b)).toEqual(['1 from a via hub', '2 from a via direct'])
  })

  it('that lead to another device are left, and the next is tried', () => {
    const lab = directLab({}, { directConnections: { uris: ['wss://c-direct', 'wss://b-direct'] } })
    const c = lab.node(labNode(3, 'c'))
    lab.a.send(1, B)
    lab.advance(seconds(1))
    lab.a.send(2, B)
    lab.advance(seconds(1))
    expect(causes(lab.a)).toEqual(['wss://c-direct: it is 020000000003 that answers there'])
    expect(heardBy(lab.b)).toEqual(['1 from a via hub', '2 from a via direct'])
    expect(c.heard()).toEqual([])
    expect(lab.tapped.map(inWords)).toContain('a - c-direct closed with 1000')
    expect(waysOf(c), 'the other device had a peer for a moment').toEqual(['up a', 'down a'])
  })

  it('that refuse us for our VMAC do not make us change it', () => {
    const lab = directLab({}, { directConnections: { uris: ['wss://twisted'] } })
    const twisted = lab.node({ ...labNode(3, 'twisted'), vmac: A, directConnections: { listen: 'twisted' } })
    lab.advance(seconds(1))
    const before = lab.a.status()?.vmac
    lab.a.send(1, B)
    lab.advance(seconds(5))
    expect(lab.a.told('FailedConnection')).toHaveLength(1)
    expect(lab.a.status()?.vmac).toBe(before)
    twisted.kill()
  })

  it('that may not be dialled are not dialled; it is told once a round, not once an NPDU', () => {
    const tried: string[] = []
    const mayDial = (uri: string): boolean => {
      tried.push(uri)
      return false
    }
    const { a, b, advance } = directLab({ directConnections: { initiate: true, mayDial } })
    for (let number = 0; number < 100; number++) {
      a.send(number, B)
      advance(ms(100))
    }
    expect(b.heard()).toHaveLength(100)
    expect(causes(a)).toEqual(['wss://b-direct: dialling it is not allowed'])
    expect(tried).toHaveLength(1)
  })

  it('are asked of the policy with the VMAC they are for, and the allowed ones are dialled', () => {
    const uris = ['wss://elsewhere', 'wss://b-direct']
    const mayDial = (uri: string, vmac: string): boolean => uri === 'wss://b-direct' && vmac === B
    const { a, advance } = directLab(
      { directConnections: { initiate: true, mayDial } },
      { directConnections: { uris } },
    )
    a.send(1, B)
    advance(seconds(1))
    expect(waysOf(a)).toEqual(['up b'])
    expect(causes(a)).toEqual(['wss://elsewhere: dialling it is not allowed'])
  })
})

describe('direct connections that we initiate', () => {
  it('are no more than the limit; NPDUs to further peers go through the hub', () => {
    const lab = directLab({ directConnections: { initiate: true, limits: { maxInitiated: 2 } } })
    const others = [3, 4, 5].map(n => lab.node(labNode(n, `n${n}`)))
    lab.advance(seconds(1))
    for (const round of [1, 2]) {
      for (const to of [B, ...others.map(node => node.status()?.vmac ?? B)]) lab.a.send(round, to)
      lab.advance(seconds(1))
    }
    expect(lab.a.told('Direct')).toHaveLength(2)
    expect(others.map(heardBy)).toEqual([
      ['1 from a via hub', '2 from a via direct'],
      ['1 from a via hub', '2 from a via hub'],
      ['1 from a via hub', '2 from a via hub'],
    ])
  })
})
