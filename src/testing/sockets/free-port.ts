/** What a system says of a port that somebody has. */
export const inUse = (address: string): Error =>
  Object.assign(new Error(`bind EADDRINUSE ${address}`), { code: 'EADDRINUSE' })

const FIRST_FREE_PORT = 49_152

/** The first port that nobody has. */
export const freePort = (isTaken: (port: number) => boolean): number => {
  let port = FIRST_FREE_PORT
  while (isTaken(port)) port++
  return port
}
