import { TO_ALL } from '../../src/network/event/destination.js'
import type { ReceivedApdu } from '../../src/network/event/network-event.js'
import { to as addressed, type LabNode } from './internetwork.js'
import { toHex } from './vectors.js'

/** A Who-Is for all devices. */
export const WHO_IS = '1008'

/** What a device says when it is looked for. */
export const iAm = (instance: number): string => `1000c4${deviceId(instance)}2205c49103220104`

/** A question for the name of a device. */
export const readName = (instance: number, invokeId = 1): string =>
  `0205${octet(invokeId)}0c0c${deviceId(instance)}194d`

/** And its answer: the instance is its name. */
export const nameOf = (instance: number, invokeId = 1): string =>
  `30${octet(invokeId)}0c0c${deviceId(instance)}194d3e21${octet(instance)}3f`

const octet = (value: number): string => value.toString(16).padStart(2, '0')
const deviceId = (instance: number): string => (0x02000000 + instance).toString(16).padStart(8, '0')

/** Has a node answer as a device does: a Who-Is by a global broadcast, and who asks for its name. */
export const asDevice = <Node extends LabNode>(node: Node, instance: number): Node => {
  const answer = ({ apdu, source, priority }: ReceivedApdu): void => {
    const asked = toHex(apdu)
    const invokeId = apdu[2] ?? 0
    if (asked === WHO_IS) node.send(iAm(instance), TO_ALL, { priority })
    if (asked === readName(instance, invokeId)) {
      const destination = { _tag: 'Station', ...source } as const
      node.send(nameOf(instance, invokeId), destination, { priority })
    }
  }
  node.on(event => {
    if (event._tag === 'Apdu') answer(event)
  })
  return node
}

/** Has one node ask another for its name. */
export const asksName = (node: LabNode, instance: number, whom: Pick<LabNode, 'ports'>): void =>
  node.send(readName(instance), addressed(whom), { expectingReply: true })
