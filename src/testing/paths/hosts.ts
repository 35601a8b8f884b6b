/** Hosts by their names: one, several, or `'*'` for every one. */
export type Hosts = string | readonly string[]

/** Whether a host is one of those meant. */
export const among = (hosts: Hosts): ((host: string) => boolean) => {
  if (hosts === '*') return () => true
  if (typeof hosts === 'string') return host => host === hosts
  const names = new Set(hosts)
  return host => names.has(host)
}

/** Whether a host is none of those meant. */
export const outside = (hosts: Hosts): ((host: string) => boolean) => {
  const isIn = among(hosts)
  return host => !isIn(host)
}
