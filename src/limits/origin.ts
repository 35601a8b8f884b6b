/** Where a connection comes from, as far as limits go: an address without its port; of IPv6 the first 64 bits. */
export type Origin = string

const GROUPS = 8

/**
 * The origin of `HOST:PORT` or `[IPv6]:PORT`. One machine has a whole /64 of IPv6 addresses to come from, so that
 * counting each by itself would limit nothing.
 */
export const originOf = (address: string): Origin => {
  const ipv6 = /^\[([^\]%]*)/.exec(address)?.[1]
  if (ipv6 === undefined) return address.replace(/:\d+$/, '')
  const [head = '', tail] = ipv6.split('::').map(part => (part === '' ? [] : part.split(':')))
  const left = head === '' ? [] : head
  const gap = tail === undefined ? 0 : GROUPS - left.length - tail.length
  const groups = [...left, ...Array<string>(Math.max(gap, 0)).fill('0'), ...(tail ?? [])]
  const network = groups.slice(0, GROUPS / 2).map(group => group.replace(/^0+(?=.)/, ''))
  return `${network.join(':')}::/64`
}
