import { describe, expect, it } from 'vitest'
import {
  connectedSince,
  NEVER_CONNECTED,
  type ConnectionStatus,
} from '../../../src/sc/network-port/connection-status.js'
import { withStatus, type StatusList } from '../../../src/sc/network-port/status-list.js'

const CONNECTED = connectedSince(0)

/** The list after connections `first` to `last` got that status. */
const after = (
  list: StatusList<ConnectionStatus>,
  [first, last]: readonly [first: number, last: number],
  status: ConnectionStatus,
): StatusList<ConnectionStatus> => {
  let next = list
  for (let number = first; number <= last; number++) next = withStatus(next, String(number), status)
  return next
}

describe('a list of connection statuses', () => {
  it('keeps all that are connected', () => {
    expect(after(new Map(), [1, 300], CONNECTED).size).toBe(300)
  })

  it('remembers the newest 100 of those that are not, and forgets no connected one for them', () => {
    const list = after(after(new Map(), [1, 300], CONNECTED), [1, 150], NEVER_CONNECTED)
    expect(list.size).toBe(250)
    expect(list.has('50')).toBe(false)
    expect(list.has('51')).toBe(true)
    expect(list.get('151')).toBe(CONNECTED)
  })

  it('is a new one each time: the old one stays as it is', () => {
    const before = after(new Map(), [1, 1], CONNECTED)
    expect(withStatus(before, '1', NEVER_CONNECTED).get('1')).toBe(NEVER_CONNECTED)
    expect(before.get('1')).toBe(CONNECTED)
  })
})
