import fc from 'fast-check'
import { encodeBvll } from '../../src/wire/bvll-encode.js'
import { anyBvll } from '../support/bvll-arbitraries.js'
import { spellOutBvll } from '../support/bvll-spelled.js'
import { behaviourVectors, bip, validBvll } from '../support/bvll-vectors.js'
import { ipCaptures } from '../support/captures.js'
import { datagramReadingOf } from '../support/tshark-bvll.js'
import { describeJudgement, withOpaqueNpdu, type Exhibit } from '../support/tshark-exhibits.js'
import { fromHex, toHex } from '../support/vectors.js'

const WAY = { from: bip('10.0.0.1:47808'), to: bip('10.0.0.2:49152') }

// The dissector knows no Secure-BVLL, and we never send one.
const vectors = validBvll
  .filter(({ decoded }) => decoded.functionName !== 'Secure-BVLL')
  .map(({ name, octets, decoded }): Exhibit => ({ ...WAY, name, octets, reading: datagramReadingOf(decoded) }))

const ours = fc
  .sample(
    anyBvll().filter(({ _tag }) => _tag !== 'Secure-BVLL'),
    1000,
  )
  .map(withOpaqueNpdu)
  .map((message): Exhibit => {
    const octets = encodeBvll(message)
    const reading = datagramReadingOf(spellOutBvll(message, octets.length))
    return { ...WAY, name: `${message._tag} ${toHex(octets)}`, octets, reading }
  })

const due = behaviourVectors.flatMap(({ name, context, send }) =>
  send.map((sent): Exhibit => ({ ...sent, name: `${name}, what is sent`, from: context.localAddress })),
)

const theirs = ipCaptures.flatMap(({ name, datagrams }) =>
  datagrams.map((datagram): Exhibit => ({ ...datagram, name: `${name} at ${datagram.at} s` })),
)

const WHO_IS = fromHex('810b000c0120ffff00ff1008')

const faulty: readonly Exhibit[] = [
  { ...WAY, name: 'an empty datagram', octets: fromHex('') },
  { ...WAY, name: 'three octets', octets: fromHex('810b00') },
  { ...WAY, name: 'the type of BACnet/IPv6', octets: fromHex('820b000c0120ffff00ff1008') },
  { ...WAY, name: 'another type', octets: fromHex('000b000c0120ffff00ff1008') },
  { ...WAY, name: 'a length that is too long', octets: fromHex('810b000d0120ffff00ff1008') },
  { ...WAY, name: 'a length that is too short', octets: fromHex('810b000b0120ffff00ff1008') },
  { ...WAY, name: 'a result of one octet', octets: fromHex('8100000500') },
  { ...WAY, name: 'half an address', octets: fromHex('810800090000000000') },
  { ...WAY, name: 'a Forwarded-NPDU without NPDU', octets: fromHex('8104000ac0a80132bac0') },
  { ...WAY, name: 'half a header in an NPDU', octets: fromHex('810b00070120ff') },
  { ...WAY, name: 'half an APDU', octets: fromHex('810a000c01040205010c0c02') },
  { ...WAY, name: 'a broadcast address as source', from: bip('255.255.255.255:47808'), octets: WHO_IS },
  { ...WAY, name: 'no address as source', from: bip('0.0.0.0:47808'), octets: WHO_IS },
  { ...WAY, name: 'no port as source', from: bip('10.0.0.1:0'), octets: WHO_IS },
  { ...WAY, name: 'no port as destination', to: bip('10.0.0.1:0'), octets: WHO_IS },
]

describeJudgement({ vectors, ours, due, theirs, faulty })
