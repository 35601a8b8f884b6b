import { describe, expect, it } from 'vitest'
import { fixedRandom, virtualNetwork, type MessageFate } from '../../src/testing/index.js'
import { virtualPaths, type Paths } from '../../src/testing/paths/paths.js'
import { virtualClock } from '../../src/testing/time/virtual-clock.js'
import { ms, seconds } from '../../src/values/duration.js'
import { AT_B, B, labNode } from '../support/direct-lab.js'
import { run } from '../support/running.js'
import { npdu } from '../support/virtual-network.js'

/** A hub and two nodes, of which `a` connects directly to `b` when it sends the first NPDU. */
const lab = (paths: Paths = virtualPaths({ latency: ms(1) })) => {
  const clock = virtualClock()
  const network = virtualNetwork(clock, { paths, random: fixedRandom(3) })
  const hub = run('hub-a', network.hub(), clock)
  const start = (...[number, name, change]: Parameters<typeof labNode>) =>
    run(name, network.node(labNode(number, name, change)), clock)
  const a = start(1, 'a', { directConnections: { initiate: true, listen: undefined } })
  const b = start(2, 'b')
  clock.advance(seconds(1))
  const send = (number: number): void => a.submit({ _tag: 'Npdu', npdu: npdu(number), destination: B })
  return {
    clock,
    network,
    hub,
    a,
    b,
    send,
    heard: () => b.told('Npdu').map(({ npdu: octets, via }) => `${octets[3]} via ${via}`),
    direct: () => a.told('Direct').map(({ state }) => state),
    hubConnection: () => b.told('Status').at(-1)?.status.hubConnection,
  }
}

const connected = () => {
  const all = lab()
  all.send(1)
  all.clock.advance(seconds(1))
  expect(all.direct()).toEqual(['up'])
  return all
}

describe('where a node accepts direct connections is on the host of that node', () => {
  it('which a partition of the host cuts off, until it ends', () => {
    const { clock, network, send, heard } = connected()
    const partition = network.paths.partition('b')
    send(2)
    clock.advance(seconds(5))
    expect(heard()).toEqual(['1 via hub'])
    partition.unsubscribe()
    clock.advance(ms(1))
    expect(heard()).toEqual(['1 via hub', '2 via direct'])
  })

  it('which nobody reaches while the two hosts are apart', () => {
    const { clock, network, send, heard, direct } = lab()
    const partition = network.paths.partition('a', 'b')
    send(1)
    clock.advance(seconds(5))
    expect([heard(), direct()]).toEqual([['1 via hub'], []])
    partition.unsubscribe()
    clock.advance(seconds(1))
    expect(direct()).toEqual(['up'])
  })

  it('which loses all its connections when the host is cut', () => {
    const { clock, network, direct, hubConnection } = connected()
    network.cut('b')
    clock.advance(ms(1))
    expect([direct(), hubConnection()]).toEqual([['up', 'down'], 'none'])
  })

  it('which alone is cut by its own name', () => {
    const { clock, network, direct, hubConnection } = connected()
    network.cut(AT_B)
    clock.advance(ms(1))
    expect([direct(), hubConnection()]).toEqual([['up', 'down'], 'primary'])
  })

  it.each([['b'], [AT_B]])('which goes silent by the name %s', name => {
    const { clock, network, send, heard } = connected()
    network.mute(name)
    send(2)
    clock.advance(seconds(5))
    expect(heard()).toEqual(['1 via hub'])
  })

  it.each([['b'], [AT_B]])('which refuses by the name %s', name => {
    const { clock, network, a, send, direct } = lab()
    const refusal = network.refuse(name)
    send(1)
    clock.advance(seconds(1))
    expect(a.told('FailedConnection').map(({ cause }) => cause.detail)).toEqual(['it refuses'])
    refusal.unsubscribe()
    clock.advance(seconds(60))
    send(2)
    clock.advance(seconds(1))
    expect(direct()).toEqual(['up'])
  })

  it.each([['b'], [AT_B]])('which answers nobody by the name %s', name => {
    const { clock, network, a, send, direct } = lab()
    network.hang(name)
    send(1)
    clock.advance(seconds(5))
    expect([direct(), a.told('FailedConnection')]).toEqual([[], []])
    clock.advance(seconds(10))
    expect(a.told('FailedConnection')).toHaveLength(1)
  })

  it('which is gone with its node', () => {
    const { clock, b, direct } = connected()
    b.kill()
    clock.advance(ms(1))
    expect(direct()).toEqual(['up', 'down'])
  })

  it('which names it in the fates of messages', () => {
    const { clock, network, send } = connected()
    const fates: MessageFate[] = []
    network.fate$.subscribe(fate => fates.push(fate))
    send(2)
    clock.advance(ms(1))
    expect(fates).toMatchObject([{ _tag: 'Arrived', from: 'a', to: 'b' }])
  })
})

describe('the luck of messages', () => {
  it('is drawn from a chance of its own: a bad way changes nobody’s VMAC', () => {
    const vmacs = (impair: (paths: Paths) => void): readonly unknown[] => {
      const clock = virtualClock()
      const paths = virtualPaths()
      impair(paths)
      const network = virtualNetwork(clock, { paths, random: fixedRandom(7) })
      const hub = run('hub-a', network.hub(), clock)
      const found: unknown[] = []
      for (let count = 0; count < 4; count++) {
        const node = run('node', network.node(), clock)
        clock.advance(seconds(20))
        found.push(node.told('Status').find(({ status }) => status.hubConnection === 'primary')?.status.vmac)
        node.kill()
      }
      hub.kill()
      return found
    }
    const plain = vmacs(() => undefined)
    expect([new Set(plain).size, plain.includes(undefined)]).toEqual([4, false])
    expect(vmacs(paths => paths.impair('*', '*', { jitter: ms(3), loss: 0.5 }))).toEqual(plain)
  })
})
