import { from, of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { DecodedNpdu } from '../../../src/network/application/decode-npdus.js'
import { faultCounter } from '../../../src/network/application/fault-counter.js'
import { forUs, type NotForUs, type Ourselves } from '../../../src/network/application/for-us.js'
import type { Mac } from '../../../src/values/mac.js'
import { receivedAndDecoded } from '../../support/received-npdus.js'
import { macOf } from '../../support/mac.js'

const OUR_MAC = macOf('c0a80101bac0')
const US: Ourselves = { network: () => 5, mac: () => OUR_MAC }

const WHO_IS = '1008'
const READ_PROPERTY = '0205010c0c020004d2194d'
const WHO_IS_ROUTER = '00'

const ARRIVALS = ['unicast', 'broadcast'] as const

const kept = (npdu: DecodedNpdu<Mac>, us: Ourselves): 'kept' | NotForUs['code'] | undefined => {
  const found: ('kept' | NotForUs['code'])[] = []
  of(npdu)
    .pipe(forUs(us, ({ code }) => found.push(code)))
    .subscribe(() => found.push('kept'))
  expect(found).toHaveLength(1)
  return found[0]
}

/** The header of an NPDU, without version and control. */
const DESTINATIONS = {
  nowhere: '',
  'all networks': 'ffff00ff',
  'all of our network': '000500ff',
  'our MAC address in our network': '000506c0a80101bac0ff',
  'another MAC address in our network': '000506c0a80102bac0ff',
  'all of another network': '000600ff',
  'our MAC address in another network': '000606c0a80101bac0ff',
} as const

const control = (destination: string, isMessage = false): string =>
  ((destination === '' ? 0 : 0x20) | (isMessage ? 0x80 : 0)).toString(16).padStart(2, '0')

const npduTo = (to: keyof typeof DESTINATIONS, apdu: string, destination: (typeof ARRIVALS)[number]) =>
  receivedAndDecoded(`01${control(DESTINATIONS[to])}${DESTINATIONS[to]}${apdu}`, { destination })

describe.each(ARRIVALS)('an NPDU that came by %s', arrival => {
  it.each([
    ['nowhere', 'kept'],
    ['all networks', 'kept'],
    ['all of our network', 'kept'],
    ['our MAC address in our network', 'kept'],
    ['another MAC address in our network', 'OTHER_STATION'],
    ['all of another network', 'OTHER_NETWORK'],
    ['our MAC address in another network', 'OTHER_NETWORK'],
  ] as const)('to %s is %s', (to, expected) => {
    expect(kept(npduTo(to, WHO_IS, arrival), US)).toBe(expected)
  })

  it.each([
    ['nowhere', 'kept'],
    ['all networks', 'kept'],
    ['all of our network', 'OTHER_NETWORK'],
    ['our MAC address in our network', 'OTHER_NETWORK'],
  ] as const)('to %s is %s while the own network is not known', (to, expected) => {
    expect(kept(npduTo(to, WHO_IS, arrival), { mac: () => OUR_MAC })).toBe(expected)
    expect(kept(npduTo(to, WHO_IS, arrival), { network: () => undefined, mac: () => OUR_MAC })).toBe(expected)
  })

  it.each([
    ['nowhere', 'kept'],
    ['all of our network', 'kept'],
    ['our MAC address in our network', 'OTHER_STATION'],
  ] as const)('to %s is %s while there is no own MAC address', (to, expected) => {
    expect(kept(npduTo(to, WHO_IS, arrival), { ...US, mac: () => undefined })).toBe(expected)
  })

  it('is kept as a message of the network layer whose type is that of a Confirmed-Request', () => {
    for (const to of ['nowhere', 'all networks', 'all of our network'] as const) {
      const destination = DESTINATIONS[to]
      const hex = `01${control(destination, true)}${destination}${WHO_IS_ROUTER}`
      expect(kept(receivedAndDecoded(hex, { destination: arrival }), US)).toBe('kept')
    }
  })
})

describe('a Confirmed-Request', () => {
  const BROADCAST = 'CONFIRMED_REQUEST_BY_BROADCAST'

  it.each([
    ['unicast', 'nowhere', 'kept'],
    ['unicast', 'our MAC address in our network', 'kept'],
    ['unicast', 'all networks', BROADCAST],
    ['unicast', 'all of our network', BROADCAST],
    ['broadcast', 'nowhere', BROADCAST],
    ['broadcast', 'all networks', BROADCAST],
    ['broadcast', 'all of our network', BROADCAST],
    ['broadcast', 'our MAC address in our network', BROADCAST],
    ['broadcast', 'all of another network', 'OTHER_NETWORK'],
  ] as const)('that came by %s to %s is %s', (arrival, to, expected) => {
    expect(kept(npduTo(to, READ_PROPERTY, arrival), US)).toBe(expected)
  })

  it('is seen behind a source', () => {
    const hex = '0108000706c0a80202bac0' + READ_PROPERTY
    expect(kept(receivedAndDecoded(hex), US)).toBe('kept')
    expect(kept(receivedAndDecoded(hex, { destination: 'broadcast' }), US)).toBe(BROADCAST)
  })

  it('is not taken for one when it is any other APDU', () => {
    for (const first of ['10', '20', '30', '40', '50', '60', '70']) {
      expect(kept(receivedAndDecoded(`0100${first}010203`, { destination: 'broadcast' }), US)).toBe('kept')
    }
  })
})

describe('what is kept', () => {
  it('changes with the network number and the MAC address', () => {
    const known: { network?: number; mac?: Mac } = {}
    const us = { network: () => known.network, mac: () => known.mac }
    const npdu = npduTo('our MAC address in our network', WHO_IS, 'unicast')
    expect(kept(npdu, us)).toBe('OTHER_NETWORK')
    known.network = 5
    expect(kept(npdu, us)).toBe('OTHER_STATION')
    known.mac = OUR_MAC
    expect(kept(npdu, us)).toBe('kept')
  })

  it('is the very object that came, and what is not can be counted', () => {
    const others = faultCounter<NotForUs['code']>()
    const npdus = [
      npduTo('nowhere', WHO_IS, 'unicast'),
      npduTo('all of another network', WHO_IS, 'unicast'),
      npduTo('nowhere', READ_PROPERTY, 'broadcast'),
      npduTo('all of another network', WHO_IS, 'broadcast'),
    ]
    const heard: DecodedNpdu<Mac>[] = []
    from(npdus)
      .pipe(forUs(US, others.note))
      .subscribe(npdu => heard.push(npdu))
    expect(heard).toEqual([npdus[0]])
    expect(heard[0]).toBe(npdus[0])
    expect(others.counts()).toEqual({ OTHER_NETWORK: 2, CONFIRMED_REQUEST_BY_BROADCAST: 1 })
  })
})
