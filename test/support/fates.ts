import type { Observable } from 'rxjs'
import { printBipAddress } from '../../src/values/bip-address.js'
import type { DatagramFate } from '../../src/testing/index.js'
import type { BipAddress } from '../../src/values/bip-address.js'

/** Writes down what became of datagrams: `5 1 host-b arrived`, with the time and the first octet. */
export const writtenFates = (fate$: Observable<DatagramFate<BipAddress>>): readonly string[] => {
  const lines: string[] = []
  fate$.subscribe(fate => {
    const what = fate._tag === 'Lost' ? fate.reason : 'arrived'
    lines.push(`${fate.at} ${fate.octets[0]} ${fate.host ?? 'nobody'} ${fate.isDuplicate ? 'again ' : ''}${what}`)
  })
  return lines
}

/** Where a datagram was from and to as it arrived, and whose port it was for. */
export const routeOf = ({ from, to, by }: DatagramFate<BipAddress>): string =>
  `${printBipAddress(from)} ${printBipAddress(to)} ${by === undefined ? 'nobody' : printBipAddress(by)}`
