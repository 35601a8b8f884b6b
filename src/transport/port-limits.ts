import type { PortLimits } from '../bvll/port-limits.js'
import { checkedPace, inRange } from './configuration.js'

/** The most of anything that may be kept in wait. */
const MAX_KEPT = 100_000

/** A number of things that are kept at once. */
export const checkedNumber = (name: string, value: number, least: number): number =>
  inRange(`limits.${name}`, value, least, MAX_KEPT)

/** Checks what the ports of BACnet/IP and BACnet/IPv6 both bound. */
export const checkPortLimits = ({ answersPerAddress, answersInTotal, maxWaiting }: PortLimits): void => {
  checkedPace('limits.answersPerAddress', answersPerAddress)
  checkedPace('limits.answersInTotal', answersInTotal)
  checkedNumber('maxWaiting', maxWaiting, 0)
}
