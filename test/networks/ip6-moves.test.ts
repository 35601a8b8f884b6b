import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { registered, twoDomains, vmacOf } from '../support/ip6-domains.js'
import { inWords6, ip6Lab, type Ip6Lab } from '../support/ip6-lab.js'
import { numbered } from '../support/npdu.js'

describe('a station that is at another address than its peers know', () => {
  /** A node that goes with its host, which a peer knows; the clock stands right after that. */
  const known = (lab: Ip6Lab) => {
    const mover = lab.port('fd71:0:0:2::9', { deviceInstance: 0x2009, movesAlong: true })
    const peer = lab.port('fd71:0:0:2::7', { deviceInstance: 0x2007 })
    lab.advance(ms(1))
    peer.unicast(numbered(0), '002009')
    lab.advance(ms(20))
    expect(mover.heard(numbered(0))).toEqual(['002007'])
    lab.sent()
    return { mover, peer }
  }

  it('is not reached at the old one, until it says anything', () => {
    const lab = ip6Lab()
    const { mover, peer } = known(lab)
    lab.network.move('fd71:0:0:2::9', 'fd71:0:0:2::99')
    peer.unicast(numbered(1), '002009')
    lab.advance(ms(20))
    mover.broadcast(numbered(2))
    lab.advance(ms(20))
    peer.unicast(numbered(3), '002009')
    lab.advance(ms(20))
    expect([1, 3].map(number => mover.heard(numbered(number)).length)).toEqual([0, 1])
    expect(peer.told('VmacCacheChanged').map(({ change: { state } }) => state)).toEqual(['learned', 'changed'])
    expect(lab.sent().map(inWords6).at(-1)).toBe(`[fd71:0:0:2::7]:47808 > [fd71:0:0:2::99]:47808 Original-Unicast-NPDU`)
  })

  it('is looked for again when what was sent to the old one came back', () => {
    const lab = ip6Lab()
    const { mover, peer } = known(lab)
    lab.network.move('fd71:0:0:2::9', 'fd71:0:0:2::99')
    const old = bip6('[fd71:0:0:2::9]:47808')
    lab.network.failSend(({ to }) => (to === old ? 'nobody is there' : undefined))
    peer.unicast(numbered(1), '002009')
    lab.advance(ms(20))
    expect(peer.told('Dropped').map(({ reason }) => reason)).toEqual(['nobody is there'])
    peer.unicast(numbered(2), '002009')
    lab.advance(ms(20))
    expect(mover.heard(numbered(2))).toEqual(['002007'])
    expect(peer.told('VmacCacheChanged').map(({ change: { state } }) => state)).toEqual([
      'learned',
      'forgotten',
      'learned',
    ])
  })

  it('is found at once, as it asks all for nobody', () => {
    const lab = ip6Lab()
    const { mover, peer } = known(lab)
    lab.network.move('fd71:0:0:2::9', 'fd71:0:0:2::99')
    lab.advance(ms(20))
    peer.unicast(numbered(1), '002009')
    lab.advance(ms(20))
    expect(mover.heard(numbered(1))).toEqual(['002007'])
  })

  it('is looked for again when nothing was heard of it for 300 s, which is what sending alone does not put off', () => {
    const lab = ip6Lab()
    const { mover, peer } = known(lab)
    const loss = lab.network.lose(({ from }) => from === bip6('[fd71:0:0:2::99]:47808'))
    lab.network.move('fd71:0:0:2::9', 'fd71:0:0:2::99')
    for (let second = 0; second < 299; second++) {
      peer.unicast(numbered(100 + second), '002009')
      lab.advance(seconds(1))
    }
    expect(mover.told('Npdu')).toHaveLength(1)
    loss.unsubscribe()
    lab.advance(seconds(1))
    peer.unicast(numbered(1), '002009')
    lab.advance(ms(20))
    expect(mover.heard(numbered(1))).toEqual(['002007'])
  })

  it('is known by another VMAC, when its device instance was changed, as soon as it says anything', () => {
    const lab = ip6Lab()
    const { mover, peer } = known(lab)
    mover.submit({ _tag: 'SetVmac', vmac: '00beef' as never })
    mover.broadcast(numbered(1))
    lab.advance(ms(20))
    expect(peer.heard(numbered(1))).toEqual(['00beef'])
    lab.sent()
    peer.unicast(numbered(2), '00beef')
    peer.unicast(numbered(3), '002009')
    lab.advance(seconds(5))
    expect(mover.heard(numbered(2))).toEqual(['002007'])
    expect(mover.heard(numbered(3))).toEqual([])
    expect(peer.told('Dropped').map(({ reason }) => reason)).toEqual(['nobody answered for its VMAC'])
  })

  it('is found at its new one by another domain and by foreign devices, too', () => {
    const { lab, a, device } = registered()
    const mover = lab.port('fd71:0:0:2::9', { deviceInstance: 0x2009, movesAlong: true })
    lab.advance(ms(1))
    for (const port of [a, device]) port.unicast(numbered(1), '002009')
    lab.advance(ms(20))
    lab.network.move('fd71:0:0:2::9', 'fd71:0:0:2::99')
    mover.broadcast(numbered(2))
    lab.advance(ms(20))
    lab.sent()
    for (const port of [a, device]) port.unicast(numbered(3), '002009')
    lab.advance(ms(20))
    expect(mover.heard(numbered(3))).toEqual(['001007', '009007'])
    expect(lab.sent()).toHaveLength(2)
  })

  it('has left its address to another, which is not taken for it', () => {
    const lab = ip6Lab()
    const { mover, peer } = known(lab)
    mover.kill()
    const heir = lab.port('fd71:0:0:2::9', { deviceInstance: 0x2222 })
    lab.advance(ms(1))
    heir.broadcast(numbered(1))
    lab.advance(ms(20))
    peer.unicast(numbered(2), '002009')
    lab.advance(seconds(5))
    expect(heir.heard(numbered(2))).toEqual([])
    expect(peer.told('Dropped').map(({ reason }) => reason)).toEqual(['nobody answered for its VMAC'])
  })
})

describe('a question that gets lost', () => {
  it.each([1, 2])('%i times is asked again, and what waits is sent in its order', times => {
    const { lab, a, b } = twoDomains()
    let left = times
    lab.network.lose(({ octets }) => octets[1] === 0x03 && left-- > 0)
    for (const number of [1, 2, 3]) a.unicast(numbered(number), vmacOf(b))
    lab.advance(ms(times * 1000 - 1))
    expect(b.told('Npdu')).toEqual([])
    lab.advance(ms(20))
    expect(b.told('Npdu').map(({ npdu }) => npdu)).toEqual([1, 2, 3].map(numbered))
  })

  it('need not be asked again where the station says something by itself', () => {
    const { lab, a, b } = twoDomains()
    const loss = lab.network.lose(({ octets }) => octets[1] === 0x03)
    a.unicast(numbered(1), vmacOf(b))
    lab.advance(ms(500))
    b.broadcast(numbered(2))
    lab.advance(ms(20))
    expect(b.heard(numbered(1))).toEqual(['001007'])
    loss.unsubscribe()
    lab.sent()
    lab.advance(seconds(10))
    expect(lab.sent()).toEqual([])
  })
})
