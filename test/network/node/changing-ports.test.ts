import { describe, expect, it } from 'vitest'
import { toStation } from '../../../src/network/event/destination.js'
import { ConfigurationError } from '../../../src/transport/configuration-error.js'
import { seconds } from '../../../src/values/duration.js'
import { IP_STATION, mac, routerLab, SC_STATION, WHO_IS } from '../../support/router-lab.js'
import { fromHex } from '../../support/vectors.js'

describe('a port whose link takes nothing yet', () => {
  it('ends as soon as that does, where it was told to end before', () => {
    const { ports, end, hasEnded } = routerLab({ change: { ip: { isDeaf: true } }, isNew: true })
    end()
    expect(hasEnded()).toBe(false)
    ports.ip.listen()
    expect(ports.ip.isOpen()).toBe(false)
    expect(hasEnded()).toBe(true)
  })
})

describe('a port that goes, with another of its name and number', () => {
  /** A router that is told to do something from within the first event of a kind. */
  const labWithin = (tag: string, does: (lab: ReturnType<typeof routerLab>) => void): ReturnType<typeof routerLab> => {
    let isDone = false
    const lab: ReturnType<typeof routerLab> = routerLab({
      within: ({ _tag }) => {
        if (isDone || _tag !== tag) return
        isDone = true
        does(lab)
      },
    })
    return lab
  }

  const carriesOn = ({ ports, sent, told }: ReturnType<typeof routerLab>): void => {
    sent()
    ports.sc.hear(`0120000a06${IP_STATION}ff${WHO_IS}`, SC_STATION)
    expect(sent()).toEqual([`ip ${IP_STATION} 0108001e06${SC_STATION}${WHO_IS}`])
    expect(told('RejectSent')).toEqual([])
  }

  it('is refused while that one still is there, and taken from within the word that it is gone', () => {
    const lab = labWithin('Rejected', ({ ports, submit }) => {
      submit({ _tag: 'RemovePort', port: 'ip' })
      submit({ _tag: 'AddPort', port: ports.ip.options })
      submit({ _tag: 'AddPort', port: { ...ports.ip.options, name: 'other' } })
    })
    const { ports, told, submit } = lab
    ports.sc.hear('0180030107d1', SC_STATION)
    expect(told('Dropped').map(({ reason }) => reason)).toEqual([
      'there is a port ip already',
      '10 is the network of port ip already',
    ])
    expect(told('PortRemoved')).toHaveLength(1)
    submit({ _tag: 'AddPort', port: ports.ip.options })
    expect(told('Dropped')).toEqual([])
    carriesOn(lab)
  })

  it('is there when it is added from within PortRemoved', () => {
    const lab = labWithin('PortRemoved', ({ ports, submit }) => submit({ _tag: 'AddPort', port: ports.ip.options }))
    lab.submit({ _tag: 'RemovePort', port: 'ip' })
    expect(lab.told('Dropped')).toEqual([])
    carriesOn(lab)
  })

  it('gives back what is sent through it when it has ended', () => {
    const { ports, told } = labWithin('Rejected', lab => {
      lab.submit({ _tag: 'RemovePort', port: 'ip' })
      lab.submit({ _tag: 'Apdu', apdu: fromHex(WHO_IS), destination: toStation(mac(IP_STATION), 10) })
    })
    ports.sc.hear('0180030107d1', SC_STATION)
    expect(told('Dropped')).toHaveLength(1)
    expect(ports.ip.isOpen()).toBe(false)
  })
})

describe('a port that is told the number of another', () => {
  it('does not believe it, asks on, and has that number when the other is gone', () => {
    const { ports, sent, told, submit, pass } = routerLab({ change: { ip6: { network: undefined } } })
    told('Port')
    ports.ip6.hear('018013000a01', '0004d2', true)
    expect(told('Conflict')).toMatchObject([
      { conflict: 'network of two ports', network: 10, port: 'ip6', neighbour: '0004d2' },
    ])
    ports.ip6.hear('018012', '0004d2', true)
    expect(sent()).toEqual([])
    pass(seconds(300))
    expect(sent()).toContain('ip6 broadcast 018012')
    submit({ _tag: 'RemovePort', port: 'ip' })
    pass(seconds(300))
    expect(sent()).toContain('ip6 broadcast 018012')
    ports.ip6.hear('018013000a01', '0004d2', true)
    expect(told('Port')).toMatchObject([{ port: 'ip6', network: 10 }])
    ports.ip6.hear('018012', '0004d2', true)
    expect(sent()).toEqual(['ip6 broadcast 018013000a00'])
  })

  it('keeps one that it had learned', () => {
    const { ports, sent, told } = routerLab({ change: { ip6: { network: undefined } } })
    ports.ip6.hear('018013001401', '0004d2', true)
    ports.ip6.hear('018013000a01', '0004d2', true)
    expect(told('Port')).toMatchObject([{ port: 'ip6', network: 20 }])
    expect(told('Conflict')).toMatchObject([{ conflict: 'network of two ports', network: 10, port: 'ip6' }])
    ports.ip6.hear('018012', '0004d2', true)
    expect(sent()).toEqual(['ip6 broadcast 018013001400'])
  })
})

describe('the home of a router', () => {
  /** Where its application is known to be by a station on the network of B/IPv6. */
  const knownAs = ({ sent, submit }: ReturnType<typeof routerLab>): readonly string[] => {
    sent()
    submit({ _tag: 'Apdu', apdu: fromHex(WHO_IS), destination: toStation(mac('0004d2'), 20) })
    return sent()
  }

  it('is the first port that there is, where none is named', () => {
    const lab = routerLab({ namesHome: false })
    const { ports, submit } = lab
    expect(knownAs(lab)).toEqual([`ip6 0004d2 0108000a06c0a80101bac0${WHO_IS}`])
    submit({ _tag: 'RemovePort', port: 'ip' })
    expect(knownAs(lab)).toEqual([`ip6 0004d2 0100${WHO_IS}`])
    submit({ _tag: 'AddPort', port: ports.ip.options })
    expect(knownAs(lab)).toEqual([`ip6 0004d2 0100${WHO_IS}`])
  })

  it.each([
    ['the first that comes', false, `ip6 0004d2 0108000a06c0a80101bac0${WHO_IS}`],
    ['the one of its name', true, `ip6 0004d2 0108001e069a0000000001${WHO_IS}`],
  ])('is %s, where there is none at first', (_, namesHome, said) => {
    const lab = routerLab({ namesHome, isBare: true, isNew: true })
    for (const { options } of Object.values(lab.ports)) lab.submit({ _tag: 'AddPort', port: options })
    expect(knownAs(lab)).toEqual([said])
  })

  it('must be a port where there are ports', () => {
    expect(routerLab({ home: 'attic' }).failure()).toEqual(new ConfigurationError('home: there is no port attic'))
  })
})
