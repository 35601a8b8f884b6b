import { describe, expect, it } from 'vitest'
import { toStation } from '../../../src/network/event/destination.js'
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
