import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { identity } from '../support/identities.js'
import { inWords, virtualLab, type RunningHub, type RunningNode, type VirtualLab } from '../support/virtual-network.js'

const hubConnections = (node: RunningNode): readonly string[] =>
  node.told('Status').map(({ status }) => status.hubConnection)

/** What one node and its hubs said to each other, in words. */
const talk = (lab: VirtualLab, node: RunningNode): readonly string[] =>
  lab.tapped.filter(what => what.node === node.name).map(inWords)

describe('a node whose primary hub dies', () => {
  const withFailover = () => {
    const lab = virtualLab()
    const primary = lab.hub({ name: 'hub-a' })
    const failover = lab.hub({ name: 'hub-b' })
    const node = lab.node({ failover: 'hub-b', timings: { jitter: 0, minReconnect: seconds(10) } })
    lab.advance(seconds(30))
    return { lab, primary, failover, node }
  }

  it('is on the failover at once', () => {
    const { lab, primary, node } = withFailover()
    primary.kill()
    lab.advance(ms(10))
    expect(hubConnections(node)).toEqual(['none', 'primary', 'none', 'failover'])
  })

  it('comes back when the primary does, at the next of its longer and longer looks', () => {
    const { lab, primary, node } = withFailover()
    primary.kill()
    lab.advance(seconds(40))
    primary.start()
    lab.advance(seconds(100))
    expect(hubConnections(node).slice(3)).toEqual(['failover', 'primary'])
    const [lostAt = 0] = node.times('LostConnection')
    const looks = node.times('FailedConnection').map(at => Math.floor((at - lostAt) / 1000))
    expect(looks, 'at once; after 10 s; after 20 s more').toEqual([0, 10, 30])
    expect(Math.floor(((node.times('Status').at(-1) ?? 0) - lostAt) / 1000), 'after 40 s more').toBe(70)
  })

  it('uses the failover while it looks, and leaves it only when the primary has accepted', () => {
    const { lab, primary, failover, node } = withFailover()
    primary.kill()
    lab.advance(seconds(5))
    primary.start()
    const before = lab.tapped.length
    lab.advance(seconds(10))
    expect(talk(lab, node).slice(before - lab.tapped.length)).toEqual([
      'node-1 > hub-a Connect-Request',
      'hub-a > node-1 Connect-Accept',
      'node-1 > hub-b Disconnect-Request',
      'hub-b > node-1 Disconnect-ACK',
      'node-1 - hub-b closed with 1000',
    ])
    expect(hubConnections(node).slice(-2), 'never without a hub in between').toEqual(['failover', 'primary'])
    expect(failover.told('NodeDisconnected').map(({ cause }) => cause.errorCode)).toEqual([
      ErrorCode.WEBSOCKET_CLOSED_BY_PEER,
    ])
  })

  it('is told apart: keeps its VMAC and its UUID', () => {
    const { lab, primary, failover, node } = withFailover()
    const [before] = primary.nodes()
    primary.kill()
    lab.advance(seconds(1))
    expect(failover.nodes()).toMatchObject([{ vmac: before?.vmac, uuid: before?.uuid }])
    expect(node.status()?.vmac).toBe(before?.vmac)
  })
})

