import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ApplicationPdu } from '../../src/wire/apdu.js'
import { encodeApdu } from '../../src/wire/apdu-encode.js'
import { errorParameters } from '../../src/wire/bacnet-error.js'
import { encodeIAm } from '../../src/wire/i-am.js'
import type { NetworkAddress } from '../../src/wire/npci.js'
import { encodeNpdu, type Npdu } from '../../src/wire/npdu.js'
import { encodeWhoIs } from '../../src/wire/who-is.js'
import { anyIAm, anyPdu, anyRange } from '../support/apdu-arbitraries.js'
import { anyNetworkMessage, anyNpdu } from '../support/npdu-arbitraries.js'
import { spellOutNpdu } from '../support/npdu-spelled.js'
import { malformedNpdus, routingVectors, validNpdus } from '../support/npdu-vectors.js'
import { tsharkIsHere, type Reading } from '../support/tshark-ask.js'
import { apduReadingOf, iAmReadingOf, judgeNpdus, npduReadingOf, type NpduVerdict } from '../support/tshark-npdu.js'
import { fromHex, toHex } from '../support/vectors.js'
import { macOf } from '../support/mac.js'

/** An NPDU for the judge, and what it should read in it as far as that is known. */
interface Exhibit {
  readonly name: string
  readonly octets: Uint8Array
  readonly reading?: Reading
  readonly apdu?: Reading
  readonly words?: readonly string[]
}

const vectors = validNpdus.map(({ name, octets, decoded }): Exhibit => {
  const isSpelledOut = decoded.messageName === 'proprietary' || !('data' in decoded)
  return { name, octets, ...(isSpelledOut && { reading: npduReadingOf(decoded) }) }
})

const sent = routingVectors.flatMap(({ name, routing }) =>
  routing.send.map(({ hex }): Exhibit => ({ name: `${name}, what is sent`, octets: fromHex(hex) })),
)

/** Security messages, whose types were withdrawn, are looked into by the dissector. */
const isDissected = ({ content }: Npdu): boolean => content._tag !== 'Unknown' || content.type >= 0x14

/** The dissector does not step over longer MAC addresses. */
const SIX_OCTETS = 12

const shortened = (address: NetworkAddress | undefined): NetworkAddress | undefined =>
  address && { ...address, mac: macOf(address.mac.slice(0, SIX_OCTETS)) }

const withShortAddresses = (npdu: Npdu): Npdu => ({
  ...npdu,
  destination: shortened(npdu.destination),
  source: shortened(npdu.source),
})

/** Who-Is for the APDU, as the dissector looks into it. */
const withWhoIs = (npdu: Npdu): Npdu =>
  npdu.content._tag === 'Apdu' ? { ...npdu, content: { _tag: 'Apdu', apdu: encodeWhoIs() } } : npdu

const exhibitOf = (npdu: Npdu): Exhibit => {
  const octets = encodeNpdu(npdu)
  return { name: toHex(octets), octets, reading: npduReadingOf(spellOutNpdu(npdu)) }
}

const npdus = fc.sample(anyNpdu().filter(isDissected), 1000).map(withShortAddresses).map(withWhoIs).map(exhibitOf)

const plain = {
  priority: 'normal',
  expectingReply: false,
  destination: undefined,
  source: undefined,
  hopCount: 0,
} as const

const messages = fc
  .sample(anyNetworkMessage(), 1000)
  .map((content): Npdu => ({ ...plain, content }))
  .filter(isDissected)
  .map(exhibitOf)

const carrying = (apdu: Uint8Array): Uint8Array => encodeNpdu({ ...plain, content: { _tag: 'Apdu', apdu } })

const READ_PROPERTY = 12
const OF_READ_PROPERTY = fromHex('0c020004d2194d')

/** The same with a service that the dissector knows and parameters that are right for it, as it looks into them. */
const withService = (pdu: ApplicationPdu): ApplicationPdu => {
  switch (pdu._tag) {
    case 'Confirmed-Request':
    case 'Complex-ACK':
      return { ...pdu, service: READ_PROPERTY, parameters: OF_READ_PROPERTY }
    case 'Unconfirmed-Request':
      return { ...pdu, service: 8, parameters: new Uint8Array(0) }
    case 'Error':
      return { ...pdu, service: READ_PROPERTY, parameters: errorParameters({ errorClass: 2, errorCode: 32 }) }
    default:
      return pdu
  }
}

const apdus = fc
  .sample(anyPdu(), 1000)
  .map(withService)
  .map((pdu): Exhibit => {
    const octets = carrying(encodeApdu(pdu))
    const errors = pdu._tag === 'Error' ? { 'bacapp.error_class': ['2'], 'bacapp.error_code': ['32'] } : {}
    return { name: toHex(octets), octets, apdu: { ...apduReadingOf(pdu), ...errors } }
  })

const OF_READ_PROPERTY_READ = { 'bacapp.objectType': ['8'], 'bacapp.instance_number': ['1234'] }

const whoIses = fc.sample(anyRange(), 300).map((range): Exhibit => {
  const octets = carrying(encodeWhoIs(range))
  const limits = {
    'bacapp.who_is.low_limit': [String(range.low)],
    'bacapp.who_is.high_limit': [String(range.high)],
  }
  return {
    name: toHex(octets),
    octets,
    apdu: { 'bacapp.type': ['1'], 'bacapp.unconfirmed_service': ['8'], ...limits },
  }
})

