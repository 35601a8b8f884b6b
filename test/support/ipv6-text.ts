/** The IPv6 address in the first 32 of some hex digits, as the URL parser of this computer writes it. */
export const ipText = (hex: string): string => {
  const groups = hex.slice(0, 32).match(/..../gu)?.join(':') ?? ''
  return new URL(`http://[${groups}]`).hostname.slice(1, -1)
}

/** The hex digits of an IPv6 address that the URL parser of this computer understands. */
export const ipHex = (text: string): string => {
  const [head = [], tail = []] = new URL(`http://[${text}]`).hostname
    .slice(1, -1)
    .split('::')
    .map(half => half.split(':').filter(group => group !== ''))
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...zeros, ...tail].map(group => group.padStart(4, '0')).join('')
}
