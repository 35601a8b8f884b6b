import type { ConnectionStatus } from './connection-status.js'

/** A list of connection statuses by what identifies a connection; connected ones, and the newest of the others. */
export type StatusList<Status extends ConnectionStatus> = ReadonlyMap<string, Status>

/** How many connections that are not connected a list remembers. */
export const MAX_REMEMBERED = 100

/** The list with a new status; when too many are not connected, the oldest of them makes room. */
export const withStatus = <Status extends ConnectionStatus>(
  list: StatusList<Status>,
  key: string,
  status: Status,
): StatusList<Status> => {
  const next = new Map(list)
  next.delete(key)
  next.set(key, status)
  const resting = [...next].filter(([, { connectionState }]) => connectionState !== 'CONNECTED')
  const [oldest] = resting
  if (resting.length > MAX_REMEMBERED && oldest !== undefined) next.delete(oldest[0])
  return next
}