describe('NPDUs on their way while hubs die and come back', () => {
  const [A, B] = [identity(1).vmac, identity(2).vmac]

  /** All NPDUs that somebody said he dropped: the sender, or a hub, which counts them. */
  const dropped = (node: RunningNode, hubs: readonly RunningHub[]): number =>
    node.told('Dropped').length + hubs.flatMap(hub => hub.told('Dropped')).reduce((sum, { count }) => sum + count, 0)

  it('arrive once and in order, or are reported as Dropped', () => {
    const lab = virtualLab()
    const hubs = ['hub-a', 'hub-b'].map(name => lab.hub({ name })) as [RunningHub, RunningHub]
    const from = lab.node({ vmac: A, failover: 'hub-b' })
    const to = lab.node({ vmac: B, failover: 'hub-b' })
    const [primary, failover] = hubs
    const deaths: Readonly<Record<number, () => void>> = {
      100: primary.kill,
      160: primary.start,
      400: failover.kill,
      410: failover.start,
      500: primary.stop,
      505: failover.stop,
      520: primary.start,
      521: failover.start,
      700: () => lab.cut(from.name),
    }
    lab.advance(seconds(1))
    for (let second = 0; second < 900; second++) {
      deaths[second]?.()
      lab.advance(ms(500))
      from.send(second, B)
      lab.advance(ms(500))
    }
    lab.advance(seconds(10))

    const heard = to.heard()
    expect(heard).toEqual([...new Set(heard)].sort((one, other) => one - other))
    expect(heard.length + dropped(from, hubs)).toBe(900)
    expect(heard.length).toBeGreaterThan(800)
    expect(heard.at(-1)).toBe(899)
  })

  it('are told as unconfirmed when the failover hangs just before the return to the primary', () => {
    const lab = virtualLab()
    const [primary] = ['hub-a', 'hub-b'].map(name => lab.hub({ name })) as [RunningHub, RunningHub]
    const from = lab.node({ vmac: A, failover: 'hub-b', timings: { jitter: 0, minReconnect: seconds(10) } })
    lab.advance(seconds(1))
    primary.kill()
    lab.advance(seconds(9))
    primary.start()
    lab.mute('hub-b')
    for (const number of [1, 2, 3]) from.send(number, B)
    lab.advance(seconds(60))

    expect(hubConnections(from)).toEqual(['none', 'primary', 'none', 'failover', 'primary'])
    expect(from.told('LostConnection').map(({ role, unconfirmed, hungUp }) => ({ role, unconfirmed, hungUp }))).toEqual(
      [
        { role: 'primary', unconfirmed: 0, hungUp: undefined },
        { role: 'failover', unconfirmed: 3, hungUp: true },
      ],
    )
  })

  it('are dropped, and not kept, while there is no hub', () => {
    const lab = virtualLab()
    const node = lab.node()
    node.send(1, 'broadcast')
    node.submit({ _tag: 'Solicit', to: B })
    lab.advance(seconds(5))
    const listener = lab.node({ name: 'listener' })
    lab.hub()
    lab.advance(seconds(60))
    expect(listener.status()?.hubConnection).toBe('primary')
    expect(listener.heard()).toEqual([])
    expect(node.told('Dropped')).toMatchObject([
      { reason: 'not connected', outbound: { _tag: 'Npdu', destination: 'broadcast' } },
      { reason: 'not connected', outbound: { _tag: 'Solicit', to: B } },
    ])
  })
})

describe('a node that finds neither hub', () => {
  it('waits longer and longer, up to the maximum reconnect time, and for ever', () => {
    const lab = virtualLab()
    const node = lab.node({ failover: 'hub-b', timings: { jitter: 0 } })
    lab.advance(seconds(4000))
    const attempts = node.told('FailedConnection').map(({ uri }) => uri)
    const rounds = node.times('FailedConnection').filter((_, index) => index % 2 === 0)
    expect(new Set(attempts.map((uri, index) => `${index % 2} ${uri}`))).toEqual(
      new Set(['0 wss://hub-a', '1 wss://hub-b']),
    )
    expect(rounds.map(at => Math.round(at / 1000))).toEqual([
      0, 10, 30, 70, 150, 310, 630, 1230, 1830, 2430, 3030, 3630,
    ])

    lab.hub({ name: 'hub-b' })
    lab.advance(seconds(600))
    expect(node.status()?.hubConnection).toBe('failover')
  })

  it('begins with the shortest wait again after it has been connected', () => {
    const lab = virtualLab()
    const node = lab.node({ timings: { jitter: 0 } })
    lab.advance(seconds(100))
    const hub = lab.hub()
    lab.advance(seconds(60))
    expect(node.status()?.hubConnection).toBe('primary')
    hub.kill()
    const before = node.times('FailedConnection').length
    lab.advance(seconds(31))
    const rounds = node.times('FailedConnection').slice(before)
    expect(rounds.map(at => Math.round((at - (rounds[0] ?? 0)) / 1000))).toEqual([0, 10, 30])
  })

  it('is moved by chance in each wait, within the minimum and the maximum', () => {
    const lab = virtualLab()
    const node = lab.node()
    lab.advance(seconds(20_000))
    const rounds = node.times('FailedConnection')
    const waits = rounds.slice(1).map((at, index) => (at - (rounds[index] ?? 0)) / 1000)
    const due = waits.map((_, index) => Math.min(10 * 2 ** index, 600))
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(Math.max(10, (due[index] ?? 0) / 2))
      expect(wait).toBeLessThanOrEqual(Math.min(600, (due[index] ?? 0) * 1.5) + 0.001)
    }
    expect(new Set(waits).size).toBeGreaterThan(waits.length / 2)
  })
})

describe('many nodes that lose their only hub together', () => {
  it('do not come back in one moment', () => {
    const lab = virtualLab()
    const hub = lab.hub()
    const nodes = Array.from({ length: 40 }, () => lab.node())
    lab.advance(seconds(60))
    hub.kill()
    lab.advance(seconds(5))
    hub.start()
    lab.advance(seconds(60))
    expect(nodes.map(node => node.status()?.hubConnection)).toEqual(nodes.map(() => 'primary'))

    const moments = new Map<number, number>()
    for (const { at } of lab.tapped.filter(what => inWords(what).endsWith('Connect-Request')).slice(nodes.length)) {
      moments.set(at, (moments.get(at) ?? 0) + 1)
    }
    expect(Math.max(...moments.values()), 'Connect-Requests in the same millisecond').toBeLessThan(5)
  })
})