const iAms = fc.sample(anyIAm(), 300).map((iAm): Exhibit => {
  const octets = carrying(encodeIAm(iAm))
  return { name: toHex(octets), octets, ...iAmReadingOf(iAm) }
})

/** What the dissector shows, without a word, where we and the notes find a fault. */
const SHOWN: Readonly<Record<string, Reading>> = {
  'version-0': { 'bacnet.version': ['0'] },
  'version-2': { 'bacnet.version': ['2'] },
  'dnet-zero': { 'bacnet.dnet': ['0'] },
  'dnet-65535-with-dadr': { 'bacnet.dnet': ['65535'], 'bacnet.dlen': ['1'] },
  'snet-zero': { 'bacnet.snet': ['0'] },
  'snet-65535': { 'bacnet.snet': ['65535'] },
  'slen-zero': { 'bacnet.slen': ['0'] },
  'i-am-router-empty': { 'bacnet.mesgtyp': ['0x01'] },
  'init-routing-table-count-too-big': { 'bacnet.rportnum': ['2'], 'bacnet.portid': ['0x01'] },
  'network-number-is-with-snet': { 'bacnet.mesgtyp': ['0x13'], 'bacnet.snet': ['10'] },
  'what-is-network-number-with-dnet': { 'bacnet.mesgtyp': ['0x12'], 'bacnet.dnet': ['10'] },
  'reserved-message-type-14': { 'bacnet.mesgtyp': ['0x14'] },
}

const malformed = malformedNpdus.map((vector): Exhibit => vector)

const title = tsharkIsHere ? 'tshark' : 'tshark (skipped: it is not installed here)'

describe.skipIf(!tsharkIsHere)(title, () => {
  let verdicts: ReadonlyMap<Exhibit, NpduVerdict>

  const verdictOn = (exhibit: Exhibit): NpduVerdict => {
    const verdict = verdicts.get(exhibit)
    expect.assert(verdict !== undefined)
    return verdict
  }

  beforeAll(async () => {
    const exhibits = [...vectors, ...sent, ...npdus, ...messages, ...apdus, ...whoIses, ...iAms, ...malformed]
    const found = await judgeNpdus(exhibits.map(({ octets }) => octets))
    verdicts = new Map(exhibits.flatMap((exhibit, index) => (found[index] ? [[exhibit, found[index]]] : [])))
  })

  it.each<[string, readonly Exhibit[]]>([
    ['all valid vectors', vectors],
    ['all that the routing vectors say is sent', sent],
    [`${npdus.length} random NPDUs`, npdus],
    [`${messages.length} random messages of the network layer`, messages],
    [`${apdus.length} random APDUs`, apdus],
    [`${whoIses.length} random Who-Is`, whoIses],
    [`${iAms.length} random I-Am`, iAms],
  ])('finds nothing wrong with %s', (_what, exhibits) => {
    expect(exhibits.length).toBeGreaterThan(0)
    for (const exhibit of exhibits) {
      expect(verdictOn(exhibit), exhibit.name).toMatchObject({ malformed: false, problems: '' })
    }
  })

  it.each<[string, readonly Exhibit[]]>([
    ['the vectors', vectors.filter(({ reading }) => reading !== undefined)],
    ['random NPDUs', npdus],
    ['random messages of the network layer', messages],
  ])('reads in the headers and messages of %s what we meant, field for field', (_what, exhibits) => {
    expect(exhibits.length).toBeGreaterThan(0)
    for (const exhibit of exhibits) expect(verdictOn(exhibit).reading, exhibit.name).toEqual(exhibit.reading)
  })

  it('reads in what all APDUs of a type have in common what we meant, field for field', () => {
    for (const exhibit of apdus) {
      const { apdu } = verdictOn(exhibit)
      const common = Object.fromEntries(Object.entries(apdu).filter(([name]) => !(name in OF_READ_PROPERTY_READ)))
      expect(common, exhibit.name).toEqual(exhibit.apdu)
    }
  })

  it('reads in Who-Is and I-Am what we meant, field for field', () => {
    for (const exhibit of [...whoIses, ...iAms]) {
      const { apdu, words } = verdictOn(exhibit)
      expect(apdu, exhibit.name).toEqual(exhibit.apdu)
      expect(words, exhibit.name).toEqual(expect.arrayContaining([...(exhibit.words ?? [])]))
    }
  })

  it.each(malformed.filter(({ name }) => !(name in SHOWN)))('condemns $name', exhibit => {
    expect(verdictOn(exhibit)).toMatchObject({ malformed: true, problems: expect.stringMatching(/./u) as string })
  })

  it.each(malformed.filter(({ name }) => name in SHOWN))('shows without a word why $name is wrong', exhibit => {
    const { problems, reading } = verdictOn(exhibit)
    expect(problems).toBe('')
    expect(reading).toMatchObject(SHOWN[exhibit.name] ?? {})
  })

  it('is asked about each malformed vector that it passes', () => {
    expect(malformed.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(SHOWN)))
  })
})
