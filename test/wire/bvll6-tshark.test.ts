import fc from 'fast-check'
import { encodeBvll6 } from '../../src/wire/bvll6-encode.js'
import { anyBvll6 } from '../support/bvll6-arbitraries.js'
import { spellOutBvll6 } from '../support/bvll6-spelled.js'
import { behaviourVectors6, bip6, transmitVectors6, validBvll6 } from '../support/bvll6-vectors.js'
import { ip6Captures, routerCaptures } from '../support/captures.js'
import { datagram6ReadingOf } from '../support/tshark-bvll6.js'
import { describeJudgement, withOpaqueNpdu, type Exhibit } from '../support/tshark-exhibits.js'
import { fromHex, toHex } from '../support/vectors.js'

const WAY = { from: bip6('[2001:db8::1]:47808'), to: bip6('[ff02::bac0]:49152') }

// The dissector knows no Secure-BVLL, and we never send one.
const vectors = validBvll6
  .filter(({ decoded }) => decoded.functionName !== 'Secure-BVLL')
  .map(({ name, octets, decoded }): Exhibit => ({ ...WAY, name, octets, reading: datagram6ReadingOf(decoded) }))

const ours = fc
  .sample(
    anyBvll6().filter(({ _tag }) => _tag !== 'Secure-BVLL'),
    1000,
  )
  .map(withOpaqueNpdu)
  .map((message): Exhibit => {
    const octets = encodeBvll6(message)
    const reading = datagram6ReadingOf(spellOutBvll6(message, octets.length))
    return { ...WAY, name: `${message._tag} ${toHex(octets)}`, octets, reading }
  })

const due = [...behaviourVectors6, ...transmitVectors6].flatMap(({ name, context, send }) =>
  send.map((sent): Exhibit => ({ ...sent, name: `${name}, what is sent`, from: context.localAddress })),
)

const theirs = [...ip6Captures, ...routerCaptures].flatMap(({ name, datagrams }) =>
  datagrams.map((datagram): Exhibit => ({ ...datagram, name: `${name} at ${datagram.at} s` })),
)

const WHO_IS = fromHex('8202000f0004d20120ffff00ff1008')

const faulty: readonly Exhibit[] = [
  { ...WAY, name: 'an empty datagram', octets: fromHex('') },
  { ...WAY, name: 'three octets', octets: fromHex('820200') },
  { ...WAY, name: 'the type of BACnet/IP', octets: fromHex('8102000f0004d20120ffff00ff1008') },
  { ...WAY, name: 'another type', octets: fromHex('0002000f0004d20120ffff00ff1008') },
  { ...WAY, name: 'a length that is too long', octets: fromHex('820200100004d20120ffff00ff1008') },
  { ...WAY, name: 'a length that is too short', octets: fromHex('8202000e0004d20120ffff00ff1008') },
  { ...WAY, name: 'a result without its code', octets: fromHex('820000070004d2') },
  { ...WAY, name: 'half a VMAC', octets: fromHex('820600060004') },
  { ...WAY, name: 'half an address', octets: fromHex('820a000f0004d220010db800000000') },
  { ...WAY, name: 'a Forwarded-NPDU without NPDU', octets: fromHex(`820800190004d2${WAY.from}`) },
  { ...WAY, name: 'half a header in an NPDU', octets: fromHex('8202000a0004d20120ff') },
  { ...WAY, name: 'half an APDU', octets: fromHex('820100120004d200162e01040205010c0c02') },
  { ...WAY, name: 'a group as source', from: bip6('[ff02::bac0]:47808'), octets: WHO_IS },
  { ...WAY, name: 'no address as source', from: bip6('[::]:47808'), octets: WHO_IS },
  { ...WAY, name: 'no port as source', from: bip6('[2001:db8::1]:0'), octets: WHO_IS },
  { ...WAY, name: 'no address as destination', to: bip6('[::]:47808'), octets: WHO_IS },
  { ...WAY, name: 'no port as destination', to: bip6('[2001:db8::1]:0'), octets: WHO_IS },
]

describeJudgement({ vectors, ours, due, theirs, faulty })
