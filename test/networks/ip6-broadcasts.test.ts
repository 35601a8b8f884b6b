import { describe, expect, it } from 'vitest'
import { foreignDevice6 } from '../../src/index.js'
import { unicast } from '../../src/link/link.js'
import { ms, seconds } from '../../src/values/duration.js'
import { BBMD1, BBMD2, twoDomains, vmacOf } from '../support/ip6-domains.js'
import { inWords6 } from '../support/ip6-lab.js'
import { I_AM, WHO_IS, numbered } from '../support/npdu.js'
import { notHeardOnce } from '../support/port-lab.js'

describe('two links with a BBMD each', () => {
  it('hear every broadcast once, from its true VMAC, and its speaker does not', () => {
    const { lab, ports } = twoDomains()
    expect(notHeardOnce(lab, ports, vmacOf)).toEqual([])
  })

  it('need three datagrams for a broadcast', () => {
    const { lab, a } = twoDomains()
    a.broadcast(WHO_IS)
    lab.advance(ms(20))
    expect(lab.sent().map(inWords6)).toEqual([
      '[fd71:0:0:1::7]:47808 > [ff02::bac0]:47808 Original-Broadcast-NPDU',
      '[fd71:0:0:1::1]:47808 > [fd71:0:0:2::1]:47808 Forwarded-NPDU',
      '[fd71:0:0:2::1]:47808 > [ff02::bac0]:47808 Forwarded-NPDU',
    ])
  })

  it('answer a Who-Is by unicast, straight to who asked, whom nobody has to look for', () => {
    const { lab, ports, a } = twoDomains()
    for (const port of ports) {
      port.on(event => {
        if (event._tag === 'Npdu' && event.destination === 'broadcast') port.submit(unicast(I_AM, event.source))
      })
    }
    a.broadcast(WHO_IS)
    lab.advance(ms(20))
    expect(lab.hearers(I_AM)).toEqual({
      'fd71:0:0:1::7': expect.arrayContaining(ports.filter(port => port !== a).map(vmacOf)) as unknown,
    })
    expect(a.heard(I_AM)).toHaveLength(5)
    const sent = lab.sent().map(inWords6)
    expect(sent.filter(said => said.endsWith('> [fd71:0:0:1::7]:47808 Original-Unicast-NPDU'))).toHaveLength(5)
    // Besides these, the three datagrams of the Who-Is.
    expect(sent).toHaveLength(8)
  })
})

describe('a foreign device of one of them', () => {
  it.each([BBMD1, BBMD2])('hears every broadcast once, and is heard once by all, registered with %s', bbmd => {
    const { lab, ports } = twoDomains()
    const device = lab.port('fd71:0:0:9::7', { deviceInstance: 0x9007, role: foreignDevice6({ bbmd }) })
    const bystander = lab.port('fd71:0:0:9::8', { deviceInstance: 0x9008 })
    lab.advance(seconds(1))
    expect(notHeardOnce(lab, [...ports, device], vmacOf)).toEqual([])
    expect(bystander.told('Npdu')).toEqual([])
  })

  it('is heard by no other link once it has gone, nor hears of any', () => {
    const { lab, a, bbmd1 } = twoDomains()
    const device = lab.port('fd71:0:0:9::7', { deviceInstance: 0x9007, role: foreignDevice6({ bbmd: BBMD1 }) })
    lab.advance(seconds(1))
    device.stop()
    lab.advance(seconds(10))
    expect(device.end()).toBe('completed')
    expect(bbmd1.told('ForeignDevice').map(({ state }) => state)).toEqual(['registered', 'deleted'])
    lab.sent()
    a.broadcast(numbered(1))
    lab.advance(ms(20))
    expect(lab.sent()).toHaveLength(3)
  })
})

describe('a BBMD that restarts', () => {
  it('leaves its link alone until it is back, and has forgotten its foreign devices until they renew', () => {
    const { lab, ports, a, b, bbmd1 } = twoDomains()
    const role = foreignDevice6({ bbmd: BBMD1, ttl: 20 })
    const device = lab.port('fd71:0:0:9::7', { deviceInstance: 0x9007, role })
    lab.advance(seconds(1))
    bbmd1.kill()
    lab.advance(ms(10))
    a.broadcast(numbered(101))
    lab.advance(ms(20))
    expect(Object.keys(lab.hearers(numbered(101)))).toEqual(['fd71:0:0:1::8'])

    bbmd1.start()
    lab.advance(ms(10))
    b.broadcast(numbered(102))
    lab.advance(ms(20))
    expect(a.heard(numbered(102))).toEqual(['002007'])
    expect(device.heard(numbered(102))).toEqual([])

    lab.advance(seconds(11))
    expect(notHeardOnce(lab, [...ports, device], vmacOf)).toEqual([])
  })
})
