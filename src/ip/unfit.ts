import { unfitTable } from './broadcast-table.js'
import type { BbmdRequest } from './ip-link.js'
import type { IpRole } from './ip-role.js'
import type { IpLocal } from './ip-udp.js'
import { unfitStation } from './unsendable.js'

/** Why a port cannot have a role; `undefined` when it can. */
export const unfitRole = (role: IpRole, local: IpLocal): string | undefined => {
  switch (role._tag) {
    case 'OrdinaryNode':
      return undefined
    case 'ForeignDevice': {
      const unfit = unfitStation(role.bbmd, local)
      return unfit && `a foreign device cannot register: ${unfit}`
    }
    case 'Bbmd':
      return unfitTable(role.bdt)
    default:
      role satisfies never
      return 'there is no such role'
  }
}

/** Why a request cannot be sent to a BBMD; `undefined` when it can. */
export const unfitRequest = (request: BbmdRequest, local: IpLocal): string | undefined =>
  unfitStation(request.bbmd, local) ?? (request._tag === 'WriteBdt' ? unfitTable(request.entries) : undefined)
