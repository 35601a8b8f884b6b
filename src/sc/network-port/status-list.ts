import type { ConnectionStatus } from './connection-status.js'

/** A list of connection statuses by what identifies a connection; connected ones, and the newest of the others. */
export type StatusList<Status extends ConnectionStatus> = ReadonlyMap<string, Status>

/** How many connections that are not connected a list remembers. */
const MAX_REMEMBERED = 100

/** The list with a new status; when too many are not connected, the oldest of them makes room. */
export const withStatus = <Status extends ConnectionStatus>(
  list: StatusList<Status>,
  key: string,
  status: Status,
): StatusList<Status> => {
  const next = new Map(list)
  next.delete(key)
  next.set(key, status)
  if (status.connectionState !== 'CONNECTED') forgetOldest(next)
  return next
}

const forgetOldest = (list: Map<string, ConnectionStatus>): void => {
  let resting = 0
  let oldest: string | undefined
  for (const [key, { connectionState }] of list) {
    if (connectionState === 'CONNECTED') continue
    oldest ??= key
    resting++
  }
  if (resting > MAX_REMEMBERED && oldest !== undefined) list.delete(oldest)
}
