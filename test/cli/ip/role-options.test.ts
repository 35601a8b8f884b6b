import { describe, expect, it } from 'vitest'
import { ipRoles, type AskedIpRole, type IpRoleTable } from '../../../src/cli/ip/role-options.js'
import type { Values } from '../../../src/cli/options.js'
import { bdtEntries } from '../../../src/transport/ip.js'

const NOTHING_GIVEN: Values<IpRoleTable> = {
  foreign: undefined,
  ttl: undefined,
  bbmd: false,
  bdt: [],
  bdtFile: undefined,
  acceptForeign: undefined,
  foreignFrom: [],
  foreignPerAddress: undefined,
  maxTtl: undefined,
  allowWriteBdt: false,
  manager: [],
  global: undefined,
}
const BBMD: AskedIpRole = { role: 'bbmd', bbmd: undefined, ttl: undefined, bdt: undefined, global: undefined }

describe('what a port is asked to be', () => {
  it('is a sentence where a BBMD cannot be that', () => {
    const bdt = Array.from({ length: 129 }, (_, index) => bdtEntries(`10.0.${index}.1:47808`)).flat()
    expect(ipRoles(NOTHING_GIVEN, () => []).asked({ ...BBMD, bdt })).toBe('bdt: there are more than 128')
  })
})
